//! A small generator of numbers that are the same on every machine (SplitMix64).

use booqing_model::Id;
use booqing_model::time::Moment;

/// What a generator is for. Each purpose has numbers of its own, so that a change in one leaves
/// the others as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// The office, its users, resources and services.
    Office = 1,
    /// What decides about a client: kind, country, state.
    Traits = 2,
    /// The values of a client.
    Client = 3,
    /// Bookings.
    Bookings = 4,
    /// Documents.
    Documents = 5,
    /// Consents, disclosures and holds.
    Privacy = 6,
    /// The moments at which the office opens.
    Days = 7,
}

/// The generator.
#[derive(Debug, Clone)]
pub(super) struct Rng(u64);

impl Rng {
    /// The generator of a purpose; `index` sets apart what can be made on its own.
    pub(super) fn of(seed: u64, stream: Stream, index: u64) -> Self {
        let mut mixed = Self(seed);
        for part in [stream as u64, index] {
            mixed = Self(mixed.bits() ^ part.wrapping_mul(0xd6e8_feb8_6659_fd93));
        }
        mixed
    }

    /// The next 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `limit`; 0 when `limit` is 0.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(limit)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high.saturating_sub(low)).unwrap_or(0).saturating_add(1);
        low.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// Whether something of so many in a hundred happens.
    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of a list; the default of its type when the list is empty.
    pub(super) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let at = self.below(list.len() as u64);
        usize::try_from(at).ok().and_then(|at| list.get(at).copied()).unwrap_or_default()
    }

    /// An id of that moment, `milliseconds` into it.
    pub(super) fn id(&mut self, at: Moment, milliseconds: u64) -> Id {
        let (one, two) = (self.bits().to_be_bytes(), self.bits().to_be_bytes());
        let mut random = [0; 10];
        for (to, from) in random.iter_mut().zip(one.iter().chain(&two)) {
            *to = *from;
        }
        let start = u64::try_from(at.0).unwrap_or(0).saturating_mul(1000);
        Id::new(start.saturating_add(milliseconds), random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_published_generator() {
        // The first numbers of SplitMix64 with seed 1234567.
        let mut rng = Rng(1_234_567);
        assert_eq!(rng.bits(), 6_457_827_717_110_365_317);
        assert_eq!(rng.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut rng = Rng::of(1, Stream::Office, 0);
        let seen: Vec<i64> = (0..1000).map(|_| rng.between(-2, 2)).collect();
        assert_eq!((seen.iter().min(), seen.iter().max()), (Some(&-2), Some(&2)));
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.pick::<&str>(&[]), "");
    }
}
