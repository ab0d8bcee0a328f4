//! What many records in a row ask for, read once in a transaction: keys by their purpose, fiscal years.

use std::cell::RefCell;
use std::collections::HashMap;

use booqing_model::Fields;
use rusqlite::Connection;

use crate::tables::sealing_key::{self, SealingKey};
use crate::{Result, rows};

/// The class of fiscal years.
const YEAR: &str = "fiscal_year";

/// What was read in a transaction, as it stands in it: whoever writes says so.
#[derive(Debug, Default)]
pub(crate) struct Known {
    keys: RefCell<HashMap<String, SealingKey>>,
    years: RefCell<HashMap<i64, Vec<Fields>>>,
}

impl Known {
    /// The key for a purpose.
    pub(crate) fn key_for(
        &self,
        database: &Connection,
        purpose: &str,
    ) -> Result<Option<SealingKey>> {
        if let Some(known) = self.keys.borrow().get(purpose) {
            return Ok(Some(known.clone()));
        }
        let found = sealing_key::for_purpose(database, purpose)?;
        if let Some(found) = &found {
            self.keys.borrow_mut().insert(purpose.to_owned(), found.clone());
        }
        Ok(found)
    }

    /// A key is about to be written or destroyed.
    pub(crate) fn forget_keys(&self) {
        self.keys.borrow_mut().clear();
    }

    /// The fiscal years that are called so, or all, in the order of their ids.
    pub(crate) fn fiscal_years(
        &self,
        database: &Connection,
        called: Option<i64>,
    ) -> Result<Vec<Fields>> {
        if let Some(year) = called
            && let Some(known) = self.years.borrow().get(&year)
        {
            return Ok(known.clone());
        }
        let rest = "WHERE ?1 IS NULL OR fiscal_year = ?1 ORDER BY id";
        let found = rows::query(database, YEAR, rest, [called])?;
        let found: Vec<Fields> = found.into_iter().map(|row| row.fields).collect();
        if let Some(year) = called {
            self.years.borrow_mut().insert(year, found.clone());
        }
        Ok(found)
    }

    /// A record of that class is about to be written or deleted.
    pub(crate) fn writes(&self, class: &str) {
        if class == YEAR {
            self.years.borrow_mut().clear();
        }
    }
}
