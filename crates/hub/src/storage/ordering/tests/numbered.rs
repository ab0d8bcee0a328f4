//! Documents with numbers, and their series, in the model: whether a number is the next is found by going
//! through all documents.

use super::*;

/// How the number of a document that is sent stands to the one that is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given {
    /// It has none.
    None,
    /// The next one, or so many behind or before it, and whether it is chained to the document before.
    Next { series: u8, off: i8, chained: bool },
    /// The one it has.
    Kept,
}

pub(super) fn made() -> impl Strategy<Value = Made> {
    let given = prop_oneof![
        1 => Just(Given::None),
        6 => (0..2_u8, prop_oneof![8 => Just(0_i8), 1 => Just(-1), 1 => Just(1)],
            proptest::bool::weighted(0.95))
            .prop_map(|(series, off, chained)| Given::Next { series, off, chained }),
        2 => Just(Given::Kept),
    ];
    let last = proptest::option::of(0..4_u32);
    prop_oneof![
        8 => (0..8_u8, given, 2024..2026_i64, proptest::bool::weighted(0.1)).prop_map(
            |(id, given, year, gone)| Made::Document { id, given, year, gone }),
        4 => (0..2_u8, prop_oneof![9 => Just(1_u32), 1 => Just(2)], proptest::bool::weighted(0.15),
            last, proptest::bool::weighted(0.1)).prop_map(
            |(id, first, closed, last, gone)| Made::Series { id, first, closed, last, gone }),
    ]
}

pub(super) fn series_id(id: u8) -> Id {
    Id([0x50 + id; 16])
}

impl Model {
    /// The last document of a series.
    fn last_of(&self, series: Id) -> Option<(Id, Number)> {
        let numbered = self.records.values().filter_map(|one| Some((one.id, one.number()?)));
        let of = numbered.filter(|(_, number)| number.series == series);
        of.max_by_key(|(_, number)| number.sequence)
    }

    /// Gives a document that is sent its number.
    pub(super) fn give(&self, routing: &mut Routing, document: Id, given: Given) {
        let number = match given {
            Given::None => return,
            Given::Kept => match self.records.get(&document).and_then(SealedRecord::number) {
                Some(number) => number,
                None => return,
            },
            Given::Next { series, off, chained } => {
                let series = series_id(series);
                let first = self.records.get(&series).and_then(SealedRecord::series);
                let last = self.last_of(series);
                let next = last
                    .as_ref()
                    .map_or(first.map_or(1, |series| series.first), |(_, last)| last.sequence + 1);
                let previous = last.map(|(_, last)| last.link).filter(|_| chained);
                let sequence = next.saturating_add_signed(off.into());
                Number { series, sequence, previous, link: format!("link {}", self.counter) }
            }
        };
        let mut route = |name: &str, value| routing.0.insert(name.to_owned(), value);
        route("series", Route::Record(number.series));
        route("sequence", Route::Number(number.sequence.into()));
        route("link", Route::Word(number.link));
        if let Some(previous) = number.previous {
            route("previous", Route::Word(previous));
        }
    }

    /// What stands in the way of the numbers of a set.
    pub(super) fn misnumbered(&self, set: &[SealedRecord]) -> Option<Outcome> {
        let mut then = Self { records: self.records.clone(), counter: 0 };
        for record in set {
            let there = then.records.get(&record.id).cloned();
            let refused = |code: &str| {
                Some(Outcome::Refused { code: code.to_owned(), record: Some(record.id) })
            };
            let last = then.last_of(record.id);
            match (there.as_ref().and_then(SealedRecord::number), record.number()) {
                (Some(before), now) if now.as_ref() != Some(&before) => return refused("numbered"),
                (None, Some(number)) => {
                    let not_next = Some(Outcome::NotNext { record: record.id });
                    let series = then.records.get(&number.series).and_then(SealedRecord::series);
                    let Some(series) = series else { return not_next };
                    if series.is_closed && series.last.is_none_or(|last| last < number.sequence) {
                        return refused("series_closed");
                    }
                    let last = then.last_of(number.series).map(|(_, last)| last);
                    let next = last.as_ref().map_or(series.first, |last| last.sequence + 1);
                    if number.sequence != next || number.previous != last.map(|last| last.link) {
                        return not_next;
                    }
                }
                _ => {}
            }
            if let Some((_, last)) = last {
                let first = |record: Option<&SealedRecord>| Some(record?.series()?.first);
                if record.deleted || first(Some(record)) != first(there.as_ref()) {
                    return refused("numbered");
                }
                let ends = record.series().filter(|series| series.is_closed);
                if ends.is_some_and(|series| series.last.is_none_or(|end| end < last.sequence)) {
                    return Some(Outcome::NotNext { record: record.id });
                }
            }
            then.records.insert(record.id, record.clone());
        }
        None
    }
}

/// That whatever was sent, each series counts up by one, from document to document.
pub(super) fn check(records: &BTreeMap<Id, SealedRecord>) {
    let mut series: BTreeMap<Id, BTreeMap<u32, Number>> = BTreeMap::new();
    for number in records.values().filter_map(SealedRecord::number) {
        let twice = series.entry(number.series).or_default().insert(number.sequence, number);
        assert_eq!(twice, None, "a number is given once");
    }
    for (id, numbers) in series {
        let first = records[&id].series().expect("a series").first;
        let mut previous = None;
        for (number, expected) in numbers.into_values().zip(first..) {
            assert_eq!((number.sequence, &number.previous), (expected, &previous));
            previous = Some(number.link);
        }
    }
}
