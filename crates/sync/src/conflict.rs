//! The record that keeps both values of a group which two desks changed apart, or that one deleted what
//! the other changed.

use std::collections::BTreeSet;

use booqing_model::entities::{DELETION, place_of};
use booqing_model::field::{FieldClass, RecordType};
use booqing_model::parts::Unknown;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id};
use booqing_protocol::SealedRecord;
use booqing_store::Row;
use booqing_store::tables::outbox::Waiting;
use serde_json::{Value, json};

use crate::SyncError;
use crate::inward::Inward;
use crate::wire::model_id;

/// A group that both sides changed and that cannot be merged.
struct Found<'a> {
    record_type: &'static RecordType,
    /// The record as it stands here.
    row: &'a Row,
    /// The group.
    group: &'a str,
    /// What both sides changed.
    base: &'a Fields,
    /// What stands at the hub.
    theirs: &'a Fields,
    /// When both were entered, as far as that is known.
    times: Times,
}

/// When `mine` and `theirs` were entered, as far as that is known.
type Times = (Option<Moment>, Option<Moment>);

impl Found<'_> {
    /// The values of the conflict record: found by the desk `here`, against what `there` made.
    fn values(&self, now: Moment, here: Id, there: Id) -> Fields {
        let Self { record_type, row, group, base, theirs, times } = *self;
        let pick = |side: &Fields, place: &str| -> Value {
            let values: Fields = record_type
                .group(group)
                .filter(|field| place_of(field.class) == place)
                .filter_map(|field| Some((field.name, side.get(field.name)?.clone())))
                .collect();
            json!(values)
        };
        let places: BTreeSet<&str> =
            record_type.group(group).map(|field| place_of(field.class)).collect();
        let sides = places.into_iter().map(|place| {
            let pick = |side| pick(side, place);
            let sides =
                json!({"base": pick(base), "mine": pick(&row.fields), "theirs": pick(theirs)});
            (place, sides)
        });
        let person = record_type.group(group).find_map(|field| person_of(field.class, row));
        let (mine_at, theirs_at) = times;
        let values = [
            ("fiscal_year", row.fields.get("fiscal_year").cloned().unwrap_or(Value::Null)),
            ("record_class", json!(record_type.class)),
            ("record", json!(row.id)),
            ("field_group", json!(group)),
            ("person", person.unwrap_or(Value::Null)),
            ("found_at", json!(now)),
            ("found_by", json!(here)),
            ("theirs_by", json!(there)),
            ("mine_at", json!(mine_at)),
            ("theirs_at", json!(theirs_at)),
        ];
        values.into_iter().chain(sides).collect()
    }
}

/// The values of a conflict between a deletion, here or there, and an edit of the same record. They say
/// nothing of what is in it.
fn of_deletion(
    record_type: &RecordType,
    row: &Row,
    deleted_here: bool,
    now: Moment,
    (here, there): (Id, Id),
    (mine_at, theirs_at): Times,
) -> Fields {
    let side = |deleted: bool| json!({ DELETION: deleted });
    let sides =
        json!({"base": side(false), "mine": side(deleted_here), "theirs": side(!deleted_here)});
    let values = [
        ("fiscal_year", row.fields.get("fiscal_year").cloned().unwrap_or(Value::Null)),
        ("record_class", json!(record_type.class)),
        ("record", json!(row.id)),
        ("field_group", json!(DELETION)),
        ("found_at", json!(now)),
        ("found_by", json!(here)),
        ("theirs_by", json!(there)),
        ("mine_at", json!(mine_at)),
        ("theirs_at", json!(theirs_at)),
        ("working", sides),
    ];
    values.into_iter().collect()
}

impl Inward<'_> {
    /// Keeps both values of a group as a record of its own.
    pub(crate) fn keep_conflict(
        &mut self,
        record_type: &'static RecordType,
        record: &SealedRecord,
        row: &Row,
        group: &str,
        base: &Fields,
        theirs: &Fields,
    ) -> Result<(), SyncError> {
        let now = self.surroundings.now();
        let times = self.times(row.id)?;
        let found = Found { record_type, row, group, base, theirs, times };
        let (here, there) = (model_id(self.sealer.desk()), model_id(record.author));
        self.put_conflict(found.values(now, here, there))
    }

    /// The same where what stands here is what was made here: the other side is what was made there.
    pub(crate) fn keep_other_side(
        &mut self,
        record_type: &'static RecordType,
        record: &SealedRecord,
        (row, theirs): (&Row, &Row),
        group: &str,
        base: &Fields,
    ) -> Result<(), SyncError> {
        let now = self.surroundings.now();
        let (mine_at, theirs_at) = self.times(row.id)?;
        let times = (theirs_at, mine_at);
        let found = Found { record_type, row: theirs, group, base, theirs: &row.fields, times };
        let (here, there) = (model_id(self.sealer.desk()), model_id(record.author));
        self.put_conflict(found.values(now, there, here))
    }

    /// Keeps a conflict, to be sent to every desk.
    fn put_conflict(&mut self, fields: Fields) -> Result<(), SyncError> {
        self.taken.conflicts += 1;
        let (id, now) = (self.surroundings.id()?, self.surroundings.now());
        let conflict = Row { seq: 0, id, version: 1, fields, unknown: Unknown::new() };
        self.exchange.put_row("conflict", &conflict, None, now)?;
        let waiting = Waiting::new("conflict", id, 1);
        self.exchange.put_outbox(now, &[waiting])?;
        Ok(())
    }

    /// Keeps for a person that a record was deleted on one side and changed on the other.
    pub(crate) fn keep_deletion(
        &mut self,
        record_type: &'static RecordType,
        record: &SealedRecord,
        row: &Row,
        deleted_here: bool,
    ) -> Result<(), SyncError> {
        let desks = (model_id(self.sealer.desk()), model_id(record.author));
        let (now, times) = (self.surroundings.now(), self.times(row.id)?);
        self.put_conflict(of_deletion(record_type, row, deleted_here, now, desks, times))
    }

    fn times(&self, id: Id) -> Result<Times, SyncError> {
        Ok((self.exchange.changed_at(id)?, self.entered))
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
