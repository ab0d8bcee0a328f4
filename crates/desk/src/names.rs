//! Which record somebody means: by number, or by the beginning of its id.

use booqing_model::Id;
use booqing_model::register::RECORDS;

use crate::{Desk, DeskError, Result};

impl Desk {
    /// The record of any class that a number, an id or the beginning of one names.
    ///
    /// # Errors
    /// [`DeskError::Unknown`], [`DeskError::Ambiguous`].
    pub fn any(&self, name: &str) -> Result<(&'static str, Id)> {
        let mut found = Vec::new();
        for record in RECORDS {
            let ids = self.cache.read(|reader| reader.named(record.class, name, 2))?;
            found.extend(ids.into_iter().map(|id| (record.class, id)));
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(DeskError::Unknown { class: "record", name: name.to_owned() }),
            _ => Err(DeskError::Ambiguous { class: "record", name: name.to_owned() }),
        }
    }

    /// The record that a number, an id or the beginning of an id names.
    pub(crate) fn named(&self, class: &'static str, name: &str) -> Result<Id> {
        let found = self.cache.read(|reader| reader.named(class, name, 2))?;
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(DeskError::Unknown { class, name: name.to_owned() }),
            _ => Err(DeskError::Ambiguous { class, name: name.to_owned() }),
        }
    }
}
