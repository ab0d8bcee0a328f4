//! Taking in a record that has parted from the one here: the hub was put back from a copy, and another
//! desk went on from that.

use booqing_model::Fields;
use booqing_store::Row;
use booqing_store::tables::outbox::Waiting;
use booqing_store::tables::synced::Synced;

use crate::SyncError;
use crate::counting::{self, signed};
use crate::following::follow;
use crate::inward::Inward;
use crate::issued::Sides;
use crate::merge::merge_apart;
use crate::numbering;
use crate::opening::{Content, OpenedRecord};
use crate::wire::model_id;

impl Inward<'_> {
    /// Takes in a record that may have parted from the one here without an ancestor that is known:
    /// whatever differs is kept twice.
    pub(crate) fn take_apart(
        &mut self,
        before: Option<&Synced>,
        came: &OpenedRecord,
    ) -> Result<(), SyncError> {
        let OpenedRecord { rev, hash, record, content, .. } = came;
        // What is closed cannot be brought together with anything.
        let Content::Values { record_type, new, closed: None, .. } = content else {
            return self.replace(before, came);
        };
        let theirs = new.row()?;
        (self.entered, self.plain) = (content.entered(), content.plain());
        let Some(row) = self.exchange.row(record_type.class, theirs.id)? else {
            return self.replace(before, came);
        };
        let mut merged = merge_apart(record_type, &row.fields, &theirs.fields);
        if record_type.class == numbering::CLASS {
            let base = Fields::new();
            let sides = Sides { base: &base, mine: &row.fields, theirs: &theirs.fields };
            let kept = self.stand(&mut merged, &row, sides)?;
            self.keep_theirs(record, (&row, &theirs), &kept, &base)?;
        }
        follow(self.exchange, self.sealer.terms(), record_type, &mut merged.fields)?;
        for group in &merged.conflicts {
            let base = Fields::new();
            self.keep_conflict(record_type, record, &row, group, &base, &theirs.fields)?;
        }
        self.overtake(record_type, &row, &mut merged)?;
        let (id, now) = (row.id, self.surroundings.now());
        // What is not known here cannot be compared; what only one side has of it is kept.
        let mut unknown = theirs.unknown.clone();
        unknown.add(&row.unknown);
        let is_theirs = merged.fields == theirs.fields && unknown == theirs.unknown;
        let version = signed(record.version).max(row.version + 1);
        let next = Row { version, fields: merged.fields, unknown, ..row.clone() };
        self.exchange.put_row(record_type.class, &next, Some(&row), now)?;
        if !is_theirs && !self.exchange.is_waiting(id)? {
            let waiting = Waiting::new(&record.class, id, version);
            self.exchange.put_outbox(now, &[waiting])?;
        }
        if self.exchange.is_waiting(id)? {
            self.exchange.put_base(id, &theirs.fields)?;
        }
        self.taken.records += 1;
        self.note(before, record, *hash, *rev)
    }

    /// Takes in a record in place of what is here, whatever its version.
    fn replace(&mut self, before: Option<&Synced>, came: &OpenedRecord) -> Result<(), SyncError> {
        let OpenedRecord { rev, hash, record, .. } = came;
        // What is known of it is forgotten first, so that no version is too old.
        if let Some(before) = before {
            counting::forget(self.exchange, &mut self.buckets, record.id, before)?;
        }
        self.take_record(came)?;
        let noted = self
            .exchange
            .synced(model_id(record.id))?
            .map(|noted| Synced { rev: before.map_or(0, |before| before.rev), ..noted });
        self.note(noted.as_ref(), record, *hash, *rev)
    }
}
