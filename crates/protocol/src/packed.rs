//! Records on their way to a desk: envelopes together and compressed, the rest as it is.
//!
//! The envelopes of a page differ little (class, author, names of routing data); what is sealed looks
//! random and cannot be compressed. Apart, the first cost a tenth of their bytes, and no time is lost on
//! the second. What a desk puts together again are the bytes that were stored.

use minicbor::data::Type;
use minicbor::decode::{Decoder, Error};
use minicbor::encode::{self, Encoder, Write};

use crate::message::{Incoming, Passed};
use crate::{LARGEST_MESSAGE, SealedRecord};

/// Level 1 of zstd: higher ones find hardly more in what differs so little.
const LEVEL: i32 = 1;
/// The most bytes of envelopes in a message.
const LARGEST: usize = LARGEST_MESSAGE;

/// Writes records.
///
/// # Errors
/// When one of them has no envelope, which no hub stores.
pub(crate) fn encode<C, W: Write>(
    records: &Vec<Incoming>,
    encoder: &mut Encoder<W>,
    _: &mut C,
) -> Result<(), encode::Error<W::Error>> {
    let (mut envelopes, mut rest) = (Vec::new(), Vec::new());
    let mut before = 0;
    for Incoming { rev, record, passed, rest: cut } in records {
        let end = SealedRecord::envelope_len(record).map_err(encode::Error::message)?;
        let (envelope, behind) =
            record.split_at_checked(end).ok_or(encode::Error::message("no envelope"))?;
        let mut told = Encoder::new(&mut envelopes);
        // Nearly always the same again, or one more.
        told.i64(rev.wrapping_sub(before).cast_signed())
            .and_then(|told| tell(told, passed, *cut))
            .map_err(encode::Error::message)?;
        before = *rev;
        envelopes.extend_from_slice(envelope);
        rest.extend_from_slice(behind);
    }
    let compressed = zstd::bulk::compress(&envelopes, LEVEL).map_err(encode::Error::message)?;
    let length = u64::try_from(envelopes.len()).map_err(encode::Error::message)?;
    encoder.array(3)?.u64(length)?.bytes(&compressed)?.bytes(&rest)?.ok()
}

/// Reads records.
///
/// # Errors
/// When the bytes are not what [`encode`] writes, or there are too many of them.
pub(crate) fn decode<C>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<Vec<Incoming>, Error> {
    if decoder.array()? != Some(3) {
        return Err(Error::message("records are written in three pieces"));
    }
    let length = usize::try_from(decoder.u64()?).map_err(|_| too_many())?;
    if length > LARGEST {
        return Err(too_many());
    }
    let envelopes = zstd::bulk::decompress(decoder.bytes()?, length)
        .map_err(|_| Error::message("envelopes that cannot be unpacked"))?;
    let rest = decoder.bytes()?;
    let (mut told, mut behind) = (Decoder::new(&envelopes), Decoder::new(rest));
    let (mut records, mut rev) = (Vec::new(), 0_u64);
    while told.position() < envelopes.len() {
        rev = rev.wrapping_add(told.i64()?.cast_unsigned());
        let (passed, cut) = told_of(&mut told)?;
        let envelope = skipped(&mut told, &envelopes)?;
        let sealed = skipped(&mut behind, rest)?;
        let record = [envelope, sealed].concat().into();
        records.push(Incoming { rev, record, passed, rest: cut });
    }
    if behind.position() == rest.len() {
        Ok(records)
    } else {
        Err(Error::message("more is sealed than there are envelopes"))
    }
}

/// Writes what passed before a record: the versions, and behind them where more may follow.
fn tell<'t, W: Write>(
    told: &'t mut Encoder<W>,
    passed: &[Passed],
    cut: Option<u64>,
) -> Result<&'t mut Encoder<W>, encode::Error<W::Error>> {
    let length = passed.len() + usize::from(cut.is_some());
    told.array(u64::try_from(length).map_err(encode::Error::message)?)?;
    for one in passed {
        told.encode(one)?;
    }
    match cut {
        Some(after) => told.u64(after),
        None => Ok(told),
    }
}

/// Reads what [`tell`] writes.
fn told_of(told: &mut Decoder<'_>) -> Result<(Vec<Passed>, Option<u64>), Error> {
    let length = told.array()?.ok_or(Error::message("a list without a length"))?;
    let mut passed = Vec::new();
    for place in 1..=length {
        if place == length && told.datatype()? != Type::Array {
            return Ok((passed, Some(told.u64()?)));
        }
        passed.push(told.decode()?);
    }
    Ok((passed, None))
}

/// The bytes of the next value.
fn skipped<'b>(decoder: &mut Decoder<'_>, bytes: &'b [u8]) -> Result<&'b [u8], Error> {
    let begin = decoder.position();
    decoder.skip()?;
    bytes.get(begin..decoder.position()).ok_or(Error::end_of_input())
}

fn too_many() -> Error {
    Error::message("too many envelopes")
}

#[cfg(test)]
mod tests {
    use minicbor::bytes::ByteVec;
    use minicbor::{Decode, Encode};

    use super::*;
    use crate::{Hash, Id, Part, PartClass, Route, Routing};

    #[derive(Debug, Clone, PartialEq, Encode, Decode)]
    #[cbor(array)]
    struct Packed {
        #[n(0)]
        #[cbor(with = "crate::packed")]
        records: Vec<Incoming>,
    }

    /// Records of one desk and class, some of them changed before.
    fn records(count: u8) -> Packed {
        let record = |number: u8| {
            let sealed: Vec<u8> = (0..8).flat_map(|part| Hash::of(&[number, part]).0).collect();
            let record = SealedRecord {
                id: Id([number; 16]),
                class: "booking".to_owned(),
                version: 1 + u64::from(number % 3),
                lineage: Hash([number % 3; 16]),
                author: Id([3; 16]),
                routing: Routing([("state".to_owned(), Route::Word("done".to_owned()))].into()),
                seed: [number; 12].into(),
                parts: vec![Part { class: PartClass::Working, sealed: sealed.into(), seed: None }],
                deleted: false,
            };
            let passed = Passed { rev: u64::from(number), hash: Hash([number; 16]) };
            Incoming {
                rev: 1_000 - u64::from(number) * 3,
                record: record.to_bytes().expect("bytes").into(),
                passed: vec![passed; usize::from(number % 3)],
                rest: (number % 5 == 4).then_some(u64::from(number)),
            }
        };
        Packed { records: (0..count).map(record).collect() }
    }

    #[test]
    fn records_are_put_together_as_they_were() {
        for count in [0, 1, 200] {
            let records = records(count);
            let bytes = crate::encode(&records).expect("bytes");
            assert_eq!(crate::decode(&bytes), Ok(records), "{count}");
        }
    }

    #[test]
    fn envelopes_that_are_alike_cost_little() {
        let records = records(200);
        let apart: usize = records.records.iter().map(|record| record.record.len()).sum();
        let together = crate::encode(&records).expect("bytes").len();
        assert!(together + 200 * 30 < apart, "{together} of {apart}");
    }

    #[test]
    fn what_is_cut_or_does_not_fit_is_refused() {
        let bytes = crate::encode(&records(3)).expect("bytes");
        for length in 0..bytes.len() {
            assert!(crate::decode::<Packed>(&bytes[..length]).is_err(), "{length}");
        }
        let (envelopes, rest) = {
            let mut decoder = Decoder::new(&bytes);
            decoder.array().and_then(|_| decoder.array()).expect("arrays");
            let length = decoder.u64().expect("a length");
            let envelopes = decoder.bytes().expect("envelopes");
            ((length, envelopes.to_vec()), decoder.bytes().expect("the rest").to_vec())
        };
        let (length, envelopes) = envelopes;
        let written = |length: u64, envelopes: &[u8], rest: &[u8]| {
            crate::encode(&[(
                length,
                ByteVec::from(envelopes.to_vec()),
                ByteVec::from(rest.to_vec()),
            )])
            .expect("bytes")
        };
        assert!(crate::decode::<Packed>(&written(length, &envelopes, &rest)).is_ok());
        assert!(crate::decode::<Packed>(&written(length - 1, &envelopes, &rest)).is_err());
        assert!(crate::decode::<Packed>(&written(1 << 40, &envelopes, &rest)).is_err(), "a bomb");
        let more = [rest.as_slice(), &[0]].concat();
        assert!(crate::decode::<Packed>(&written(length, &envelopes, &more)).is_err(), "more");
    }
}
