//! Each value of a record, by why it is held.

use booqing_model::field::FieldClass;
use booqing_store::Reader;
use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;

use super::Why;
use crate::Result;
use crate::values::is_something;
use crate::words::{self, Style};

/// Values of a record that are held for the same reason, until the same day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct KeptAlike {
    /// What the values are called, in the order of the register.
    pub names: Vec<String>,
    /// The law or ground they rest on; what they are held for where that is neither.
    pub ground: String,
    /// Where they stand, in the asked language.
    pub status_label: String,
    /// The last day on which they may not be destroyed; null where no day is known.
    pub until: Option<String>,
}

impl Why<'_> {
    /// Each value that the record has.
    pub(super) fn values(
        &self,
        reader: &Reader<'_>,
        style: &Style,
        now: Timestamp,
    ) -> Result<Vec<KeptAlike>> {
        let mut found: Vec<(FieldClass, KeptAlike)> = Vec::new();
        for field in self.class.fields {
            if !self.fields.get(field.name).is_some_and(is_something) {
                continue;
            }
            let name = words::field(style.language, self.class.class, field.name).to_owned();
            // The answer depends on nothing but the class of the field.
            let known = found.iter_mut().find(|(class, _)| is_answered_alike(class, &field.class));
            if let Some((_, alike)) = known {
                alike.names.push(name);
                continue;
            }
            let explained = self.explain(reader, Some(field.name), style, now)?;
            let alike = KeptAlike {
                names: vec![name],
                ground: explained.ground,
                status_label: explained.status_label,
                until: explained.until,
            };
            found.push((field.class, alike));
        }
        Ok(found.into_iter().map(|(_, alike)| alike).collect())
    }
}

/// Whether two field classes have the same answer.
fn is_answered_alike(one: &FieldClass, other: &FieldClass) -> bool {
    use FieldClass::{Personal, Routing, Statutory, Working};
    match (one, other) {
        (Personal { ground: one, .. }, Personal { ground: other, .. }) => one == other,
        (Statutory { .. }, Statutory { .. }) => true,
        (Routing | Working, Routing | Working) => true,
        _ => false,
    }
}
