//! Examining: whether what is stored still is what it was when a desk sent it.
//!
//! A disk changes bytes without a word, or a program around the database does. The hash of each record
//! and the digest over all of them are written with it; here both are computed again from the bytes.

use std::collections::BTreeMap;

use booqing_protocol::{Digest, Hash, Id, SealedRecord};

use super::StorageError;
use super::ledger::{Ledger, Standing};

/// How many records are held at a time.
const AT_ONCE: usize = 500;
/// The most damaged records that are named.
const MOST_NAMED: usize = 100;

/// What an examination came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examined {
    /// Records that were looked at.
    pub records: u64,
    /// Those whose bytes are not what was stored.
    pub damaged: u64,
    /// Some of these.
    pub named: Vec<Id>,
    /// Whether the digest is another than that of the records.
    pub is_miscounted: bool,
}

impl Examined {
    /// Whether everything is as it was.
    pub fn is_sound(&self) -> bool {
        self.damaged == 0 && !self.is_miscounted
    }
}

/// A record as its bytes are.
struct Found {
    id: Id,
    hash: Hash,
    record: Option<SealedRecord>,
}

/// Examines an administration as it stands at one moment, for as long as it goes on; `None` when it did not
/// to the end.
pub(super) fn examine(
    ledger: &mut impl Ledger,
    goes_on: &dyn Fn() -> bool,
) -> Result<Option<Examined>, StorageError> {
    let mut examined = Examined::default();
    let mut digest = Digest::default();
    let mut reached = 0;
    loop {
        let (mut found, mut last) = (Vec::new(), reached);
        ledger.after(reached, &mut |id, rev, bytes| {
            // The records of one revision are read together: what is behind it is read next.
            if found.len() >= AT_ONCE && rev != last {
                return false;
            }
            last = rev;
            let record = SealedRecord::from_bytes(&bytes).ok();
            found.push(Found { id, hash: Hash::of(&bytes), record });
            true
        })?;
        if found.is_empty() {
            break;
        }
        if !goes_on() {
            return Ok(None);
        }
        reached = last;
        let ids: Vec<Id> = found.iter().map(|one| one.id).collect();
        let standing = ledger.standing(&ids)?;
        for one in &found {
            let noted = standing.get(&one.id);
            examined.records += 1;
            if !noted.is_some_and(|noted| fits(one, noted)) {
                examined.damaged += 1;
                if examined.named.len() < MOST_NAMED {
                    examined.named.push(one.id);
                }
            }
            if let Some(noted) = noted.filter(|noted| !noted.deleted) {
                let bucket = digest.0.entry((noted.class.clone(), noted.fiscal_year)).or_default();
                *bucket = bucket.with(noted.hash);
            }
        }
    }
    let held = |digest: Digest| -> BTreeMap<_, _> {
        digest.0.into_iter().filter(|(_, bucket)| bucket.count > 0).collect()
    };
    examined.is_miscounted = held(ledger.digest()?) != held(digest);
    Ok(Some(examined))
}

fn fits(found: &Found, noted: &Standing) -> bool {
    let Found { id, hash, record: Some(record) } = found else { return false };
    *hash == noted.hash
        && *id == record.id
        && record.class == noted.class
        && record.routing.fiscal_year() == noted.fiscal_year
        && record.deleted == noted.deleted
        && record.lineage == noted.lineage
        && record.slot() == noted.slot
}
