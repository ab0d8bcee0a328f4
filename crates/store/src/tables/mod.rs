//! The tables, one file each.
//!
//! A record table has, beside its fields: `seq`, its place for lists; `version`, how often it was
//! changed; `unknown`, fields of a newer version. Every field may be absent: a part that this desk has
//! no key for cannot be read, and an older desk does not write the fields of a newer one.

use booqing_model::Fields;
use rusqlite::types::Value as Sql;

pub(crate) mod administration;
pub(crate) mod attachment;
pub(crate) mod audit_event;
pub(crate) mod base;
pub(crate) mod booking;
pub mod chunk;
pub(crate) mod client;
pub(crate) mod conflict;
pub mod connection;
pub(crate) mod consent;
pub(crate) mod deletion;
pub(crate) mod desk;
pub mod digest;
pub(crate) mod disclosure;
pub mod document;
pub(crate) mod fiscal_year;
pub mod history;
pub(crate) mod hold;
pub(crate) mod identity;
pub(crate) mod late_entry;
pub(crate) mod number_series;
pub mod outbox;
pub mod refusal;
pub(crate) mod resource;
pub mod scan;
pub mod sealing_key;
pub(crate) mod service;
pub mod synced;
pub mod undo;
pub mod unread;
pub(crate) mod user;
pub mod witness;

/// Columns of a table that are computed from its fields.
pub(crate) fn derived_columns(class: &str) -> &'static [&'static str] {
    match class {
        "client" => &["derived_name", "derived_city"],
        _ => &[],
    }
}

/// The values of those columns, in their order.
pub(crate) fn derived_values(class: &str, fields: &Fields) -> Vec<Sql> {
    match class {
        "client" => vec![Sql::Text(client::name_key(fields)), Sql::Text(client::city_key(fields))],
        _ => Vec::new(),
    }
}
