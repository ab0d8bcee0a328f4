//! What people entered, and what became of it.
//!
//! Everything that is entered has a mark that occurs nowhere else, such as `<17>`. In the end each mark
//! must be in a record or in a conflict, or it was replaced or deleted by somebody who saw it.

use std::collections::HashSet;

/// Something that was entered, by its number.
pub type Number = usize;

/// Something that was entered, or the removal of what was.
#[derive(Debug)]
struct Entry {
    /// At which desk.
    desk: usize,
    /// Whether it has a mark to look for; a removal has none.
    has_mark: bool,
    /// What replaced it, at desks where it was seen.
    replaced_by: Vec<Number>,
    /// Whether the desk has heard that the hub has it.
    is_accepted: bool,
    /// Whether it was on a disk that was put back to a time before it, and nowhere else.
    is_void: bool,
}

/// Everything that was entered.
#[derive(Debug, Default)]
pub struct Entries(Vec<Entry>);

/// The mark of an entry.
pub fn mark(number: Number) -> String {
    format!("<{number}>")
}

/// The entries whose marks occur in a text.
pub fn marks_in(text: &str) -> HashSet<Number> {
    text.split('<').skip(1).filter_map(|rest| rest.split_once('>')?.0.parse().ok()).collect()
}

impl Entries {
    /// The number the next entry will have.
    pub fn next(&self) -> Number {
        self.0.len()
    }

    /// Notes an entry at a desk that saw and replaced others.
    pub fn add(&mut self, desk: usize, has_mark: bool, replaces: &HashSet<Number>) {
        let number = self.next();
        for replaced in replaces {
            if let Some(entry) = self.0.get_mut(*replaced) {
                entry.replaced_by.push(number);
            }
        }
        self.0.push(Entry {
            desk,
            has_mark,
            replaced_by: Vec::new(),
            is_accepted: false,
            is_void: false,
        });
    }

    /// Notes that the hub has what a desk entered, as far as `is_there` says so.
    pub fn accept(&mut self, desk: usize, is_there: impl Fn(Number) -> bool) {
        for (number, entry) in self.0.iter_mut().enumerate() {
            if entry.desk == desk && !entry.is_accepted && is_there(number) {
                entry.is_accepted = true;
            }
        }
    }

    /// Notes that the disk of a desk is that of the time when the next entry was `since`.
    pub fn void(&mut self, desk: usize, since: Number) {
        for entry in self.0.iter_mut().skip(since) {
            entry.is_void |= entry.desk == desk && !entry.is_accepted;
        }
    }

    /// The entries of which nothing is left, and that nobody replaced who saw them.
    pub fn lost(&self, present: &HashSet<Number>) -> Vec<Number> {
        (0..self.0.len()).filter(|number| !self.is_accounted(*number, present, 0)).collect()
    }

    fn is_accounted(&self, number: Number, present: &HashSet<Number>, depth: usize) -> bool {
        let Some(entry) = self.0.get(number) else { return false };
        if !entry.has_mark || entry.is_void || present.contains(&number) || depth > 500 {
            return true;
        }
        entry.replaced_by.iter().any(|by| {
            // Nobody sees of a removal whether it reached the hub before the disk was put back.
            let is_void = self.0.get(*by).is_none_or(|entry| entry.is_void && entry.has_mark);
            !is_void || present.contains(by) || self.was_replaced(*by, present, depth + 1)
        })
    }

    /// Whether a void entry was at the hub after all: somebody replaced it who saw it there.
    fn was_replaced(&self, number: Number, present: &HashSet<Number>, depth: usize) -> bool {
        self.0.get(number).is_some_and(|entry| {
            entry.replaced_by.iter().any(|by| {
                present.contains(by)
                    || self.0.get(*by).is_some_and(|entry| !entry.is_void)
                    || (depth < 500 && self.was_replaced(*by, present, depth + 1))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_is_lost_unless_somebody_replaced_it() {
        let mut entries = Entries::default();
        entries.add(0, true, &HashSet::new());
        entries.add(1, true, &HashSet::from([0]));
        entries.add(0, true, &HashSet::new());
        assert_eq!(entries.lost(&HashSet::from([1])), [2]);
        assert_eq!(entries.lost(&HashSet::from([2])), [1]);
    }

    #[test]
    fn what_was_on_a_disk_that_was_put_back_may_be_gone_but_not_what_it_replaced() {
        let mut entries = Entries::default();
        entries.add(0, true, &HashSet::new());
        entries.add(1, true, &HashSet::from([0]));
        entries.void(1, 1);
        assert_eq!(entries.lost(&HashSet::new()), [0]);
        assert!(entries.lost(&HashSet::from([0])).is_empty());
        // It had reached the hub after all.
        assert!(entries.lost(&HashSet::from([1])).is_empty());
        let mut accepted = Entries::default();
        accepted.add(1, true, &HashSet::new());
        accepted.accept(1, |_| true);
        accepted.void(1, 0);
        assert_eq!(accepted.lost(&HashSet::new()), [0]);
    }

    #[test]
    fn marks_are_found_in_any_text() {
        assert_eq!(
            marks_in(r#"{"a":"<3>","b":["x<12>y"],"c":"<nothing"}"#),
            HashSet::from([3, 12])
        );
    }
}
