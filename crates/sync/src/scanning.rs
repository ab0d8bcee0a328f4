//! The first sync: in which order a desk reads what the hub has, and how far it is.
//!
//! Keys come first, since without them nothing can be opened; then what belongs to no year (clients,
//! services, whom the office works with), then the current fiscal year: from there on the office can work.
//! Later years follow, then earlier ones, and what was deleted at the end.

use std::cmp::Reverse;

use booqing_model::time::Moment;
use booqing_protocol::message::Cursor;
use booqing_protocol::scan::{MOST_STRETCHES, Manifest, Scan, Scanned, Stretch};
use booqing_protocol::{Id, VERSION};
use booqing_store::Exchange;
use booqing_store::tables::connection::Progress;
use booqing_store::tables::scan::ScanRow;

use crate::SyncError;
use crate::counting::signed;
use crate::sealing::KEY_CLASS;
use crate::wire::{model_id, wire_id};

/// How far a first sync is, for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstSync {
    /// What an office works with is on its way.
    Begun,
    /// An office can work with what is here; earlier years are on their way.
    Usable,
}

/// A first sync under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanning {
    /// The pin: where the hub was when it began.
    at: Cursor,
    /// The hub's revision when its epoch began.
    pub(crate) since: u64,
    /// How many records the hub has in all.
    pub(crate) total: u64,
    /// The fiscal year that is read first.
    year: i64,
    /// What is left, in its order.
    stretches: Vec<Stretch>,
    /// The last id of the first of these that was read.
    after: Option<Id>,
}

/// Where a stretch stands in the order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Turn<'a> {
    Keys(i64),
    OfNoYear(&'a str),
    Current(&'a str),
    Later(i64, &'a str),
    Earlier(Reverse<i64>, &'a str),
    Deleted,
}

fn turn(stretch: &Stretch, current: i64) -> Turn<'_> {
    match stretch {
        Stretch::Deleted => Turn::Deleted,
        Stretch::Bucket { class, fiscal_year } if class == KEY_CLASS => Turn::Keys(*fiscal_year),
        Stretch::Bucket { class, fiscal_year: 0 } => Turn::OfNoYear(class),
        Stretch::Bucket { class, fiscal_year } => match *fiscal_year {
            year if year == current => Turn::Current(class),
            year if year > current => Turn::Later(year, class),
            year => Turn::Earlier(Reverse(year), class),
        },
    }
}

/// Whether a stretch is one of those that an office can do without for a while.
fn is_later(stretch: &Stretch, current: i64) -> bool {
    matches!(turn(stretch, current), Turn::Later(..) | Turn::Earlier(..) | Turn::Deleted)
}

/// The year of a moment. Which fiscal year an office is in is known when its years have come; what comes
/// first is a matter of seconds, and nothing depends on it.
fn year_of(moment: Moment) -> i64 {
    let zone = jiff::tz::TimeZone::UTC;
    let date = jiff::Timestamp::from_second(moment.0).map(|at| at.to_zoned(zone).year());
    date.map_or(0, i64::from)
}

impl Scanning {
    /// The order in which to read what there is.
    pub(crate) fn of(manifest: &Manifest, year: i64) -> Self {
        let mut stretches: Vec<Stretch> = manifest
            .holdings
            .0
            .iter()
            .filter(|(_, bucket)| bucket.count > 0)
            .map(|((class, year), _)| Stretch::Bucket { class: class.clone(), fiscal_year: *year })
            .collect();
        if manifest.deleted > 0 {
            stretches.push(Stretch::Deleted);
        }
        stretches.sort_by(|one, other| turn(one, year).cmp(&turn(other, year)));
        let total = manifest.holdings.total();
        Self { at: manifest.at, since: manifest.since, total, year, stretches, after: None }
    }

    /// The same, from where it was cut. What came into stretches that are done is pulled in the end, like
    /// everything after the pin.
    fn resumed(manifest: &Manifest, row: &ScanRow) -> Self {
        let reached = reached(row);
        let mut scanning = Self::of(manifest, row.year);
        scanning.at.rev = row.rev.unsigned_abs();
        let from = turn(&reached, row.year);
        scanning.stretches.retain(|stretch| turn(stretch, row.year) >= from);
        if scanning.stretches.first() == Some(&reached) {
            scanning.after = row.after.map(wire_id);
        }
        scanning
    }

    /// The epoch of what it reads.
    pub(crate) fn epoch(&self) -> u64 {
        self.at.epoch
    }

    /// What to ask for next.
    pub(crate) fn request(&self, administration: Id) -> Scan {
        let stretches = self.stretches.iter().take(MOST_STRETCHES).cloned().collect();
        Scan { version: VERSION, administration, at: self.at, stretches, after: self.after }
    }

    /// How far it is with what was asked for last.
    ///
    /// # Errors
    /// [`SyncError::Standstill`] when that leads nowhere.
    pub fn next(&self, scanned: &Scanned) -> Result<Self, SyncError> {
        let ended = usize::try_from(scanned.ended).unwrap_or(usize::MAX);
        let asked = self.stretches.len().min(MOST_STRETCHES);
        let leads_on = ended > 0 || scanned.after > self.after;
        if ended > asked || !leads_on || (ended == asked && scanned.after.is_some()) {
            return Err(SyncError::Standstill);
        }
        let stretches = self.stretches.iter().skip(ended).cloned().collect();
        Ok(Self { stretches, after: scanned.after, ..self.clone() })
    }

    /// Whether everything was read.
    pub fn is_done(&self) -> bool {
        self.stretches.is_empty()
    }

    /// Whether what an office works with was read.
    pub fn is_usable(&self) -> bool {
        self.stretches.first().is_none_or(|first| is_later(first, self.year))
    }

    /// How far it is.
    pub(crate) fn standing(&self) -> FirstSync {
        if self.is_usable() { FirstSync::Usable } else { FirstSync::Begun }
    }

    /// Notes how far it is, or that it is done.
    pub(crate) fn write(&self, exchange: &Exchange<'_>) -> Result<(), SyncError> {
        let (epoch, rev) = (signed(self.at.epoch), signed(self.at.rev));
        let Some(first) = self.stretches.first() else {
            exchange.forget_scan()?;
            // Not of every version up to the pin was told: what left a stretch before it was read, because
            // it was deleted, comes with the pull, and with it what passed before.
            let progress = Progress { epoch, rev, ..exchange.progress()? };
            return Ok(exchange.set_progress(&progress)?);
        };
        let (class, fiscal_year) = match first {
            Stretch::Bucket { class, fiscal_year } => (Some(class.clone()), *fiscal_year),
            Stretch::Deleted => (None, 0),
        };
        let after = self.after.map(model_id);
        let year = self.year;
        Ok(exchange.put_scan(&ScanRow { epoch, rev, year, class, fiscal_year, after })?)
    }
}

/// What is being read.
fn reached(row: &ScanRow) -> Stretch {
    match &row.class {
        Some(class) => Stretch::Bucket { class: class.clone(), fiscal_year: row.fiscal_year },
        None => Stretch::Deleted,
    }
}

/// How far the first sync is; `None` when none is under way.
///
/// # Errors
/// [`SyncError::Store`].
pub fn standing(cache: &booqing_store::Cache) -> Result<Option<FirstSync>, SyncError> {
    let is_under_way = is_first(cache)?;
    let row = cache.read(|reader| reader.first_sync())?.filter(|_| is_under_way);
    Ok(row.map(|row| match is_later(&reached(&row), row.year) {
        true => FirstSync::Usable,
        false => FirstSync::Begun,
    }))
}

/// Whether this desk has read nothing yet, or not all of what there was when it began.
pub(crate) fn is_first(cache: &booqing_store::Cache) -> Result<bool, SyncError> {
    Ok(cache.read(|reader| {
        let progress = reader.progress()?;
        let is_new = (progress.epoch, progress.rev) == (0, 0);
        Ok::<_, booqing_store::StoreError>(
            is_new && (reader.first_sync()?.is_some() || reader.synced_count()? == 0),
        )
    })?)
}

/// Begins a first sync, or goes on with one. `None` when the hub has begun another epoch since.
///
/// # Errors
/// [`SyncError::Store`].
pub(crate) fn begin(
    cache: &booqing_store::Cache,
    manifest: &Manifest,
    now: Moment,
) -> Result<Option<Scanning>, SyncError> {
    cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            let scanning = match exchange.first_sync()? {
                Some(row) if row.epoch.unsigned_abs() != manifest.at.epoch => return Ok(None),
                Some(row) => Scanning::resumed(manifest, &row),
                None => Scanning::of(manifest, year_of(now)),
            };
            scanning.write(exchange)?;
            Ok::<_, SyncError>(Some(scanning))
        }))
    })?
}

#[cfg(test)]
mod tests {
    use booqing_protocol::Digest;
    use booqing_protocol::digest::Bucket;

    use super::*;

    fn manifest(buckets: &[(&str, i64)]) -> Manifest {
        let bucket = Bucket { count: 2, ..Bucket::default() };
        let holdings =
            buckets.iter().map(|(class, year)| (((*class).to_owned(), *year), bucket)).collect();
        let at = Cursor { epoch: 5, rev: 90 };
        Manifest { at, since: 3, holdings: Digest(holdings), deleted: 1 }
    }

    fn bucket(class: &str, fiscal_year: i64) -> Stretch {
        Stretch::Bucket { class: class.to_owned(), fiscal_year }
    }

    const OFFICE: &[(&str, i64)] = &[
        ("booking", 2024),
        ("booking", 2025),
        ("booking", 2026),
        ("booking", 2027),
        ("client", 0),
        ("document", 2026),
        ("key", 0),
        ("zone", 0),
    ];

    #[test]
    fn what_an_office_works_with_comes_first() {
        let scanning = Scanning::of(&manifest(OFFICE), 2026);
        let expected = [
            bucket("key", 0),
            bucket("client", 0),
            bucket("zone", 0),
            bucket("booking", 2026),
            bucket("document", 2026),
            bucket("booking", 2027),
            bucket("booking", 2025),
            bucket("booking", 2024),
            Stretch::Deleted,
        ];
        assert_eq!(scanning.stretches, expected);
        assert_eq!(scanning.total, 16);
        let usable: Vec<bool> = (0..=9)
            .map(|ended| scanning.next(&Scanned { records: Vec::new(), ended, after: None }))
            .map(|next| next.is_ok_and(|next| next.is_usable()))
            .collect();
        assert_eq!(
            usable,
            [false, false, false, false, false, true, true, true, true, true],
            "nothing read, which leads nowhere, until everything is"
        );
    }

    #[test]
    fn what_was_cut_goes_on_where_it_was() {
        let row = ScanRow {
            epoch: 5,
            rev: 70,
            year: 2025,
            class: Some("booking".to_owned()),
            fiscal_year: 2025,
            after: Some(model_id(Id([7; 16]))),
        };
        let scanning = Scanning::resumed(&manifest(OFFICE), &row);
        assert_eq!(scanning.at.rev, 70, "the pin stays");
        assert_eq!(scanning.after, Some(Id([7; 16])));
        let expected = [
            bucket("booking", 2025),
            bucket("booking", 2026),
            bucket("document", 2026),
            bucket("booking", 2027),
            bucket("booking", 2024),
            Stretch::Deleted,
        ];
        assert_eq!(scanning.stretches, expected);
        // Everything of that year was deleted meanwhile.
        let without: Vec<_> =
            OFFICE.iter().filter(|bucket| **bucket != ("booking", 2025)).copied().collect();
        let scanning = Scanning::resumed(&manifest(&without), &row);
        assert_eq!((scanning.stretches.first(), scanning.after), (expected.get(1), None));
    }

    #[test]
    fn an_answer_that_leads_nowhere_is_refused() {
        let scanning = Scanning::of(&manifest(OFFICE), 2026);
        let next = |ended, after: Option<u8>| {
            let after = after.map(|byte| Id([byte; 16]));
            scanning.next(&Scanned { records: Vec::new(), ended, after })
        };
        assert!(next(0, Some(1)).is_ok() && next(9, None).is_ok());
        assert!(next(0, None).is_err(), "nothing");
        assert!(next(10, None).is_err(), "more than was asked for");
        assert!(next(9, Some(1)).is_err(), "beyond the end");
        let further = next(0, Some(5)).expect("further");
        let again = Scanned { records: Vec::new(), ended: 0, after: Some(Id([5; 16])) };
        assert!(further.next(&again).is_err(), "the same place again");
    }
}
