//! The form of a policy pack: one JSON file per country, signed as a whole.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use crate::error::PackError;
use crate::policy::Policy;
use crate::tenant::Country;

/// The pack format this program reads.
pub const FORMAT: u32 = 1;

/// A pack as it is stored: the exact bytes of the JSON file and of its signature file.
#[derive(Debug, Clone, Copy)]
pub struct SignedPack<'a> {
    /// File name, for messages.
    pub name: &'a str,
    /// The JSON file.
    pub bytes: &'a [u8],
    /// The signature file: 128 hexadecimal digits.
    pub signature: &'a [u8],
}

/// A pack as it is read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pack {
    format: u32,
    pub(crate) id: String,
    pub(crate) version: String,
    /// Absent for a pack that applies everywhere.
    #[serde(default)]
    pub(crate) country: Option<Country>,
    /// Other codes of the same country (`GB` for `UK`).
    #[serde(default)]
    pub(crate) also_known_as: Vec<Country>,
    pub(crate) law_text_date: Date,
    pub(crate) policies: Vec<Policy>,
    pub(crate) golden_cases: Vec<GoldenCase>,
}

/// A question with its answer, carried by the pack it tests.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenCase {
    pub(crate) id: String,
    /// How the answer follows from the text of the law, for the person who reviews the pack.
    pub(crate) derivation: String,
    pub(crate) given: Value,
    pub(crate) expect: Value,
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Pack {
    /// Reads a pack and checks its form; not its signature, nor its golden cases.
    pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Self, PackError> {
        let form = |error: &serde_json::Error| PackError::Form {
            pack: name.to_owned(),
            line: error.line(),
            column: error.column(),
            problem: error.to_string(),
        };
        // The format first: a newer one may have any other field.
        let FormatOnly { format } = serde_json::from_slice(bytes).map_err(|error| form(&error))?;
        if format != FORMAT {
            let pack = name.to_owned();
            return Err(PackError::Format { pack, found: format, supported: FORMAT });
        }
        let pack: Self = serde_json::from_slice(bytes).map_err(|error| form(&error))?;
        pack.check(name)?;
        Ok(pack)
    }

    fn check(&self, name: &str) -> Result<(), PackError> {
        let invalid = |place: &str, problem: &str| PackError::Invalid {
            pack: name.to_owned(),
            place: place.to_owned(),
            problem: problem.to_owned(),
        };
        if self.id.trim().is_empty() || self.version.trim().is_empty() {
            return Err(invalid("id", "a pack needs an id and a version"));
        }
        if self.country.is_none() && !self.also_known_as.is_empty() {
            return Err(invalid("also_known_as", "other codes need a country"));
        }
        if self.policies.is_empty() {
            return Err(invalid("policies", "a pack needs at least one policy"));
        }
        if self.golden_cases.is_empty() {
            return Err(invalid("golden_cases", "a pack needs golden cases of its own"));
        }
        if let Some((policy, fault)) =
            self.policies.iter().find_map(|policy| Some((policy, policy.fault()?)))
        {
            return Err(invalid(&policy.id, fault));
        }
        let mut ids = BTreeSet::new();
        for case in &self.golden_cases {
            if !ids.insert(case.id.as_str()) {
                return Err(PackError::Twice { what: "golden case", id: case.id.clone() });
            }
            if case.derivation.trim().is_empty() {
                return Err(invalid(&case.id, "a golden case needs its derivation"));
            }
            if case.expect.as_object().is_none_or(serde_json::Map::is_empty) {
                return Err(invalid(&case.id, "a golden case expects at least one value"));
            }
        }
        Ok(())
    }
}
