//! What many records in a row ask for, read once in a transaction: keys by their purpose, fiscal years.

use std::cell::{Cell, RefCell};
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
    /// Whether there are rows in tables that mostly have none.
    any: [Cell<Option<bool>>; 2],
}

/// A table that mostly has no rows, so that nobody need look for one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rare {
    /// Records that could not be read whole.
    Unread,
    /// Records that the hub refused.
    Refusal,
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

    /// Whether a table has any rows.
    pub(crate) fn any(&self, database: &Connection, rare: Rare) -> Result<bool> {
        let (cell, sql) = self.rare(rare);
        if let Some(any) = cell.get() {
            return Ok(any);
        }
        let any = database.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        cell.set(Some(any));
        Ok(any)
    }

    /// A table gets a row.
    pub(crate) fn adds(&self, rare: Rare) {
        self.rare(rare).0.set(Some(true));
    }

    fn rare(&self, rare: Rare) -> (&Cell<Option<bool>>, &'static str) {
        let [unread, refusal] = &self.any;
        match rare {
            Rare::Unread => (unread, "SELECT EXISTS (SELECT 1 FROM unread)"),
            Rare::Refusal => (refusal, "SELECT EXISTS (SELECT 1 FROM refusal)"),
        }
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
