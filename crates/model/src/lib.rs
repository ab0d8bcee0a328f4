//! What an administration holds.
//!
//! An entity is declared once, in [`entities`], with `#[derive(Record)]`. Each field says what it
//! is: its class, its merge group, whose it is, and on which ground it is held. Everything else
//! follows from that declaration: the columns of the table, the sealed parts ([`parts`]), what
//! the hub sees, what the dossier prints, and the [`register`], which is also the record of
//! processing of GDPR article 30.
//!
//! Nothing here reads a file, a clock or a random source: dates, moments and ids are passed in.

extern crate self as booqing_model;

pub mod codes;
pub mod entities;
pub mod field;
pub mod fields;
pub mod following;
pub mod id;
pub mod money;
pub mod parts;
pub mod register;
pub mod stored;
pub mod text;
pub mod time;

pub use booqing_model_derive::Record;
pub use field::{Field, FieldClass, FieldValue, Ground, Kind, Merge, Person, Record, RecordType};
pub use fields::{Fields, FieldsError, Values};
pub use id::Id;
pub use parts::{Part, PartKey};
pub use stored::Stored;
