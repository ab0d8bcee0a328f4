//! Digests: whether two sides have the same records, at the price of one comparison.
//!
//! Per record class and fiscal year: how many records, and the sum of their hashes modulo 2^128.
//! A sum does not depend on the order, and a changed record costs one subtraction and one
//! addition. The root is the hash over all of them.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};

use crate::Hash;
use crate::framing::{FramingError, encode};

/// The digest of one record class in one fiscal year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Bucket {
    /// How many records.
    #[n(0)]
    pub count: u64,
    /// The sum of their hashes, modulo 2^128.
    #[n(1)]
    pub sum: Hash,
}

/// The hash over all buckets.
pub type Root = Hash;

/// The digest of everything one side has, by (record class, fiscal year).
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Digest(#[n(0)] pub BTreeMap<(String, i64), Bucket>);

impl Bucket {
    /// With a record more.
    #[must_use]
    pub fn with(self, hash: Hash) -> Self {
        let sum = u128::from_be_bytes(self.sum.0).wrapping_add(u128::from_be_bytes(hash.0));
        Self { count: self.count.wrapping_add(1), sum: Hash(sum.to_be_bytes()) }
    }

    /// Both together; what one of them lacks may be taken from the other.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let sum = u128::from_be_bytes(self.sum.0).wrapping_add(u128::from_be_bytes(other.sum.0));
        Self { count: self.count.wrapping_add(other.count), sum: Hash(sum.to_be_bytes()) }
    }

    /// With a record less.
    #[must_use]
    pub fn without(self, hash: Hash) -> Self {
        let sum = u128::from_be_bytes(self.sum.0).wrapping_sub(u128::from_be_bytes(hash.0));
        Self { count: self.count.wrapping_sub(1), sum: Hash(sum.to_be_bytes()) }
    }
}

impl Digest {
    /// Counts a record in.
    pub fn add(&mut self, class: &str, fiscal_year: i64, hash: Hash) {
        let bucket = self.0.entry((class.to_owned(), fiscal_year)).or_default();
        *bucket = bucket.with(hash);
    }

    /// How many records there are in all.
    pub fn total(&self) -> u64 {
        self.0.values().map(|bucket| bucket.count).sum()
    }

    /// The hash over all buckets that hold a record.
    ///
    /// # Errors
    /// [`FramingError`] when it cannot be written, which does not happen.
    pub fn root(&self) -> Result<Root, FramingError> {
        let held: Vec<(&str, i64, &Bucket)> = self
            .0
            .iter()
            .filter(|(_, bucket)| bucket.count > 0)
            .map(|((class, year), bucket)| (class.as_str(), *year, bucket))
            .collect();
        Ok(Hash::of(&encode(&held)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_order_does_not_matter_and_what_is_taken_out_is_gone(
            hashes in proptest::collection::vec(any::<[u8; 16]>(), 1..40),
            cut in 0usize..40,
        ) {
            let bucket = |hashes: &[[u8; 16]]| {
                hashes.iter().fold(Bucket::default(), |bucket, hash| bucket.with(Hash(*hash)))
            };
            let mut reversed = hashes.clone();
            reversed.reverse();
            prop_assert_eq!(bucket(&hashes), bucket(&reversed));

            let cut = cut.min(hashes.len());
            let (kept, taken) = hashes.split_at(cut);
            let less = taken
                .iter()
                .fold(bucket(&hashes), |bucket, hash| bucket.without(Hash(*hash)));
            prop_assert_eq!(less, bucket(kept));
        }
    }

    #[test]
    fn an_empty_bucket_is_no_bucket() {
        let mut digest = Digest::default();
        let empty = digest.root();
        digest.0.insert(("client".to_owned(), 0), Bucket::default());
        assert_eq!(digest.root(), empty);
        digest.add("client", 0, Hash([1; 16]));
        assert_ne!(digest.root(), empty);
    }
}
