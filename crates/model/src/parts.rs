//! How a record is cut into parts: one for each key it needs.
//!
//! A record has one sealed part per (class, person, ground). A booking with three participants
//! has three personal parts, so that each can be made unreadable alone.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::field::{FieldClass, Ground, Merge, Person, RecordType};
use crate::fields::Name;
use crate::{Fields, Id};

/// Which key a part is sealed under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKey {
    /// The administration's key.
    Working,
    /// The key of the record's fiscal year and its last day of retention.
    Statutory,
    /// The key of one person on one ground. Without a person (nobody is known yet), the
    /// administration's key.
    Personal {
        /// Whose data it is.
        person: Option<Id>,
        /// On which ground it is held.
        ground: Ground,
    },
}

impl fmt::Display for PartKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Working => formatter.write_str("working"),
            Self::Statutory => formatter.write_str("statutory"),
            Self::Personal { person: Some(person), ground } => {
                write!(formatter, "personal/{}/{person}", ground.name())
            }
            Self::Personal { person: None, ground } => {
                write!(formatter, "personal/{}", ground.name())
            }
        }
    }
}

impl std::str::FromStr for PartKey {
    type Err = UnknownPartKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownPartKey(text.to_owned());
        let mut words = text.split('/');
        let key = match (words.next(), words.next(), words.next()) {
            (Some("working"), None, None) => Self::Working,
            (Some("statutory"), None, None) => Self::Statutory,
            (Some("personal"), Some(ground), person) => Self::Personal {
                person: person.map(str::parse).transpose().map_err(|_| unknown())?,
                ground: Ground::from_name(ground).ok_or_else(unknown)?,
            },
            _ => return Err(unknown()),
        };
        if words.next().is_some() { Err(unknown()) } else { Ok(key) }
    }
}

/// A part key that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} names no key of a part")]
pub struct UnknownPartKey(pub String);

/// The values that are sealed together.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Under which key.
    pub key: PartKey,
    /// The values.
    pub fields: Fields,
}

/// A record cut for the hub.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// What the hub reads.
    pub routing: Fields,
    /// What it cannot read, sorted by key.
    pub parts: Vec<Part>,
}

/// Values of fields that this version does not know.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Unknown {
    /// What the hub reads of them; it gets it again.
    pub routing: Fields,
    /// The others by the part they came in. They are sealed again under the key they came under.
    pub parts: BTreeMap<PartKey, Fields>,
}

impl Unknown {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.routing.is_empty() && self.parts.is_empty()
    }

    /// Adds what others have and these have not.
    pub fn add(&mut self, others: &Self) {
        let add = |to: &mut Fields, from: &Fields| {
            for (name, value) in from.iter() {
                if to.get(name).is_none() {
                    to.set(name, value.clone());
                }
            }
        };
        add(&mut self.routing, &others.routing);
        for (key, fields) in &others.parts {
            add(self.parts.entry(key.clone()).or_default(), fields);
        }
    }
}

/// Cuts a record into what the hub reads and the parts it cannot read.
///
/// `itself` is the id of the record, which is the person of a record about a person. The working
/// part is always there: it carries the references between records, and an empty
/// record still has one part that proves its content.
pub fn cut(record: &RecordType, itself: Id, fields: &Fields, unknown: &Unknown) -> Cut {
    let mut routing = Fields::new();
    let mut parts: BTreeMap<PartKey, Fields> = BTreeMap::from([(PartKey::Working, Fields::new())]);
    for (name, value) in fields.iter() {
        let Some(field) = record.field(name) else { continue };
        match field.class {
            FieldClass::Routing => {
                routing.set(name, value.clone());
            }
            FieldClass::Working => put(&mut parts, PartKey::Working, name, value.clone()),
            FieldClass::Statutory { .. } => {
                put(&mut parts, PartKey::Statutory, name, value.clone());
            }
            FieldClass::Personal { person: Person::Each, ground } => {
                for element in value.as_array().into_iter().flatten() {
                    let key = PartKey::Personal { person: id(element.get("client")), ground };
                    append(&mut parts, key, name, element.clone());
                }
            }
            FieldClass::Personal { person: Person::Named(reference), ground } => {
                let key = PartKey::Personal { person: id(fields.get(reference)), ground };
                put(&mut parts, key, name, value.clone());
            }
            FieldClass::Personal { person: Person::Itself, ground } => {
                let key = PartKey::Personal { person: Some(itself), ground };
                put(&mut parts, key, name, value.clone());
            }
        }
    }
    for (name, value) in unknown.routing.iter() {
        routing.set(name, value.clone());
    }
    for (key, fields) in &unknown.parts {
        for (name, value) in fields.iter() {
            put(&mut parts, key.clone(), name, value.clone());
        }
    }
    let parts = parts.into_iter().map(|(key, fields)| Part { key, fields }).collect();
    Cut { routing, parts }
}

/// Puts a record together again from what the hub reads and the parts that could be opened.
pub fn join(record: &RecordType, cut: Cut) -> (Fields, Unknown) {
    // A map is made quickest of all its values at once.
    let mut values: Vec<(Name, Value)> = Vec::new();
    let mut lists = Fields::new();
    let mut unknown = Unknown::new();
    for (name, value) in cut.routing {
        match record.field(&name) {
            None => {
                unknown.routing.set(&name, value);
            }
            Some(field) => values.push((field.name.into(), value)),
        }
    }
    for part in cut.parts {
        for (name, value) in part.fields {
            match record.field(&name) {
                None => {
                    unknown.parts.entry(part.key.clone()).or_default().set(&name, value);
                }
                Some(field) if is_spread(field.class) => spread(&mut lists, &name, value),
                Some(field) => values.push((field.name.into(), value)),
            }
        }
    }
    for field in record.fields.iter().filter(|field| is_spread(field.class)) {
        debug_assert_eq!(field.merge, Merge::List, "a field of several persons is a list");
        sort_by_key(&mut lists, field.name);
    }
    values.extend(lists);
    (values.into_iter().collect(), unknown)
}

/// The name under which the id of a record stands in what the hub reads of an unknown field.
pub const RECORD: &str = "record";

/// Values of fields that a version before did not know and this one does, taken out of `unknown` into
/// `fields`. Whether there were any.
pub fn adopt(record: &RecordType, fields: &mut Fields, unknown: &mut Unknown) -> bool {
    take(|name| record.field(name).is_some(), fields, unknown)
}

/// All values of a record, whatever of it is known: the same in every version.
pub fn whole(fields: &Fields, unknown: &Unknown) -> Fields {
    let mut whole = fields.clone();
    take(|_| true, &mut whole, &mut unknown.clone());
    whole
}

fn take(is_known: impl Fn(&str) -> bool, fields: &mut Fields, unknown: &mut Unknown) -> bool {
    let mut taken = Fields::new();
    let names = |of: &Fields| -> Vec<String> {
        of.iter().map(|(name, _)| name.to_owned()).filter(|name| is_known(name)).collect()
    };
    for name in names(&unknown.routing) {
        let value = unknown.routing.set(&name, Value::Null).unwrap_or_default();
        let id = value.get(RECORD).cloned();
        taken.set(&name, id.unwrap_or(value));
    }
    let mut of_several = Vec::new();
    for part in unknown.parts.values_mut() {
        for name in names(part) {
            let value = part.set(&name, Value::Null).unwrap_or_default();
            if taken.get(&name).is_some() {
                // Only the elements of a list lie in several parts.
                spread(&mut taken, &name, value);
                of_several.push(name);
            } else {
                taken.set(&name, value);
            }
        }
    }
    unknown.parts.retain(|_, part| !part.is_empty());
    for name in of_several {
        sort_by_key(&mut taken, &name);
    }
    let is_any = !taken.is_empty();
    for (name, value) in taken {
        fields.set(&name, value);
    }
    is_any
}

/// Brings a record into the one form that [`cut`] and [`join`] give back: a list of several persons
/// is sorted by its keys, and absent when it is empty. Done when a record is written, so that the
/// desk that wrote it and the desks that receive it have the same.
pub fn canonical(record: &RecordType, fields: &mut Fields) {
    for field in record.fields.iter().filter(|field| is_spread(field.class)) {
        sort_by_key(fields, field.name);
    }
}

fn is_spread(class: FieldClass) -> bool {
    matches!(class, FieldClass::Personal { person: Person::Each, .. })
}

fn id(value: Option<&Value>) -> Option<Id> {
    value.and_then(Value::as_str).and_then(|text| text.parse().ok())
}

fn put(parts: &mut BTreeMap<PartKey, Fields>, key: PartKey, name: &str, value: Value) {
    parts.entry(key).or_default().set(name, value);
}

fn append(parts: &mut BTreeMap<PartKey, Fields>, key: PartKey, name: &str, element: Value) {
    spread(parts.entry(key).or_default(), name, Value::Array(vec![element]));
}

fn spread(fields: &mut Fields, name: &str, value: Value) {
    let mut elements = match fields.set(name, Value::Null) {
        Some(Value::Array(elements)) => elements,
        _ => Vec::new(),
    };
    match value {
        Value::Array(more) => elements.extend(more),
        other => elements.push(other),
    }
    fields.set(name, Value::Array(elements));
}

fn sort_by_key(fields: &mut Fields, name: &str) {
    if let Some(Value::Array(mut elements)) = fields.set(name, Value::Null) {
        let key = |element: &Value| {
            element.get("key").and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        elements.sort_by_key(key);
        if !elements.is_empty() {
            fields.set(name, Value::Array(elements));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Record;
    use crate::entities::{Booking, Client};

    fn fields(value: Value) -> Fields {
        serde_json::from_value(value).expect("a map")
    }

    fn itself() -> Id {
        Id::new(1, [1; 10])
    }

    const ANNA: &str = "01900000-0000-7000-8000-00000000000a";
    const BRAM: &str = "01900000-0000-7000-8000-00000000000b";

    #[test]
    fn a_booking_has_a_part_for_each_person() {
        let booking = fields(json!({
            "state": "confirmed",
            "number": "B-0001",
            "client": ANNA,
            "title": "Intake",
            "participants": [
                {"key": "01900000-0000-7000-8000-000000000001", "client": ANNA, "name": "Anna"},
                {"key": "01900000-0000-7000-8000-000000000002", "client": BRAM, "name": "Bram"},
                {"key": "01900000-0000-7000-8000-000000000003", "name": "a friend"},
            ],
        }));
        let cut = cut(Booking::TYPE, itself(), &booking, &Unknown::new());
        let keys: Vec<String> = cut.parts.iter().map(|part| part.key.to_string()).collect();
        assert_eq!(
            keys,
            [
                "working".to_owned(),
                "statutory".to_owned(),
                "personal/contract".to_owned(),
                format!("personal/contract/{ANNA}"),
                format!("personal/contract/{BRAM}"),
            ]
        );
        assert_eq!(cut.routing, fields(json!({"state": "confirmed"})));
        let (joined, unknown) = join(Booking::TYPE, cut);
        assert_eq!(joined, booking);
        assert!(unknown.is_empty());
    }

    #[test]
    fn what_was_brought_into_form_comes_back_as_it_was() {
        for participants in
            [json!([]), json!([{"key": "b", "name": "B"}, {"key": "a", "name": "A"}])]
        {
            let mut booking = fields(json!({"number": "B-1", "participants": participants}));
            canonical(Booking::TYPE, &mut booking);
            let cut = cut(Booking::TYPE, itself(), &booking, &Unknown::new());
            assert!(join(Booking::TYPE, cut).0 == booking);
        }
    }

    #[test]
    fn nothing_personal_is_clear_or_beside_somebody_elses() {
        let booking = fields(json!({
            "client": ANNA, "title": "Intake",
            "participants": [{"key": "k", "client": BRAM, "name": "Bram"}],
        }));
        for part in cut(Booking::TYPE, itself(), &booking, &Unknown::new()).parts {
            let text = serde_json::to_string(&part.fields).expect("text");
            let of_bram = part.key.to_string().ends_with(BRAM);
            assert_eq!(text.contains("\"Bram\""), of_bram, "{}", part.key);
        }
    }

    #[test]
    fn an_unknown_field_goes_back_into_the_part_it_came_in() {
        let key = PartKey::Personal { person: Some(itself()), ground: Ground::Consent };
        let came = Cut {
            routing: Fields::new(),
            parts: vec![
                Part { key: PartKey::Working, fields: fields(json!({"number": "C-0001"})) },
                Part { key: key.clone(), fields: fields(json!({"shoe_size": 43})) },
            ],
        };
        let (known, unknown) = join(Client::TYPE, came.clone());
        assert_eq!(known, fields(json!({"number": "C-0001"})));
        assert_eq!(unknown.parts.get(&key), Some(&fields(json!({"shoe_size": 43}))));
        assert_eq!(cut(Client::TYPE, itself(), &known, &unknown), came);
    }

    /// A record type as a version before had it.
    fn before(record: &'static RecordType, without: &[&str]) -> RecordType {
        let fields = record.fields.iter().filter(|field| !without.contains(&field.name));
        RecordType { fields: fields.cloned().collect::<Vec<_>>().leak(), ..record.clone() }
    }

    #[test]
    fn what_a_version_before_did_not_know_is_there_when_it_is() {
        let mut whole_one = fields(json!({
            "state": "confirmed", "number": "B-1", "client": ANNA, "title": "Intake",
            "participants": [
                {"key": "3", "client": BRAM, "name": "Bram"},
                {"key": "1", "client": ANNA, "name": "Anna"},
                {"key": "2", "client": BRAM, "name": "Bram again"},
            ],
        }));
        canonical(Booking::TYPE, &mut whole_one);
        let came = cut(Booking::TYPE, itself(), &whole_one, &Unknown::new());
        let old = before(Booking::TYPE, &["state", "title", "participants"]);
        let (mut known, mut unknown) = join(&old, came.clone());
        assert_eq!(known, fields(json!({"number": "B-1", "client": ANNA})));
        assert_eq!(cut(&old, itself(), &known, &unknown), came, "nothing is lost on the way");
        assert_eq!(whole(&known, &unknown), whole_one);
        assert!(adopt(Booking::TYPE, &mut known, &mut unknown));
        assert_eq!((&known, unknown.is_empty()), (&whole_one, true));
        assert!(!adopt(Booking::TYPE, &mut known, &mut unknown));
    }

    #[test]
    fn part_keys_read_back() {
        let person = ANNA.parse().ok();
        for key in [
            PartKey::Working,
            PartKey::Statutory,
            PartKey::Personal { person, ground: Ground::Contract },
            PartKey::Personal { person: None, ground: Ground::LegalObligation },
        ] {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        for wrong in ["", "work", "personal", "personal/whim", "working/x", "personal/consent/x/y"]
        {
            assert!(wrong.parse::<PartKey>().is_err(), "{wrong}");
        }
    }
}
