//! The field register: everything an administration can hold, field by field.
//!
//! It is printed as `docs/field-register.md` and serves as the record of processing of GDPR
//! article 30(1)(c): the categories of data, why each is held, and who can read it.

use std::fmt::Write;

use serde::Serialize;

use crate::entities;
use crate::field::{FieldClass, Person, Record, RecordType};

/// Every entity, in the order in which a person reads about them.
pub const RECORDS: &[&RecordType] = &[
    entities::Administration::TYPE,
    entities::Client::TYPE,
    entities::Resource::TYPE,
    entities::Service::TYPE,
    entities::Booking::TYPE,
    entities::Document::TYPE,
    entities::NumberSeries::TYPE,
    entities::FiscalYear::TYPE,
    entities::Consent::TYPE,
    entities::Desk::TYPE,
    entities::Disclosure::TYPE,
    entities::Hold::TYPE,
    entities::User::TYPE,
    entities::Attachment::TYPE,
    entities::AuditEvent::TYPE,
    entities::Conflict::TYPE,
    entities::LateEntry::TYPE,
];

/// The classes of what is noted about records: it is settled whatever became of their fiscal year.
pub const NOTES: &[&str] = &["conflict", "late_entry"];

/// The entity of that record class.
pub fn find(class: &str) -> Option<&'static RecordType> {
    RECORDS.iter().copied().find(|record| record.class == class)
}

/// A line of the register, as `booqing register --format json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The record class.
    pub record: &'static str,
    /// The field.
    pub field: &'static str,
    /// `routing`, `statutory`, `personal` or `working`.
    pub class: &'static str,
    /// Whose a personal field is: `self`, `each`, or the field that names the person.
    pub person: Option<&'static str>,
    /// The ground of a personal field, or the law of a statutory one.
    pub ground: Option<&'static str>,
    /// The merge group.
    pub group: &'static str,
    /// How two edits become one.
    pub merge: &'static str,
    /// What the column holds.
    pub kind: &'static str,
    /// The record class it refers to.
    pub refers: Option<&'static str>,
    /// Whether search finds the record by it.
    pub search: bool,
    /// What it means.
    pub meaning: &'static str,
}

/// The whole register, a line a field.
pub fn lines() -> impl Iterator<Item = Line> {
    RECORDS.iter().flat_map(|record| {
        record.fields.iter().map(|field| {
            let (person, ground) = match field.class {
                FieldClass::Personal { person, ground } => {
                    let person = match person {
                        Person::Itself => "self",
                        Person::Named(reference) => reference,
                        Person::Each => "each",
                    };
                    (Some(person), Some(ground.name()))
                }
                FieldClass::Statutory { law } => (None, Some(law)),
                FieldClass::Routing | FieldClass::Working => (None, None),
            };
            Line {
                record: record.class,
                field: field.name,
                class: field.class.name(),
                person,
                ground,
                group: field.group,
                merge: field.merge.name(),
                kind: field.kind.name(),
                refers: field.refers,
                search: field.search,
                meaning: field.doc,
            }
        })
    })
}

/// The register as a page.
pub fn markdown() -> String {
    let mut page = String::from(
        "# Field register\n\n\
         Generated from the entities in `crates/model`; `cargo xtask docs` writes it again.\n\n\
         Every value an administration can hold, what it is, whose it is and why it is held.\n\
         *Routing* is read by the hub. *Statutory* is kept by the law that is named, until the term\n\
         of its fiscal year ends. *Personal* goes when its ground ends. *Working* is neither.\n",
    );
    for record in RECORDS {
        // Writing to a string cannot fail.
        let _ = write!(page, "\n## {}\n\n{}\n\n", record.class, record.doc);
        page.push_str(
            "| Field | Class | Whose | Ground or law | Group | Merge | Holds | Meaning |\n",
        );
        page.push_str("|---|---|---|---|---|---|---|---|\n");
        for line in lines().filter(|line| line.record == record.class) {
            let alone = record.group(line.group).count() == 1;
            let group = if alone { "" } else { line.group };
            let holds = match line.refers {
                Some(target) => format!("{} of a {target}", line.kind),
                None => line.kind.to_owned(),
            };
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} | {group} | {} | {holds} | {} |",
                line.field,
                line.class,
                line.person.unwrap_or_default(),
                line.ground.unwrap_or_default().replace('_', " "),
                line.merge,
                line.meaning,
            );
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::field::{Field, Kind, Merge};

    #[test]
    fn names_are_unique_and_references_lead_somewhere() {
        let classes: BTreeSet<&str> = RECORDS.iter().map(|record| record.class).collect();
        assert_eq!(classes.len(), RECORDS.len());
        for record in RECORDS {
            let names: BTreeSet<&str> = record.fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), record.fields.len(), "{}", record.class);
            for field in record.fields {
                let place = format!("{}.{}", record.class, field.name);
                if let Some(target) = field.refers {
                    assert!(classes.contains(target), "{place} refers to {target}");
                }
                if let FieldClass::Personal { person: Person::Named(reference), .. } = field.class {
                    let target = record.field(reference).map(|field| field.refers);
                    assert_eq!(target, Some(Some("client")), "{place} belongs to {reference}");
                }
                if matches!(field.class, FieldClass::Personal { person: Person::Each, .. }) {
                    assert_eq!((field.kind, field.merge), (Kind::Json, Merge::List), "{place}");
                }
                if field.group != field.name {
                    assert!(record.group(field.group).count() > 1, "{place} is alone in its group");
                }
            }
        }
    }

    /// What is a person's goes with that person's key: half of a group would be left.
    #[test]
    fn a_group_with_what_is_a_persons_lies_under_one_key() {
        let is_personal = |field: &Field| matches!(field.class, FieldClass::Personal { .. });
        for record in RECORDS {
            for field in record.fields.iter().filter(|field| is_personal(field)) {
                for other in record.group(field.group) {
                    assert_eq!(
                        field.class, other.class,
                        "{}: {} and {} are of one group",
                        record.class, field.name, other.name
                    );
                }
            }
        }
    }

    #[test]
    fn what_the_hub_reads_is_neither_text_nor_a_person() {
        for record in RECORDS {
            for field in record.routing() {
                assert_ne!(field.kind, Kind::Json, "{}.{}", record.class, field.name);
                assert_ne!(field.refers, Some("client"), "{}.{}", record.class, field.name);
                assert_ne!(field.refers, Some("user"), "{}.{}", record.class, field.name);
                assert!(!field.search, "{}.{}", record.class, field.name);
            }
        }
    }
}
