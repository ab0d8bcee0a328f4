//! The version before: a program that does not know everything that this one knows.

use std::sync::OnceLock;

use booqing_model::field::RecordType;
use booqing_model::register::RECORDS;
use booqing_sync::register::Register;

/// The classes that it does not know.
const CLASSES: &[&str] = &["document", "number_series"];
/// The fields that it does not know, each with its class.
const FIELDS: &[(&str, &str)] = &[("client", "note")];

/// What it knows of records.
pub(crate) fn register() -> Register {
    static REGISTER: OnceLock<Register> = OnceLock::new();
    *REGISTER.get_or_init(|| without(CLASSES, FIELDS))
}

/// A register without these classes, and without these fields, each with its class. It is kept for as
/// long as the program runs.
pub fn without(classes: &[&str], fields: &[(&str, &str)]) -> Register {
    let known = RECORDS.iter().filter(|record| !classes.contains(&record.class));
    let types: Vec<&'static RecordType> = known
        .map(|record| {
            let is_known = |name| !fields.contains(&(record.class, name));
            let left: Vec<_> =
                record.fields.iter().filter(|field| is_known(field.name)).cloned().collect();
            &*Box::leak(Box::new(RecordType { fields: left.leak(), ..RecordType::clone(record) }))
        })
        .collect();
    Register::new(types.leak())
}
