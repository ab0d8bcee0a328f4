//! A first look at the whole file: its size, its encoding, and whether it is text at all.
//!
//! The whole file is looked at and not a sample, because the first letter with an accent may be
//! in the last row.

use std::io::Read;

use super::encoding::Encoding;
use super::look::Lookalike;
use super::{CsvError, Limits};

/// Bytes looked at once.
const CHUNK: usize = 256 * 1024;
/// Bytes at the beginning that show what kind of file it is.
const HEAD: usize = 8 * 1024;

/// What the first look shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Survey {
    /// Its size in bytes.
    pub(super) total: u64,
    /// How it writes its characters.
    pub(super) encoding: Encoding,
    /// The length of its byte order mark.
    pub(super) mark: usize,
}

impl Survey {
    /// Looks at a file from its beginning; `chosen` is the encoding a person chose.
    pub(super) fn of(
        source: &mut impl Read,
        chosen: Option<Encoding>,
        limits: &Limits,
    ) -> Result<Self, CsvError> {
        let mut chunk = vec![0; CHUNK];
        let mut total = 0;
        let mut sure: Option<Encoding> = None;
        let mut mark = 0;
        let mut tally = Tally::default();
        loop {
            let filled = fill(source, &mut chunk)?;
            let bytes = chunk.get(..filled).unwrap_or_default();
            if total == 0 {
                let head = bytes.get(..filled.min(HEAD)).unwrap_or_default();
                (sure, mark) = begin(head, chosen)?;
            }
            total += filled as u64;
            if total > limits.file {
                return Err(CsvError::FileTooLarge { limit: limits.file });
            }
            if sure.is_none() {
                tally.count(bytes);
            }
            if filled < CHUNK {
                break;
            }
        }
        if total == mark as u64 {
            return Err(CsvError::Empty);
        }
        Ok(Self { total, encoding: sure.unwrap_or_else(|| tally.encoding()), mark })
    }
}

/// The encoding, where the beginning of the file makes it sure, and the length of its mark.
fn begin(head: &[u8], chosen: Option<Encoding>) -> Result<(Option<Encoding>, usize), CsvError> {
    if let Some(kind) = Lookalike::of(head) {
        return Err(CsvError::NotAList { kind });
    }
    let marked = Encoding::of_mark(head);
    let sure = chosen.or(marked.map(|(encoding, _)| encoding)).or_else(|| Encoding::of_nuls(head));
    let wide = matches!(sure, Some(Encoding::Utf16Le | Encoding::Utf16Be));
    if !wide && Lookalike::is_binary(head) {
        return Err(CsvError::NotAList { kind: Lookalike::Binary });
    }
    let mark =
        marked.filter(|(encoding, _)| sure == Some(*encoding)).map_or(0, |(_, length)| length);
    Ok((sure, mark))
}

/// Reads until the buffer is full or the source ends.
pub(super) fn fill(source: &mut impl Read, buffer: &mut [u8]) -> Result<usize, CsvError> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(CsvError::Read(error)),
        }
    }
    Ok(filled)
}

/// How much speaks for UTF-8 and how much against.
#[derive(Default)]
struct Tally {
    /// Characters of several bytes that are right.
    right: u64,
    /// Places that are no UTF-8.
    wrong: u64,
    /// The beginning of a character that goes on in the next chunk.
    cut: Vec<u8>,
}

impl Tally {
    fn count(&mut self, bytes: &[u8]) {
        let joined;
        let mut rest = if self.cut.is_empty() {
            bytes
        } else {
            self.cut.extend_from_slice(bytes);
            joined = std::mem::take(&mut self.cut);
            joined.as_slice()
        };
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => return self.count_right(text),
                Err(error) => {
                    let (valid, after) = rest.split_at(error.valid_up_to());
                    self.count_right(std::str::from_utf8(valid).unwrap_or_default());
                    let Some(length) = error.error_len() else {
                        self.cut = after.to_vec();
                        return;
                    };
                    self.wrong += 1;
                    rest = after.get(length..).unwrap_or_default();
                }
            }
        }
    }

    fn count_right(&mut self, text: &str) {
        if !text.is_ascii() {
            self.right += text.chars().filter(|c| !c.is_ascii()).count() as u64;
        }
    }

    /// A damaged place in a text that is UTF-8 elsewhere leaves it UTF-8: its row is refused then.
    fn encoding(&self) -> Encoding {
        let wrong = self.wrong + u64::from(!self.cut.is_empty());
        if wrong == 0 || self.right > wrong { Encoding::Utf8 } else { Encoding::Windows1252 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(chunks: &[&[u8]]) -> Encoding {
        let mut tally = Tally::default();
        for chunk in chunks {
            tally.count(chunk);
        }
        tally.encoding()
    }

    #[test]
    fn the_whole_file_decides() {
        assert_eq!(encoding(&[b"naam", b"Piet"]), Encoding::Utf8);
        assert_eq!(encoding(&[b"naam", b"Zo\xeb"]), Encoding::Windows1252);
        assert_eq!(encoding(&[b"Zo\xc3", b"\xab"]), Encoding::Utf8, "cut between chunks");
        assert_eq!(encoding(&["Zoë, Noël en Inés".as_bytes(), b"\xff"]), Encoding::Utf8, "damaged");
        assert_eq!(encoding(&[b"Zo\xc3"]), Encoding::Windows1252);
    }
}
