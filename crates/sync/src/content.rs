//! What is sealed in the parts of a record: values, as CBOR (RFC 8949).
//!
//! A text that is an id (a UUID as RFC 9562 writes it) stands there as its sixteen bytes and is the same
//! text again when it is read. Maps, lists, numbers and texts are what they are.

use std::collections::BTreeMap;

use booqing_model::fields::Name;
use booqing_model::parts::PartKey;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_protocol::{Part, SealedRecord};
use minicbor::bytes::ByteVec;
use minicbor::data::Type;
use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};
use serde_json::{Map, Number, Value};

use crate::SyncError;
use crate::wire::model_id;

/// How deep values may lie in each other. What people enter lies three deep.
const DEEPEST: u32 = 32;

/// Values as they are sealed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plain(pub Fields);

/// What the first part holds: working values, and what is known of the other parts.
#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct First {
    /// The values.
    #[n(0)]
    pub fields: Plain,
    /// The other parts in their order.
    #[n(1)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub parts: Vec<Named>,
    /// What would be other parts and lies under the administration's key as well, each with what it is:
    /// what is about a person whom nobody knows yet.
    #[n(2)]
    #[cbor(default, skip_if = "Vec::is_empty")]
    pub beside: Vec<Beside>,
    /// When this version was entered, by the clock of its desk, in seconds since 1970. A first version
    /// does without: its id says when it was made.
    #[n(3)]
    pub at: Option<i64>,
}

/// What a part is, and under which key it lies.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(array)]
pub struct Named {
    /// The id of its key, without the zeros it begins with.
    #[n(0)]
    key: ByteVec,
    /// What it is, without the person.
    #[n(1)]
    kind: String,
    /// Whose it is.
    #[n(2)]
    person: Option<booqing_protocol::Id>,
}

/// A part that has no key of its own.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(array)]
pub struct Beside {
    /// What it is.
    #[n(0)]
    pub kind: String,
    /// Its values.
    #[n(1)]
    pub fields: Plain,
}

impl Named {
    /// A part and its key.
    pub fn of(part: &PartKey, key: Id) -> Self {
        let bytes = key.as_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let key = bytes.get(zeros..).unwrap_or_default().to_vec().into();
        let (kind, person) = match part {
            PartKey::Personal { person: Some(person), ground } => {
                let without = PartKey::Personal { person: None, ground: *ground };
                (without.to_string(), Some(booqing_protocol::Id(*person.as_bytes())))
            }
            other => (other.to_string(), None),
        };
        Self { key, kind, person }
    }

    /// The id of its key; `None` when that is none.
    pub(crate) fn key(&self) -> Option<Id> {
        let mut id = [0; 16];
        let zeros = id.len().checked_sub(self.key.len())?;
        id.get_mut(zeros..)?.copy_from_slice(&self.key);
        Some(Id::from_bytes(id))
    }

    /// What it is; `None` when this version does not know such parts.
    pub(crate) fn part(&self) -> Option<PartKey> {
        match (self.kind.parse().ok()?, self.person) {
            (PartKey::Personal { person: None, ground }, Some(person)) => {
                let person = Some(Id::from_bytes(person.0));
                Some(PartKey::Personal { person, ground })
            }
            (part, None) => Some(part),
            _ => None,
        }
    }
}

impl<C> Encode<C> for Plain {
    fn encode<W: Write>(
        &self,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        encoder.map(self.0.len() as u64)?;
        for (name, value) in self.0.iter() {
            encoder.str(name)?;
            write(encoder, value)?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Plain {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let mut values: Vec<(Name, Value)> = Vec::new();
        for _ in 0..length(decoder.map()?)? {
            let name = decoder.str()?.to_owned();
            values.push((name.into(), read(decoder, 0)?));
        }
        Ok(Self(values.into_iter().collect()))
    }
}

/// The id that a text is, if it is written as ids are.
fn id_of(text: &str) -> Option<Id> {
    if text.len() != 36 {
        return None;
    }
    let id: Id = text.parse().ok()?;
    (id.to_string() == text).then_some(id)
}

fn write<W: Write>(encoder: &mut Encoder<W>, value: &Value) -> Result<(), encode::Error<W::Error>> {
    match value {
        Value::Null => encoder.null()?.ok(),
        Value::Bool(flag) => encoder.bool(*flag)?.ok(),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => encoder.u64(number)?.ok(),
            (_, Some(number), _) => encoder.i64(number)?.ok(),
            (.., Some(number)) => encoder.f64(number)?.ok(),
            _ => Err(encode::Error::message("a number that is none")),
        },
        Value::String(text) => match id_of(text) {
            Some(id) => encoder.bytes(id.as_bytes())?.ok(),
            None => encoder.str(text)?.ok(),
        },
        Value::Array(elements) => {
            encoder.array(elements.len() as u64)?;
            elements.iter().try_for_each(|element| write(encoder, element))
        }
        Value::Object(map) => {
            encoder.map(map.len() as u64)?;
            map.iter().try_for_each(|(name, value)| {
                encoder.str(name)?;
                write(encoder, value)
            })
        }
    }
}

fn read(decoder: &mut Decoder<'_>, depth: u32) -> Result<Value, decode::Error> {
    if depth > DEEPEST {
        return Err(decode::Error::message("values lie too deep in each other"));
    }
    Ok(match decoder.datatype()? {
        Type::Null => {
            decoder.null()?;
            Value::Null
        }
        Type::Bool => decoder.bool()?.into(),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => decoder.u64()?.into(),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 => decoder.i64()?.into(),
        Type::F64 => Number::from_f64(decoder.f64()?)
            .ok_or(decode::Error::message("a number that is none"))?
            .into(),
        Type::String => decoder.str()?.into(),
        Type::Bytes => {
            let bytes = decoder.bytes()?.try_into();
            let bytes = bytes.map_err(|_| decode::Error::message("bytes that are no id"))?;
            Id::from_bytes(bytes).to_string().into()
        }
        Type::Array => {
            let count = length(decoder.array()?)?;
            Value::Array((0..count).map(|_| read(decoder, depth + 1)).collect::<Result<_, _>>()?)
        }
        Type::Map => {
            let mut map = Map::new();
            for _ in 0..length(decoder.map()?)? {
                let name = decoder.str()?.to_owned();
                map.insert(name, read(decoder, depth + 1)?);
            }
            Value::Object(map)
        }
        other => return Err(decode::Error::type_mismatch(other)),
    })
}

/// How many values follow. They are never written without saying so.
fn length(told: Option<u64>) -> Result<u64, decode::Error> {
    told.ok_or(decode::Error::message("a length that is not told"))
}

/// What the first part says of what it holds beside its values, by what it is.
pub(crate) fn beside(parts: BTreeMap<String, Fields>) -> Vec<Beside> {
    parts.into_iter().map(|(kind, fields)| Beside { kind, fields: Plain(fields) }).collect()
}

/// When a version was entered: as it says; a first one by its id (UUID version 7, RFC 9562).
pub(crate) fn entered(record: &SealedRecord, at: Option<i64>) -> Option<Moment> {
    let made = || Some(model_id(record.id).made_at()).filter(|_| record.version == 1);
    at.map(Moment).or_else(made)
}

/// When a record was deleted.
pub(crate) fn deleted_at(record: &SealedRecord, content: &[u8]) -> Option<Moment> {
    // Once it held nothing.
    let first = booqing_protocol::decode::<First>(content).ok();
    entered(record, first.and_then(|first| first.at))
}

/// What the first part says, and the parts it names.
pub(crate) fn read_first<'r>(
    record: &'r SealedRecord,
    content: &[u8],
) -> Result<(First, &'r [Part]), SyncError> {
    let first: First = booqing_protocol::decode(content).map_err(|_| no_content(record))?;
    match record.parts.split_first() {
        Some((_, others)) if others.len() == first.parts.len() => Ok((first, others)),
        _ => Err(no_content(record)),
    }
}

/// What was sealed is no content of this program.
pub(crate) fn no_content(record: &SealedRecord) -> SyncError {
    SyncError::Content { class: record.class.clone(), id: record.id }
}

#[cfg(test)]
mod tests {
    use booqing_protocol::{decode, encode};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let id = any::<[u8; 16]>().prop_map(|bytes| Id::from_bytes(bytes).to_string().into());
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e300_f64..1e300).prop_map(Value::from),
            ".{0,40}".prop_map(Value::from),
            id,
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[a-z_]{1,9}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn values_read_as_they_were_written(
            values in prop::collection::btree_map("[a-z_]{1,9}", any_value(), 0..8)
        ) {
            let plain = Plain(values.into_iter().collect());
            let bytes = encode(&plain).expect("bytes");
            prop_assert_eq!(decode::<Plain>(&bytes), Ok(plain));
        }
    }

    #[test]
    fn an_id_costs_sixteen_bytes_and_what_only_looks_like_one_stays_as_it_is() {
        let of = |text: &str| {
            let plain = Plain(Fields::from_iter([("x", Value::from(text))]));
            let bytes = encode(&plain).expect("bytes");
            assert_eq!(decode::<Plain>(&bytes), Ok(plain), "{text}");
            bytes.len()
        };
        assert_eq!(of("018cc3d4-4e40-74e2-b78a-bc56209da2a2"), 1 + 2 + 17);
        assert_eq!(of("018CC3D4-4E40-74E2-B78A-BC56209DA2A2"), 1 + 2 + 2 + 36, "capitals");
        assert_eq!(of("018cc3d44e4074e2b78abc56209da2a2"), 1 + 2 + 2 + 32, "without dashes");
    }

    #[test]
    fn the_first_part_says_what_the_others_are() {
        let person = Id::new(1, [7; 10]);
        let mut key = [0; 16];
        key[9] = 5;
        let ground = booqing_model::field::Ground::Contract;
        for (part, length) in [
            (PartKey::Statutory, 1 + 1 + 7 + 1 + 9),
            (PartKey::Personal { person: Some(person), ground }, 1 + 1 + 7 + 1 + 17 + 17),
        ] {
            let named = Named::of(&part, Id::from_bytes(key));
            let bytes = encode(&named).expect("bytes");
            assert_eq!(bytes.len(), length, "{part}");
            let read: Named = decode(&bytes).expect("read");
            assert_eq!((read.part(), read.key()), (Some(part), Some(Id::from_bytes(key))));
        }
        let mut newer = Named::of(&PartKey::Statutory, Id::from_bytes(key));
        newer.kind = "fiscal/2".to_owned();
        assert_eq!(newer.part(), None);
    }

    #[test]
    fn what_lies_too_deep_or_is_cut_is_refused() {
        let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
        let bytes = encode(&Plain(Fields::from_iter([("x", deep)]))).expect("bytes");
        assert!(decode::<Plain>(&bytes).is_err());
        let bytes = encode(&Plain(Fields::from_iter([("x", json!([1, "two", {"three": 3}]))])));
        let bytes = bytes.expect("bytes");
        assert!((0..bytes.len()).all(|length| decode::<Plain>(&bytes[..length]).is_err()));
    }
}
