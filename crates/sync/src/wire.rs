//! Ids, classes and routing as they stand in the cache and as they cross the wire.

use std::collections::BTreeMap;

use booqing_model::field::{Kind, RecordType};
use booqing_model::fields::Name;
use booqing_model::{Fields, parts};
use booqing_protocol::{Id, Route, Routing};
use serde_json::{Value, json};

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
            let id = |id: &str| Some(Route::Record(wire_id(id.parse().ok()?)));
            let route = match (record.field(name).map(|field| field.kind), value) {
                (Some(Kind::Id), Value::String(text)) => id(text)?,
                (None, Value::Object(of)) => id(of.get(parts::RECORD)?.as_str()?)?,
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

/// What the hub reads of a record, as fields. Of one that this version does not know it stays visible
/// that it is the id of a record.
pub(crate) fn plain_routing(record: &RecordType, routing: &Routing) -> Fields {
    routing
        .0
        .iter()
        .map(|(name, route)| {
            let field = record.field(name);
            let value = match route {
                Route::Word(word) => Value::String(word.clone()),
                Route::Number(number) => (*number).into(),
                Route::Flag(flag) => (*flag).into(),
                Route::Record(id) => match model_id(*id).to_string() {
                    id if field.is_some() => Value::String(id),
                    id => json!({ parts::RECORD: id }),
                },
            };
            (field.map_or_else(|| name.clone().into(), |field| Name::from(field.name)), value)
        })
        .collect()
}
