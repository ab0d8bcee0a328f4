//! The retention report: what is held, until when, on which ground, and what falls due.
//!
//! One pass over any number of records; memory grows with the number of lines and of distinct
//! persons, not with the number of records.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::book::PolicyIndex;
use crate::calendar::day_after;
use crate::decide::Decider;
use crate::decision::{Decision, Status, Term};
use crate::facts::{Facts, Hold};
use crate::policy::Confidence;

/// One record to count.
#[derive(Debug, Clone, Copy)]
pub struct ReportRow<'a, R, P> {
    /// The caller's handle of the record.
    pub record: R,
    /// The caller's handle of the person it is about, if it is about one.
    pub person: Option<P>,
    /// What is known about it.
    pub facts: Facts,
    /// The holds that cover it.
    pub holds: &'a [Hold],
}

/// Counts of one (policy, year due, status).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportLine {
    /// Id of the policy that governs; `None` when no law keeps these records.
    pub policy: Option<String>,
    /// The article that keeps them.
    pub ground: Option<String>,
    /// The lowest confidence among the rules applied.
    pub confidence: Option<Confidence>,
    /// Calendar year of the first day on which destruction is allowed; `None` while pending.
    pub year_due: Option<i16>,
    /// Where they stand on the day of the report.
    pub status: Status,
    /// How many records.
    pub records: u64,
    /// How many different persons they are about.
    pub persons: u64,
}

/// What falls due in one calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct YearCount {
    /// Calendar year of the first day on which destruction is allowed.
    pub year: i16,
    /// Records not destroyed yet.
    pub records: u64,
    /// Of these, held on the day of the report.
    pub held: u64,
}

/// The retention report as of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The day it is about.
    pub as_of: Date,
    /// How many records were read.
    pub records: u64,
    /// How many different persons they are about.
    pub persons: u64,
    /// The counts, by policy in the order of the book, then year due, then status; records that no
    /// law keeps come last.
    pub lines: Vec<ReportLine>,
    /// What falls due per calendar year, oldest first.
    pub due_by_year: Vec<YearCount>,
}

/// Counts records as of one day.
pub fn report<'a, R, P: Copy + Eq + Hash>(
    decider: &Decider<'_>,
    as_of: Date,
    rows: impl IntoIterator<Item = ReportRow<'a, R, P>>,
) -> Report {
    report_each(decider, as_of, rows, |_, _, _| {})
}

/// As [`report`], and shows every record with its decision and its status on that day, for lists
/// of what falls due.
pub fn report_each<'a, R, P: Copy + Eq + Hash>(
    decider: &Decider<'_>,
    as_of: Date,
    rows: impl IntoIterator<Item = ReportRow<'a, R, P>>,
    mut each: impl FnMut(&ReportRow<'a, R, P>, &Decision, Status),
) -> Report {
    let mut counter = Counter::new(decider, as_of);
    for row in rows {
        let (decision, status) = counter.count(&row.facts, row.person, row.holds);
        each(&row, &decision, status);
    }
    counter.report()
}

/// A report in the making, for records that come by one at a time.
pub struct Counter<'a, P> {
    decider: &'a Decider<'a>,
    as_of: Date,
    /// First moment of the day and of the next.
    day: (Timestamp, Timestamp),
    tally: Tally<P>,
}

impl<P> std::fmt::Debug for Counter<'_, P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Counter").field("as_of", &self.as_of).finish_non_exhaustive()
    }
}

impl<'a, P: Copy + Eq + Hash> Counter<'a, P> {
    /// Nothing is counted yet.
    #[must_use]
    pub fn new(decider: &'a Decider<'a>, as_of: Date) -> Self {
        Self { decider, as_of, day: day_bounds(decider, as_of), tally: Tally::default() }
    }

    /// Counts a record and says how it stands.
    pub fn count(
        &mut self,
        facts: &Facts,
        person: Option<P>,
        holds: &[Hold],
    ) -> (Decision, Status) {
        let decision = self.decider.decide(facts);
        let status = decision.status_on(self.as_of, self.day.0, self.day.1, holds);
        self.tally.count(self.decider, &decision, status, person);
        (decision, status)
    }

    /// The report on what was counted.
    #[must_use]
    pub fn report(self) -> Report {
        self.tally.report(self.decider, self.as_of)
    }
}

type LineKey = (Option<PolicyIndex>, Option<i16>, Status);

#[derive(Default)]
struct Counts {
    records: u64,
    persons: u64,
    confidence: Option<Confidence>,
}

/// The counts while records go by.
struct Tally<P> {
    records: u64,
    lines: Vec<(LineKey, Counts)>,
    places: HashMap<LineKey, usize>,
    persons_of_lines: HashSet<(usize, P)>,
    persons: HashSet<P>,
    years: BTreeMap<i16, YearCount>,
}

impl<P> Default for Tally<P> {
    fn default() -> Self {
        Self {
            records: 0,
            lines: Vec::new(),
            places: HashMap::new(),
            persons_of_lines: HashSet::new(),
            persons: HashSet::new(),
            years: BTreeMap::new(),
        }
    }
}

impl<P: Copy + Eq + Hash> Tally<P> {
    fn count(
        &mut self,
        decider: &Decider<'_>,
        decision: &Decision,
        status: Status,
        person: Option<P>,
    ) {
        self.records += 1;
        let governing = decision.governing();
        let year_due = decision.destroyable_from().map(Date::year);
        let key = (governing.map(|term| term.policy), year_due, status);
        let place = *self.places.entry(key).or_insert_with(|| {
            self.lines.push((key, Counts::default()));
            self.lines.len() - 1
        });
        if let Some((_, counts)) = self.lines.get_mut(place) {
            counts.records += 1;
            let confidence = governing.and_then(|term| confidence_of(decider, term));
            counts.confidence = match (counts.confidence, confidence) {
                (Some(before), Some(now)) => Some(before.min(now)),
                (before, now) => before.or(now),
            };
            if let Some(person) = person
                && self.persons_of_lines.insert((place, person))
            {
                counts.persons += 1;
                self.persons.insert(person);
            }
        }
        if let Some(year) = year_due.filter(|_| status != Status::Destroyed) {
            let count = self.years.entry(year).or_insert(YearCount { year, records: 0, held: 0 });
            count.records += 1;
            count.held += u64::from(status == Status::Held);
        }
    }

    fn report(mut self, decider: &Decider<'_>, as_of: Date) -> Report {
        // What has no policy, or no year, comes last.
        self.lines.sort_by_key(|((policy, year, status), _)| {
            (policy.is_none(), *policy, year.is_none(), *year, *status)
        });
        let lines = self.lines.into_iter().map(|(key, counts)| line(decider, key, &counts));
        Report {
            as_of,
            records: self.records,
            persons: self.persons.len() as u64,
            lines: lines.collect(),
            due_by_year: self.years.into_values().collect(),
        }
    }
}

fn confidence_of(decider: &Decider<'_>, term: &Term) -> Option<Confidence> {
    let policy = decider.book().policy(term.policy)?;
    policy.versions.get(usize::from(term.version)).map(|version| version.confidence)
}

fn line(decider: &Decider<'_>, (index, year_due, status): LineKey, counts: &Counts) -> ReportLine {
    let policy = index.and_then(|index| decider.book().policy(index));
    ReportLine {
        policy: policy.map(|policy| policy.id.clone()),
        ground: policy.map(|policy| policy.ground.article.clone()),
        confidence: counts.confidence,
        year_due,
        status,
        records: counts.records,
        persons: counts.persons,
    }
}

/// First moment of a local day and of the next.
fn day_bounds(decider: &Decider<'_>, day: Date) -> (Timestamp, Timestamp) {
    let zone = decider.tenant().zone();
    let start = |day: Date| day.to_zoned(zone.clone()).ok().map(|start| start.timestamp());
    (start(day).unwrap_or(Timestamp::MIN), day_after(day).and_then(start).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::embedded_book;
    use crate::facts::RecordType;
    use crate::tenant::Tenant;

    fn row(facts: Facts, person: u32, holds: &[Hold]) -> ReportRow<'_, u32, u32> {
        ReportRow { record: 0, person: Some(person), facts, holds }
    }

    #[test]
    fn counts_per_policy_year_and_status() {
        let tenant = Tenant::new("NL", "Europe/Amsterdam", "12-31").unwrap();
        let book = embedded_book().unwrap();
        let decider = book.decider(&tenant, None).unwrap();
        let invoice = |year| Facts::dated(RecordType::SalesInvoice, date(year, 3, 1));
        let hold = [Hold {
            id: "H1".into(),
            placed_at: "2026-01-01T22:59:59Z".parse().unwrap(),
            released_at: None,
        }];
        let destroyed =
            Facts { destroyed_at: Some("2024-06-01T00:00:00Z".parse().unwrap()), ..invoice(2015) };
        let rows = [
            row(invoice(2018), 1, &[]),
            row(invoice(2018), 1, &[]),
            row(invoice(2018), 2, &hold),
            row(invoice(2020), 1, &[]),
            row(Facts::new(RecordType::Quote), 3, &[]),
            row(destroyed, 4, &[]),
        ];
        let report = report(&decider, date(2026, 1, 1), rows);
        assert_eq!((report.records, report.persons), (6, 4));
        let lines: Vec<_> = report
            .lines
            .iter()
            .map(|line| {
                (line.policy.as_deref(), line.year_due, line.status, line.records, line.persons)
            })
            .collect();
        let awr = Some("NL-AWR-52");
        assert_eq!(
            lines,
            [
                (awr, Some(2023), Status::Destroyed, 1, 1),
                (awr, Some(2026), Status::Held, 1, 1),
                (awr, Some(2026), Status::DueForDisposition, 2, 1),
                (awr, Some(2028), Status::Retained, 1, 1),
                (None, None, Status::TriggerPending, 1, 1),
            ]
        );
        assert_eq!(
            report.due_by_year,
            [
                YearCount { year: 2026, records: 3, held: 1 },
                YearCount { year: 2028, records: 1, held: 0 },
            ]
        );
    }

    #[test]
    fn a_hold_placed_during_the_day_counts_for_the_day() {
        let tenant = Tenant::new("NL", "Europe/Amsterdam", "12-31").unwrap();
        let book = embedded_book().unwrap();
        let decider = book.decider(&tenant, None).unwrap();
        let facts = Facts::dated(RecordType::SalesInvoice, date(2018, 3, 1));
        let hold = [Hold {
            id: "H1".into(),
            // One second before midnight in Amsterdam.
            placed_at: "2026-01-01T22:59:59Z".parse().unwrap(),
            released_at: None,
        }];
        let on = |day| report(&decider, day, [row(facts, 1, &hold)]).lines[0].status;
        assert_eq!(on(date(2026, 1, 1)), Status::Held);
        assert_eq!(on(date(2025, 12, 31)), Status::Retained);
    }
}
