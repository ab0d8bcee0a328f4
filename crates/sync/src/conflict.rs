//! The record that keeps both values of a group which two desks changed apart.

use booqing_model::field::{FieldClass, Ground, RecordType};
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_store::Row;
use serde_json::{Value, json};

/// A group that both sides changed and that cannot be merged.
pub(crate) struct Found<'a> {
    pub(crate) record_type: &'static RecordType,
    /// The record as it stands here.
    pub(crate) row: &'a Row,
    /// The group.
    pub(crate) group: &'a str,
    /// What both sides changed.
    pub(crate) base: &'a Fields,
    /// What stands at the hub.
    pub(crate) theirs: &'a Fields,
}

impl Found<'_> {
    /// The values of the conflict record: found by the desk `here`, against what `there` made.
    pub(crate) fn values(&self, now: Moment, here: Id, there: Id) -> Fields {
        let Self { record_type, row, group, base, theirs } = *self;
        let pick = |side: &Fields| -> Value {
            let values: Fields = record_type
                .group(group)
                .filter_map(|field| Some((field.name, side.get(field.name)?.clone())))
                .collect();
            json!(values)
        };
        let sides = json!({"base": pick(base), "mine": pick(&row.fields), "theirs": pick(theirs)});
        let class = record_type.group(group).next().map(|field| field.class);
        let person = class.and_then(|class| person_of(class, row));
        let place = class.map_or("working", place_of);
        let values = [
            ("fiscal_year", row.fields.get("fiscal_year").cloned().unwrap_or(Value::Null)),
            ("record_class", json!(record_type.class)),
            ("record", json!(row.id)),
            ("field_group", json!(group)),
            ("person", person.unwrap_or(Value::Null)),
            ("found_at", json!(now)),
            ("found_by", json!(here)),
            ("theirs_by", json!(there)),
            (place, sides),
        ];
        values.into_iter().collect()
    }
}

/// The person whose data a field of this class holds in this record.
fn person_of(class: FieldClass, row: &Row) -> Option<Value> {
    use booqing_model::field::Person;
    match class {
        FieldClass::Personal { person: Person::Itself, .. } => Some(json!(row.id)),
        FieldClass::Personal { person: Person::Named(reference), .. } => {
            row.fields.get(reference).cloned()
        }
        // A list of several persons: the values of all of them are in the sides, so nobody's key
        // alone may open them.
        _ => None,
    }
}

/// The field of a conflict that holds sides of this class.
fn place_of(class: FieldClass) -> &'static str {
    match class {
        FieldClass::Routing | FieldClass::Working => "working",
        FieldClass::Statutory { .. } => "statutory",
        FieldClass::Personal { ground, .. } => match ground {
            Ground::Contract => "contract",
            Ground::Consent => "consent",
            Ground::LegalObligation => "legal_obligation",
            Ground::LegitimateInterest => "legitimate_interest",
            Ground::Employment => "employment",
        },
    }
}
