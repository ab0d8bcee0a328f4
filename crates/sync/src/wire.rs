//! Ids, classes and routing as they stand in the cache and as they cross the wire.

use std::collections::BTreeMap;

use booqing_model::field::{Kind, RecordType};
use booqing_model::{Fields, register};
use booqing_protocol::{Id, Route, Routing};
use serde_json::Value;

/// The id on the wire.
pub fn wire_id(id: booqing_model::Id) -> Id {
    Id(*id.as_bytes())
}

/// The id in the cache.
pub fn model_id(id: Id) -> booqing_model::Id {
    booqing_model::Id::from_bytes(id.0)
}

/// What the hub reads. A value that has no form for the hub stays out of it.
pub(crate) fn wire_routing(record: &RecordType, fields: &Fields) -> Routing {
    let routes: BTreeMap<String, Route> = fields
        .iter()
        .filter_map(|(name, value)| {
            let route = match (record.field(name)?.kind, value) {
                (Kind::Id, Value::String(id)) => Route::Record(wire_id(id.parse().ok()?)),
                (_, Value::String(word)) => Route::Word(word.clone()),
                (_, Value::Bool(flag)) => Route::Flag(*flag),
                (_, Value::Number(number)) => Route::Number(number.as_i64()?),
                _ => return None,
            };
            Some((name.to_owned(), route))
        })
        .collect();
    Routing(routes)
}

/// What the hub reads of a record, as fields. What this version does not know stays out.
pub(crate) fn plain_routing(record: &RecordType, routing: &Routing) -> Fields {
    routing
        .0
        .iter()
        .filter_map(|(name, route)| Some((record.field(name)?.name, route)))
        .map(|(name, route)| {
            let value = match route {
                Route::Word(word) => Value::String(word.clone()),
                Route::Number(number) => (*number).into(),
                Route::Flag(flag) => (*flag).into(),
                Route::Record(id) => Value::String(model_id(*id).to_string()),
            };
            (name, value)
        })
        .collect()
}

/// The entity of a record class on the wire, when this version knows it.
pub fn known(class: &str) -> Option<&'static RecordType> {
    register::find(class)
}
