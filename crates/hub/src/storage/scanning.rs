//! What the hub gives to a desk that has nothing: what there is, and all of it stretch by stretch.

use booqing_protocol::message::{Cursor, Incoming};
use booqing_protocol::scan::{MOST_STRETCHES, Manifest, Scan, Scanned};
use booqing_protocol::{Id, PAGE_BYTES, Refusal};

use super::StorageError;
use super::ledger::{Ledger, State};
use super::passing::Room;

type Answered<T> = Result<Result<T, Refusal>, StorageError>;

/// What there is.
pub(super) fn manifest(ledger: &mut impl Ledger) -> Answered<Manifest> {
    let State { epoch, rev, since, .. } = ledger.state()?;
    let at = Cursor { epoch, rev };
    Ok(Ok(Manifest { at, since, holdings: ledger.digest()?, deleted: ledger.deleted()? }))
}

/// The records of some stretches, as many as a page takes. Several changes may lie between two pages;
/// nothing says that a set is not cut in two, since a desk shows it whole only when it has pulled what
/// came after the pin.
pub(super) fn scan(ledger: &mut impl Ledger, scan: &Scan, mut room: Room) -> Answered<Scanned> {
    if scan.stretches.len() > MOST_STRETCHES {
        return Ok(Err(Refusal::TooLarge));
    }
    if !ledger.state()?.fits(scan.at) || scan.at.epoch == 0 {
        return Ok(Err(Refusal::EpochChanged));
    }
    let mut records: Vec<(Id, Incoming)> = Vec::new();
    let (mut bytes, mut ended, mut after) = (0, 0, scan.after);
    for stretch in &scan.stretches {
        let mut is_full = false;
        let mut last = after;
        ledger.stretch(stretch, after, &mut |id, rev, record| {
            is_full = bytes >= PAGE_BYTES;
            if !is_full {
                bytes += record.len();
                last = Some(id);
                records.push((id, Incoming::alone(rev, record)));
            }
            !is_full
        })?;
        after = last.filter(|_| is_full);
        if is_full {
            break;
        }
        ended += 1;
    }
    room.tell(ledger, &mut records, 0)?;
    let records = records.into_iter().map(|(_, record)| record).collect();
    Ok(Ok(Scanned { records, ended, after }))
}
