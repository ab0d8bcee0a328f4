//! Issued documents: what the law keeps of one does not change any more, nor does its number.
//!
//! Nor while it is being issued: what was sent may have got its number already.

use booqing_model::Record;
use booqing_model::entities::{Document, DocumentState, NumberSeries};
use booqing_model::field::FieldClass;
use rusqlite::Connection;

use super::Done;
use crate::rows::Row;
use crate::tables::history::HistoryKind;
use crate::tables::{document, outbox};
use crate::{Result, StoreError};

/// What a document was before a change.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    has_number: bool,
    is_issuing: bool,
}

impl Before {
    pub(super) fn of(class: &str, row: Option<&Row>) -> Self {
        let Some(row) = row.filter(|_| class == Document::TYPE.class) else {
            return Self::default();
        };
        let state = row.fields.text("state");
        Self {
            has_number: row.fields.integer("sequence").is_some()
                || row.fields.text("fingerprint").is_some(),
            is_issuing: state == Some(DocumentState::Issuing.code()),
        }
    }
}

/// Refuses to take away a series that documents have numbers of, or wait for, and to let it begin
/// elsewhere.
fn check_series(connection: &Connection, done: &Done) -> Result<()> {
    let takes_away = done.kind == HistoryKind::Delete
        || (done.kind == HistoryKind::Change && done.after.names().any(|name| name == "first"));
    if takes_away && document::is_in_use(connection, done.id)? {
        return Err(StoreError::SeriesInUse(done.id));
    }
    Ok(())
}

/// Whether a field stays as it was when the document was issued.
fn stays(name: &str) -> bool {
    Document::TYPE.field(name).is_some_and(|field| {
        field.group == "issue" || matches!(field.class, FieldClass::Statutory { .. })
    })
}

/// Refuses a change of what was issued, or may have been. This is the one place where that is decided for
/// whatever is done here.
pub(super) fn check(connection: &Connection, done: &Done) -> Result<()> {
    if done.class == NumberSeries::TYPE.class {
        return check_series(connection, done);
    }
    let Before { has_number, is_issuing } = done.issued;
    if !has_number && !is_issuing {
        return Ok(());
    }
    let unissued = [DocumentState::Draft, DocumentState::Issuing].map(DocumentState::code);
    let mut after = done.after.iter();
    let state = after.find_map(|(name, value)| value.as_str().filter(|_| name == "state"));
    let changes = done.kind == HistoryKind::Delete
        || done.after.names().any(stays)
        || (has_number && state.is_some_and(|state| unissued.contains(&state)))
        || (is_issuing && state.is_some());
    if changes && (has_number || outbox::is_sent(connection, done.id)?) {
        return Err(StoreError::Issued(done.id));
    }
    Ok(())
}
