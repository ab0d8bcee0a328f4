//! The policy book: every verified policy, in the order in which a country's records meet them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::decide::Decider;
use crate::decision::{Decision, MAX_TERMS};
use crate::error::{DecideError, PackError};
use crate::facts::{Facts, RecordType};
use crate::golden;
use crate::pack::{Pack, SignedPack};
use crate::policy::Policy;
use crate::signature::PublisherKey;
use crate::tenant::{Country, Tenant};

/// A policy of one [`PolicyBook`]. It has no meaning in another book; store the policy's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyIndex(u16);

/// Which packs a book was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackInfo {
    /// Id of the pack.
    pub id: String,
    /// Version of the pack.
    pub version: String,
    /// The country it is for; `None` for a pack that applies everywhere (EU One Stop Shop).
    pub country: Option<Country>,
    /// The day as of which the pack states the law.
    pub law_text_date: Date,
    /// How many golden cases it passed.
    pub golden_cases: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    policy: Policy,
    pack: usize,
    law_text_date: Date,
}

/// The policies of all loaded packs.
#[derive(Debug, Clone, Default)]
pub struct PolicyBook {
    packs: Vec<PackInfo>,
    entries: Vec<Entry>,
    countries: BTreeMap<Country, Vec<PolicyIndex>>,
    anywhere: Vec<PolicyIndex>,
}

impl PolicyBook {
    /// Verifies packs and makes a book of them. Each pack is checked alone: its signature over
    /// the exact bytes, its form, and every golden case it carries.
    ///
    /// # Errors
    /// The first reason to refuse a pack; the golden case that fails is named with what was
    /// expected and what was answered.
    pub fn load(packs: &[SignedPack<'_>], key: &PublisherKey) -> Result<Self, PackError> {
        let verified = packs
            .iter()
            .map(|signed| {
                key.check(signed.name, signed.bytes, signed.signature)?;
                let pack = Pack::read(signed.name, signed.bytes)?;
                golden::check(signed.name, &pack)?;
                Ok(pack)
            })
            .collect::<Result<Vec<_>, PackError>>()?;
        Self::of(verified)
    }

    /// A book of packs that need no verification any more.
    pub(crate) fn of(packs: Vec<Pack>) -> Result<Self, PackError> {
        let mut book = Self::default();
        let mut ids = BTreeSet::new();
        let mut names = BTreeSet::new();
        for pack in packs {
            if !names.insert(pack.id.clone()) {
                return Err(PackError::Twice { what: "policy pack", id: pack.id });
            }
            let countries: Vec<Country> =
                pack.country.into_iter().chain(pack.also_known_as.iter().copied()).collect();
            for country in &countries {
                if book.countries.insert(*country, Vec::new()).is_some() {
                    let id = country.to_string();
                    return Err(PackError::Twice { what: "policy pack for", id });
                }
            }
            for policy in pack.policies {
                if !ids.insert(policy.id.clone()) {
                    return Err(PackError::Twice { what: "policy", id: policy.id });
                }
                let index = book.add(policy, pack.law_text_date);
                if countries.is_empty() {
                    book.anywhere.push(index);
                }
                for country in &countries {
                    book.countries.entry(*country).or_default().push(index);
                }
            }
            book.packs.push(PackInfo {
                id: pack.id,
                version: pack.version,
                country: pack.country,
                law_text_date: pack.law_text_date,
                golden_cases: pack.golden_cases.len(),
            });
        }
        // What applies everywhere comes after what a country asks itself.
        for list in book.countries.values_mut() {
            list.extend_from_slice(&book.anywhere);
        }
        book.check_counts()?;
        Ok(book)
    }

    fn add(&mut self, policy: Policy, law_text_date: Date) -> PolicyIndex {
        let index = u16::try_from(self.entries.len()).unwrap_or(u16::MAX);
        self.entries.push(Entry { policy, pack: self.packs.len(), law_text_date });
        PolicyIndex(index)
    }

    fn check_counts(&self) -> Result<(), PackError> {
        let most = MAX_TERMS;
        let lists = self.countries.iter().map(|(country, list)| (country.to_string(), list));
        for (country, list) in lists.chain([("any country".to_owned(), &self.anywhere)]) {
            for record_type in RecordType::ALL {
                let applicable = list.iter().filter_map(|index| self.policy(*index));
                let count =
                    applicable.filter(|policy| policy.record_types.contains(*record_type)).count();
                if count > most || self.entries.len() > usize::from(u16::MAX) {
                    let record_type = record_type.word().to_owned();
                    return Err(PackError::TooMany { country, record_type, most });
                }
            }
        }
        Ok(())
    }

    /// The packs of this book, in the order they were loaded.
    #[must_use]
    pub fn packs(&self) -> &[PackInfo] {
        &self.packs
    }

    /// The countries there is a pack for.
    pub fn countries(&self) -> impl Iterator<Item = Country> {
        self.countries.keys().copied()
    }

    /// The policies that can apply to a country's records, in order. `None` when there is no pack
    /// for the country.
    #[must_use]
    pub fn policies_of(&self, country: Country) -> Option<&[PolicyIndex]> {
        match self.countries.get(&country) {
            Some(list) => Some(list),
            // A book of nothing but packs that apply everywhere: a pack being verified alone.
            None if self.countries.is_empty() && !self.anywhere.is_empty() => Some(&self.anywhere),
            None => None,
        }
    }

    /// One policy; `None` for an index of another book.
    #[must_use]
    pub fn policy(&self, index: PolicyIndex) -> Option<&Policy> {
        self.entries.get(usize::from(index.0)).map(|entry| &entry.policy)
    }

    /// Every policy of the book, in order.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.entries.iter().map(|entry| &entry.policy)
    }

    /// The pack a policy came from.
    #[must_use]
    pub fn pack_of(&self, index: PolicyIndex) -> Option<&PackInfo> {
        let entry = self.entries.get(usize::from(index.0))?;
        self.packs.get(entry.pack)
    }

    /// A policy with the day as of which its pack states the law.
    pub(crate) fn policy_and_law_date(&self, index: PolicyIndex) -> Option<(&Policy, Date)> {
        let entry = self.entries.get(usize::from(index.0))?;
        Some((&entry.policy, entry.law_text_date))
    }

    /// The id of a policy, empty for an index of another book.
    #[must_use]
    pub fn id(&self, index: PolicyIndex) -> &str {
        self.policy(index).map_or("", |policy| policy.id.as_str())
    }

    /// What decides for one tenant under one law date; `law_as_of: None` takes the law as each
    /// pack states it. Make it once for many records.
    ///
    /// # Errors
    /// [`DecideError::NoPack`] when there is no pack for the tenant's country.
    pub fn decider<'a>(
        &'a self,
        tenant: &'a Tenant,
        law_as_of: Option<Date>,
    ) -> Result<Decider<'a>, DecideError> {
        let policies = self.policies_of(tenant.country()).ok_or_else(|| DecideError::NoPack {
            country: tenant.country().to_string(),
            known: self.countries().map(|country| country.to_string()).collect(),
        })?;
        Ok(Decider::new(self, tenant, law_as_of, policies))
    }

    /// Until when one record is kept, and which policy governs.
    ///
    /// # Errors
    /// As [`Self::decider`].
    pub fn decide(
        &self,
        tenant: &Tenant,
        facts: &Facts,
        law_as_of: Option<Date>,
    ) -> Result<Decision, DecideError> {
        Ok(self.decider(tenant, law_as_of)?.decide(facts))
    }
}
