//! The record types that a program knows. A version before knows fewer of them, or fewer of their fields:
//! what it does not know it keeps, gives back and counts, and the next version reads it without asking
//! the hub.

use std::sync::LazyLock;

use booqing_model::field::RecordType;
use booqing_model::parts;
use booqing_model::register::RECORDS;
use booqing_store::{Cache, Exchange, StoreError};

use crate::inward::{Inward, Surroundings};
use crate::{Sealer, SyncError, numbering};

/// What a program knows.
#[derive(Debug, Clone, Copy)]
pub struct Register {
    types: &'static [&'static RecordType],
    fingerprint: [u8; 16],
}

impl Register {
    /// Of these record types.
    pub fn new(types: &'static [&'static RecordType]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for record in types {
            hasher.update(record.class.as_bytes()).update(&[0]);
            for field in record.fields {
                hasher.update(field.name.as_bytes()).update(&[1]);
            }
        }
        let mut fingerprint = [0; 16];
        hasher.finalize_xof().fill(&mut fingerprint);
        Self { types, fingerprint }
    }

    /// That of this version.
    pub fn current() -> Self {
        static CURRENT: LazyLock<Register> = LazyLock::new(|| Register::new(RECORDS));
        *CURRENT
    }

    /// The record type of that class, when it is known.
    pub fn find(&self, class: &str) -> Option<&'static RecordType> {
        self.types.iter().copied().find(|record| record.class == class)
    }
}

/// Reads again what could not be read whole: records of classes and fields that a version before did not
/// know. Asks nothing of the hub.
///
/// # Errors
/// [`SyncError`]; nothing is changed then.
pub fn read_again(
    cache: &Cache,
    sealer: &Sealer,
    surroundings: &dyn Surroundings,
) -> Result<(), SyncError> {
    let (mut records, read_with) =
        cache.read(|reader| Ok((reader.unexplained_unread()?, reader.read_with()?)))?;
    records.retain(|(_, class)| sealer.known(class).is_some());
    let is_same = read_with == Some(sealer.register().fingerprint);
    if records.is_empty() && is_same {
        return Ok(());
    }
    cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            if !is_same {
                adopt(exchange, sealer)?;
                exchange.set_read_with(sealer.register().fingerprint)?;
            }
            let mut inward = Inward::new(exchange, sealer, surroundings);
            records.iter().try_for_each(|(id, _)| inward.read_again(*id))?;
            let has_documents = !inward.issued.is_empty();
            if has_documents {
                numbering::examine(exchange, sealer, surroundings, false)?;
            }
            Ok(())
        }))
    })?
}

/// Takes values of fields that are known now to the others. The hub has nothing else than before, and
/// nobody changed anything: history does not tell of it.
fn adopt(exchange: &Exchange<'_>, sealer: &Sealer) -> Result<(), SyncError> {
    for record in sealer.register().types {
        for id in exchange.with_unknown(record.class)? {
            let Some(mut row) = exchange.row(record.class, id)? else { continue };
            let mut unknown = row.unknown.clone();
            if !parts::adopt(record, &mut row.fields, &mut row.unknown) {
                continue;
            }
            match exchange.put_known(record.class, &row) {
                // It was made for another version still: it stays where it is.
                Err(StoreError::Misfit { .. }) => continue,
                put => put?,
            }
            let is_there = exchange.synced(id)?.is_some_and(|synced| !synced.deleted);
            if let Some(mut base) = exchange.base(id)?.filter(|_| is_there) {
                // Nobody here changed what nobody here saw.
                parts::adopt(record, &mut base, &mut unknown);
                exchange.put_base(id, &base)?;
            }
        }
    }
    Ok(())
}
