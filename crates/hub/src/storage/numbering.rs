//! Number series: which number comes next, and that none is given twice, passed over or taken back.
//!
//! A document that is given a number names its series, its place in it, and the link of the chain before
//! it. The hub compares that with where the series ends. What the links are made of it cannot read; that
//! each follows from what it says, desks see.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use booqing_protocol::{DOCUMENT_CLASS, Id, Number, SERIES_CLASS, SealedRecord, Series};

use super::StorageError;
use super::ledger::{Ledger, Standing};

/// Where a series ends: its last number, and the link of the document that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// The last number that was given.
    pub(super) last: u32,
    /// The link of that document.
    pub(super) link: String,
}

/// The series that a push is about, with what it did so far.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    series: HashMap<Id, Series>,
    ends: HashMap<Id, End>,
    /// The numbers that documents of the push have.
    numbers: HashMap<Id, Number>,
    changed: BTreeSet<Id>,
}

/// What a set does to series.
#[derive(Debug, Default)]
pub(super) struct Step {
    series: HashMap<Id, Option<Series>>,
    ends: BTreeMap<Id, End>,
    numbers: HashMap<Id, Number>,
}

/// Why a set cannot be stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Amiss {
    /// A number is not the next of its series, or a series is said to end where it does not.
    NotNext(Id),
    /// It never can be, by a stable code.
    Refused(&'static str, Id),
}

impl Numbering {
    /// What a push has to be held against. Where it brings neither documents nor series, nothing is asked
    /// for.
    pub(super) fn read(
        ledger: &mut impl Ledger,
        coming: &[&SealedRecord],
        standing: &HashMap<Id, Standing>,
    ) -> Result<Self, StorageError> {
        let of = |class: &'static str| coming.iter().filter(move |record| record.class == class);
        let mut named: BTreeSet<Id> = of(SERIES_CLASS).map(|record| record.id).collect();
        named.extend(of(DOCUMENT_CLASS).filter_map(|one| Some(one.number()?.series)));
        let there = of(DOCUMENT_CLASS).map(|record| record.id);
        let there: BTreeSet<Id> = there.filter(|id| standing.contains_key(id)).collect();
        let mut numbering = Self::default();
        if named.is_empty() && there.is_empty() {
            return Ok(numbering);
        }
        let asked: Vec<Id> = named.iter().chain(&there).copied().collect();
        for (id, (_, bytes)) in ledger.bytes(&asked)? {
            let record = SealedRecord::from_bytes(&bytes)?;
            numbering.series.extend(record.series().map(|series| (id, series)));
            numbering.numbers.extend(record.number().map(|number| (id, number)));
        }
        if !named.is_empty() {
            numbering.ends = ledger.series_ends(&named.into_iter().collect::<Vec<_>>())?;
        }
        Ok(numbering)
    }

    /// What a set does to series, where all of it may be done. Nothing is changed by that.
    pub(super) fn judge<'a>(
        &self,
        records: impl Iterator<Item = &'a SealedRecord>,
    ) -> Result<Step, Amiss> {
        let mut step = Step::default();
        for record in records {
            match record.class.as_str() {
                SERIES_CLASS => self.judge_series(&mut step, record)?,
                DOCUMENT_CLASS => self.judge_document(&mut step, record)?,
                _ => {}
            }
        }
        Ok(step)
    }

    fn judge_document(&self, step: &mut Step, record: &SealedRecord) -> Result<(), Amiss> {
        let number = record.number();
        if let Some(before) = self.numbers.get(&record.id) {
            // It is never taken back, nor given to another.
            let stays = number.as_ref() == Some(before);
            return if stays { Ok(()) } else { Err(Amiss::Refused("numbered", record.id)) };
        }
        let Some(number) = number else { return Ok(()) };
        let known = step.series.get(&number.series).cloned();
        let series = known.unwrap_or_else(|| self.series.get(&number.series).cloned());
        // It may still be on its way.
        let Some(series) = series else { return Err(Amiss::NotNext(record.id)) };
        // What its closing counted may still come in.
        if series.is_closed && series.last.is_none_or(|last| number.sequence > last) {
            return Err(Amiss::Refused("series_closed", record.id));
        }
        let end = self.end(step, number.series);
        let next = end.as_ref().map_or(Some(series.first), |end| end.last.checked_add(1));
        if next != Some(number.sequence) || number.previous != end.map(|end| end.link) {
            return Err(Amiss::NotNext(record.id));
        }
        let end = End { last: number.sequence, link: number.link.clone() };
        step.ends.insert(number.series, end);
        step.numbers.insert(record.id, number);
        Ok(())
    }

    fn judge_series(&self, step: &mut Step, record: &SealedRecord) -> Result<(), Amiss> {
        let id = record.id;
        let (before, now) = (self.series.get(&id), record.series());
        let end = self.end(step, id);
        if end.is_some() {
            // What has numbers is there for good, and begins where it began.
            let first = |series: Option<&Series>| series.map(|series| series.first);
            if now.is_none() || first(now.as_ref()) != first(before) {
                return Err(Amiss::Refused("numbered", id));
            }
        }
        // It goes on behind what is said to be its end.
        let goes_on =
            |series: &Series| end.as_ref().is_some_and(|end| series.last < Some(end.last));
        if now.as_ref().is_some_and(|series| series.is_closed && goes_on(series)) {
            return Err(Amiss::NotNext(id));
        }
        step.series.insert(id, now);
        Ok(())
    }

    fn end(&self, step: &Step, series: Id) -> Option<End> {
        step.ends.get(&series).or_else(|| self.ends.get(&series)).cloned()
    }

    /// Takes notice of what a set did that is stored.
    pub(super) fn take(&mut self, step: Step) {
        for (id, series) in step.series {
            match series {
                Some(series) => self.series.insert(id, series),
                None => self.series.remove(&id),
            };
        }
        self.changed.extend(step.ends.keys());
        self.ends.extend(step.ends);
        self.numbers.extend(step.numbers);
    }

    /// Where series end, of those that end elsewhere than before.
    pub(super) fn changed(&self) -> Vec<(Id, End)> {
        self.changed.iter().filter_map(|id| Some((*id, self.ends.get(id)?.clone()))).collect()
    }
}
