//! Change sets in the making.

use std::collections::VecDeque;

use booqing_model::fields::Patch;
use booqing_model::time::Moment;
use booqing_model::{Fields, Id, Record};
use booqing_store::{Change, ChangeSet, Edit};

use super::{DemoError, Summary};

/// The most changes in a set.
pub(super) const LIMIT: usize = 500;

/// Collects changes into sets.
#[derive(Debug)]
pub(super) struct Sets {
    at: Moment,
    user: Option<Id>,
    open: Vec<Change>,
    ready: VecDeque<ChangeSet>,
    /// What was made until now.
    pub(super) summary: Summary,
}

impl Sets {
    /// Nothing yet.
    pub(super) fn new(at: Moment) -> Self {
        Self {
            at,
            user: None,
            open: Vec::new(),
            ready: VecDeque::new(),
            summary: Summary::default(),
        }
    }

    /// Closes the open set; what follows is of that moment, or of the last one when that is later,
    /// and of that user.
    pub(super) fn begin(&mut self, at: Moment, user: Option<Id>) {
        self.close();
        self.at = self.at.max(at);
        self.user = user;
    }

    /// The moment of the open set.
    pub(super) fn at(&self) -> Moment {
        self.at
    }

    /// Adds a new record.
    ///
    /// # Errors
    /// [`DemoError::Fields`] when it is no record.
    pub(super) fn create<R: Record>(&mut self, id: Id, record: &R) -> Result<(), DemoError> {
        let edit = Edit::Create(Fields::from_entity(record)?);
        self.summary.count(R::TYPE.class);
        self.add(Change { class: R::TYPE.class.to_owned(), id, edit });
        Ok(())
    }

    /// Adds a change of a record.
    pub(super) fn change(&mut self, class: &str, id: Id, patch: Patch) {
        self.add(Change { class: class.to_owned(), id, edit: Edit::Change(patch) });
    }

    fn add(&mut self, change: Change) {
        self.open.push(change);
        if self.open.len() >= LIMIT {
            self.close();
        }
    }

    /// Closes the open set.
    pub(super) fn close(&mut self) {
        if self.open.is_empty() {
            return;
        }
        self.summary.change_sets += 1;
        self.summary.changes += self.open.len() as u64;
        self.ready.push_back(ChangeSet {
            operation: "demo".to_owned(),
            at: self.at,
            user: self.user,
            changes: std::mem::take(&mut self.open),
        });
    }

    /// The next closed set.
    pub(super) fn next_ready(&mut self) -> Option<ChangeSet> {
        self.ready.pop_front()
    }
}
