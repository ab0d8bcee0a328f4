//! Which resource is taken when.

use std::collections::BTreeMap;

use booqing_model::time::Moment;

/// How long a taken stretch may last, in seconds: what began earlier is over.
const LONGEST: i64 = 4 * 86_400;

/// The stretches for which each resource is taken, none overlapping another.
#[derive(Debug)]
pub(super) struct Occupancy {
    taken: Vec<BTreeMap<i64, i64>>,
}

impl Occupancy {
    /// So many resources, all free.
    pub(super) fn new(resources: usize) -> Self {
        Self { taken: vec![BTreeMap::new(); resources] }
    }

    /// Whether a resource is free from one moment to another.
    pub(super) fn is_free(&self, resource: usize, from: Moment, until: Moment) -> bool {
        self.taken.get(resource).is_some_and(|taken| {
            taken.range(..until.0).next_back().is_none_or(|(_, end)| *end <= from.0)
        })
    }

    /// Takes a resource from one moment to another.
    pub(super) fn take(&mut self, resource: usize, from: Moment, until: Moment) {
        if let Some(taken) = self.taken.get_mut(resource) {
            taken.insert(from.0, until.0);
        }
    }

    /// Forgets what was over at that moment.
    pub(super) fn forget(&mut self, before: Moment) {
        for taken in &mut self.taken {
            *taken = taken.split_off(&(before.0 - LONGEST));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_free_when_nothing_overlaps_it() {
        let mut occupancy = Occupancy::new(1);
        occupancy.take(0, Moment(100), Moment(200));
        for (from, until, free) in [
            (0, 100, true),
            (0, 101, false),
            (120, 130, false),
            (199, 300, false),
            (200, 300, true),
        ] {
            assert_eq!(
                occupancy.is_free(0, Moment(from), Moment(until)),
                free,
                "{from} to {until}"
            );
        }
        assert!(!occupancy.is_free(1, Moment(0), Moment(1)), "no such resource");
        occupancy.forget(Moment(LONGEST + 101));
        assert!(occupancy.is_free(0, Moment(120), Moment(130)));
    }
}
