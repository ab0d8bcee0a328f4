//! Compression of what is sealed in parts.
//!
//! Parts are short, and what is short is compressed with what it has in common with others: a dictionary
//! of names of fields, codes and words (`assets/dictionaries`), which belongs to the format of parts.
//!
//! A part is a frame of zstd (RFC 8878) without what is known of every frame. In front stands a number
//! (LEB128): zero, and what follows is the content as it is; otherwise twice the length of the content, and
//! what follows is one compressed block without its header; one more than that, and blocks with their
//! headers follow.

use std::cell::RefCell;
use std::sync::LazyLock;

use zeroize::Zeroizing;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::CParameter;

use crate::part::PartError;

/// Higher levels find hardly more in so little.
const LEVEL: i32 = 12;
/// No part has more bytes than this when it is opened.
const LARGEST: usize = 8 * 1024 * 1024;
/// The number that every frame begins with.
const MAGIC: [u8; 4] = 0xFD2F_B528_u32.to_le_bytes();
/// The descriptor of a frame of one segment whose length stands in the four bytes behind it, without a
/// checksum and without the number of its dictionary.
const DESCRIPTOR: u8 = 0b1010_0000;
/// The bytes of a block's header.
const HEADER: usize = 3;
/// In it: that the block is the last one, and compressed. Its length stands in the bits above.
const LAST_COMPRESSED: u32 = 0b101;

static DICTIONARY: &[u8] = include_bytes!("../../../assets/dictionaries/parts-1.zdict");
static TO_COMPRESS: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, LEVEL));
static TO_DECOMPRESS: LazyLock<DecoderDictionary<'static>> =
    LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

thread_local! {
    // To make them takes longer than to open a part with them.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The content of a part as it is sealed.
pub(crate) fn compressed(content: &[u8]) -> Result<Zeroizing<Vec<u8>>, PartError> {
    let frame = COMPRESSOR.with_borrow_mut(|compressor| {
        if compressor.is_none() {
            let mut new = Compressor::with_prepared_dictionary(&TO_COMPRESS).ok()?;
            new.set_parameter(CParameter::DictIdFlag(false)).ok()?;
            *compressor = Some(new);
        }
        compressor.as_mut()?.compress(content).ok()
    });
    let frame = Zeroizing::new(frame.ok_or(PartError::Content)?);
    let blocks = blocks(&frame).ok_or(PartError::Content)?;
    let (has_headers, bytes) = match only_block(blocks) {
        Some(block) => (0, block),
        None => (1, blocks),
    };
    let mut plain = Zeroizing::new(Vec::with_capacity(content.len() + 1));
    if bytes.len() < content.len() {
        put_number(&mut plain, content.len() << 1 | has_headers);
        plain.extend_from_slice(bytes);
    } else {
        plain.push(0);
        plain.extend_from_slice(content);
    }
    Ok(plain)
}

/// The content of a part that was sealed so.
pub(crate) fn decompressed(plain: &[u8]) -> Result<Zeroizing<Vec<u8>>, PartError> {
    let (number, rest) = number(plain).ok_or(PartError::Content)?;
    if number == 0 {
        return Ok(Zeroizing::new(rest.to_vec()));
    }
    let length = number >> 1;
    let Some(told) = u32::try_from(length).ok().filter(|_| length <= LARGEST) else {
        return Err(PartError::Content);
    };
    let mut frame = Zeroizing::new(Vec::with_capacity(rest.len() + 12));
    frame.extend_from_slice(&MAGIC);
    frame.push(DESCRIPTOR);
    frame.extend_from_slice(&told.to_le_bytes());
    if number & 1 == 0 {
        let header = u32::try_from(rest.len() << 3).map_err(|_| PartError::Content)?;
        frame.extend((header | LAST_COMPRESSED).to_le_bytes().into_iter().take(HEADER));
    }
    frame.extend_from_slice(rest);
    let content = DECOMPRESSOR.with_borrow_mut(|decompressor| {
        if decompressor.is_none() {
            *decompressor = Decompressor::with_prepared_dictionary(&TO_DECOMPRESS).ok();
        }
        decompressor.as_mut()?.decompress(&frame, length).ok()
    });
    content.map(Zeroizing::new).filter(|content| content.len() == length).ok_or(PartError::Content)
}

/// What follows the header of a frame.
fn blocks(frame: &[u8]) -> Option<&[u8]> {
    let (descriptor, rest) = frame.strip_prefix(&MAGIC)?.split_first()?;
    let is_one_segment = descriptor & 0b10_0000 != 0;
    let length = match (descriptor >> 6, is_one_segment) {
        (0, false) => 0,
        (0, true) => 1,
        (1, _) => 2,
        (2, _) => 4,
        _ => 8,
    };
    rest.get(length + usize::from(!is_one_segment)..)
}

/// The content of a compressed block, when there is no other.
fn only_block(blocks: &[u8]) -> Option<&[u8]> {
    let (header, block) = blocks.split_first_chunk::<HEADER>()?;
    let [low, middle, high] = *header;
    let header = u32::from_le_bytes([low, middle, high, 0]);
    let length = usize::try_from(header >> 3).ok()?;
    (header & 0b111 == LAST_COMPRESSED && length == block.len()).then_some(block)
}

fn put_number(bytes: &mut Vec<u8>, mut number: usize) {
    while let rest @ 1.. = number >> 7 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number = rest;
    }
    bytes.push((number & 0x7f) as u8);
}

/// A number, and what follows it. No number here has more than four bytes.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (place, byte) in bytes.iter().take(4).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(place + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_of_every_length_reads_back() {
        let mut state = 1_u32;
        let mut noise = |bits: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16 & ((1 << bits) - 1)) as u8
        };
        // Two letters, which are compressed, and noise, which cannot be.
        for bits in [1, 8] {
            for length in (0..300).chain([1 << 16, 1 << 17, (1 << 17) + 1, 700_000]) {
                let content: Vec<u8> = (0..length).map(|_| b'a' ^ noise(bits)).collect();
                let plain = compressed(&content).expect("compressed");
                assert!(plain.len() <= length + 1, "{length} became {}", plain.len());
                let again = decompressed(&plain).expect("decompressed");
                assert!(again.as_slice() == content, "{length} bytes of {bits} bits");
            }
        }
    }

    #[test]
    fn what_is_cut_or_changed_is_refused_or_something_else() {
        let content = b"starts at the door of the room, and ends where it starts, at the door";
        let plain = compressed(content).expect("compressed");
        assert!(plain.len() < content.len());
        for length in 0..plain.len() {
            let cut = decompressed(&plain[..length]);
            assert_ne!(cut.map(|content| content.to_vec()), Ok(content.to_vec()), "{length}");
        }
        for byte in 0..plain.len() {
            for bit in 0..8 {
                let mut changed = plain.to_vec();
                changed[byte] ^= 1 << bit;
                // It must not panic, nor take more than it says.
                let _ = decompressed(&changed);
            }
        }
    }

    #[test]
    fn what_parts_have_in_common_costs_little() {
        let content = b"\xa4hcurrencycEURcnet\x19\x2f\x44fnumberfB-0117dzonepEurope/Amsterdam";
        let plain = compressed(content).expect("compressed");
        assert!(plain.len() * 2 < content.len(), "{} of {}", plain.len(), content.len());
    }

    #[test]
    fn what_grows_beyond_bounds_is_given_up() {
        let bomb = compressed(&vec![0; LARGEST + 1]).expect("compressed");
        assert!(bomb.len() < 10_000);
        assert_eq!(decompressed(&bomb).map(|content| content.len()), Err(PartError::Content));
        let largest = compressed(&vec![0; LARGEST]).expect("compressed");
        assert_eq!(decompressed(&largest).map(|content| content.len()), Ok(LARGEST));
    }
}
