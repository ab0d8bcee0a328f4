//! Versions that passed and for which a page had no room: they are asked for before the page is looked at,
//! so that whoever looks has all of them.

use booqing_protocol::SealedRecord;
use booqing_protocol::message::Incoming;
use booqing_protocol::recall::{Between, MOST_RECALLED, Recalled};

use crate::SyncError;

/// More versions of one record than this are not taken in: nobody changes one every five seconds for years.
const MOST: u64 = 4_000_000;

/// Of which of these records not everything was told: as many as are asked about at once.
///
/// # Errors
/// [`SyncError::Framing`] for a record that cannot be read; [`SyncError::Standstill`] when more of it is said to
/// have passed than it ever had versions.
pub(crate) fn lacking(records: &[Incoming]) -> Result<Vec<Between>, SyncError> {
    let mut asked = Vec::new();
    for record in records {
        let Some(after) = record.rest else { continue };
        let SealedRecord { id, version, .. } = SealedRecord::from_bytes(&record.record)?;
        let passed = u64::try_from(record.passed.len()).unwrap_or(u64::MAX);
        if after >= record.rev || passed >= version.min(MOST) {
            return Err(SyncError::Standstill);
        }
        asked.push(Between { id, after, before: record.rev });
        if asked.len() == MOST_RECALLED {
            break;
        }
    }
    Ok(asked)
}

/// Adds what was told to the records it was asked for.
///
/// # Errors
/// [`SyncError::Standstill`] when that leads nowhere: a hub that tells nothing would keep a desk asking for
/// ever.
pub(crate) fn add(records: &mut [Incoming], told: Recalled) -> Result<(), SyncError> {
    let lacking = records.iter_mut().filter(|record| record.rest.is_some());
    let mut leads_on = false;
    for (record, versions) in lacking.zip(told.records) {
        let after = record.rest.unwrap_or_default();
        let mut last = after;
        for one in &versions.passed {
            if one.rev <= last || one.rev >= record.rev {
                return Err(SyncError::Standstill);
            }
            last = one.rev;
        }
        if versions.rest.is_some_and(|rest| rest != last) {
            return Err(SyncError::Standstill);
        }
        leads_on |= versions.rest != Some(after);
        record.passed.extend(versions.passed);
        record.rest = versions.rest;
    }
    if leads_on { Ok(()) } else { Err(SyncError::Standstill) }
}

#[cfg(test)]
mod tests {
    use booqing_protocol::message::Passed;
    use booqing_protocol::recall::Versions;
    use booqing_protocol::{Hash, Id, Part, PartClass, Routing};

    use super::*;

    fn record(number: u8, rest: Option<u64>) -> Incoming {
        let record = SealedRecord {
            id: Id([number; 16]),
            class: "client".to_owned(),
            version: 20,
            lineage: Hash([1; 16]),
            author: Id([3; 16]),
            routing: Routing::default(),
            seed: [number; 12].into(),
            parts: vec![Part { class: PartClass::Working, sealed: vec![1].into(), seed: None }],
            deleted: false,
        };
        Incoming { rest, ..Incoming::alone(90, record.to_bytes().expect("bytes")) }
    }

    fn passed(revs: &[u64]) -> Vec<Passed> {
        revs.iter().map(|rev| Passed { rev: *rev, hash: Hash([7; 16]) }).collect()
    }

    #[test]
    fn what_a_page_had_no_room_for_is_asked_for_until_it_is_there() {
        let mut records = vec![record(1, None), record(2, Some(4)), record(3, Some(0))];
        let asked = lacking(&records).expect("read");
        let expected = [
            Between { id: Id([2; 16]), after: 4, before: 90 },
            Between { id: Id([3; 16]), after: 0, before: 90 },
        ];
        assert_eq!(asked, expected);

        let first = Versions { passed: passed(&[5, 6]), rest: Some(6) };
        let none = Versions { passed: Vec::new(), rest: Some(0) };
        add(&mut records, Recalled { records: vec![first, none] }).expect("further");
        assert_eq!(records[1].passed, passed(&[5, 6]));
        let asked = lacking(&records).expect("read");
        assert_eq!(asked[0].after, 6);

        let last = Versions { passed: passed(&[89]), rest: None };
        add(&mut records, Recalled { records: vec![last.clone(), last] }).expect("the end");
        assert_eq!(records[1].passed, passed(&[5, 6, 89]));
        assert_eq!(lacking(&records).expect("read"), []);
    }

    #[test]
    fn an_answer_that_leads_nowhere_is_refused() {
        let told = |passed, rest| Recalled { records: vec![Versions { passed, rest }] };
        for (answer, why) in [
            (told(Vec::new(), Some(4)), "nothing"),
            (Recalled { records: Vec::new() }, "no record"),
            (told(Vec::new(), Some(3)), "backwards"),
            (told(Vec::new(), Some(5)), "on, without a version"),
            (told(passed(&[5, 7]), Some(6)), "back to what was told"),
            (told(passed(&[6, 6]), None), "one twice"),
            (told(passed(&[6]), Some(u64::MAX)), "for ever"),
            (told(passed(&[4]), None), "what was told"),
            (told(passed(&[90]), None), "the version itself"),
            (told(passed(&[8, 6]), None), "out of order"),
        ] {
            let mut records = vec![record(2, Some(4))];
            assert!(matches!(add(&mut records, answer), Err(SyncError::Standstill)), "{why}");
        }
    }

    #[test]
    fn more_than_there_can_be_is_not_asked_for() {
        let refused = |record: Incoming| matches!(lacking(&[record]), Err(SyncError::Standstill));
        assert!(refused(record(1, Some(90))), "nothing is left between");
        assert!(refused(record(1, Some(u64::MAX))));
        let versions: Vec<u64> = (1..=20).collect();
        let all = Incoming { passed: passed(&versions), ..record(1, Some(20)) };
        assert!(refused(all), "as many as it has had");
    }
}
