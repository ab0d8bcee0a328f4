//! Which record somebody means: by number, or by the beginning of its id.

use booqing_model::Id;

use crate::{Desk, DeskError, Result};

impl Desk {
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
