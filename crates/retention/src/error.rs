//! What can go wrong: a policy pack that is refused, and a question that cannot be answered.

use thiserror::Error;

use crate::tenant::TenantError;

/// Why a policy pack is refused. A refused pack changes nothing: no policy of it is used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PackError {
    /// The program's own key constant is not an Ed25519 public key.
    #[error("the publisher key in this program is not an Ed25519 public key: replace the constant")]
    PublisherKey,
    /// The signature file does not hold a signature.
    #[error(
        "the signature file of policy pack {pack} does not hold 128 hexadecimal digits: \
         sign the pack again"
    )]
    SignatureForm {
        /// File name of the pack.
        pack: String,
    },
    /// The signature does not belong to these bytes and the publisher's key.
    #[error(
        "policy pack {pack} was changed after it was signed, or signed by someone else: \
         get it again from the publisher"
    )]
    Signature {
        /// File name of the pack.
        pack: String,
    },
    /// Not JSON, or not the form of a pack.
    #[error("policy pack {pack} cannot be read at line {line}, column {column}: {problem}")]
    Form {
        /// File name of the pack.
        pack: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A form this program does not know, such as that of a newer program.
    #[error(
        "policy pack {pack} has format {found}, this program reads format {supported}: \
         update the program"
    )]
    Format {
        /// File name of the pack.
        pack: String,
        /// The format number in the pack.
        found: u32,
        /// The format number of this program.
        supported: u32,
    },
    /// Well formed, but it cannot be a pack.
    #[error("policy pack {pack} is refused at {place}: {problem}")]
    Invalid {
        /// File name of the pack.
        pack: String,
        /// Policy, case or field.
        place: String,
        /// What is wrong there.
        problem: String,
    },
    /// A golden case was answered differently.
    #[error(
        "golden case {case} of policy pack {pack} fails at {pointer}: expected {expected}, \
         got {got}"
    )]
    GoldenCase {
        /// File name of the pack.
        pack: String,
        /// Id of the case.
        case: String,
        /// Where in the answer (JSON pointer).
        pointer: String,
        /// What the case expects there, as JSON.
        expected: String,
        /// What the engine answers there, as JSON; `nothing` where it answers nothing.
        got: String,
    },
    /// A golden case could not be answered.
    #[error("golden case {case} of policy pack {pack} cannot be answered: {problem}")]
    GoldenQuestion {
        /// File name of the pack.
        pack: String,
        /// Id of the case.
        case: String,
        /// Why.
        problem: Box<DecideError>,
    },
    /// Two packs, policies or cases with one id.
    #[error("{what} {id} occurs twice: load each policy pack once")]
    Twice {
        /// `policy pack`, `policy` or `golden case`.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// More policies could apply to one record than a decision lists.
    #[error("more than {most} policies apply to {record_type} in {country}")]
    TooMany {
        /// The country.
        country: String,
        /// The record type.
        record_type: String,
        /// How many a decision lists.
        most: usize,
    },
}

impl PackError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PublisherKey => "pack_publisher_key",
            Self::SignatureForm { .. } => "pack_signature_form",
            Self::Signature { .. } => "pack_signature",
            Self::Form { .. } => "pack_form",
            Self::Format { .. } => "pack_format",
            Self::Invalid { .. } => "pack_invalid",
            Self::GoldenCase { .. } => "pack_golden_case",
            Self::GoldenQuestion { .. } => "pack_golden_question",
            Self::Twice { .. } => "pack_twice",
            Self::TooMany { .. } => "pack_too_many",
        }
    }
}

/// Why a question cannot be answered. Every one names its place (a JSON pointer into the `given`
/// object, empty for the object itself) and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecideError {
    /// A question of a family that belongs to another part of the product.
    #[error(
        "{at}: \"{key}\" belongs to the {family} questions, not answered yet by this engine; \
         ask about periods, holds, statuses and law dates",
        at = place(.pointer)
    )]
    NotAnswered {
        /// Where.
        pointer: String,
        /// The key that is not understood.
        key: String,
        /// The family it belongs to.
        family: &'static str,
    },
    /// A key that is not known at its place.
    #[error("{at}: \"{key}\" is not a known key here; known are {}", .known.join(", "), at = place(.pointer))]
    UnknownKey {
        /// Where.
        pointer: String,
        /// The key.
        key: String,
        /// The keys that may stand there.
        known: Vec<&'static str>,
    },
    /// Something needed is not there.
    #[error("{at} is missing: {needed}", at = place(.pointer))]
    Missing {
        /// Where it should be.
        pointer: String,
        /// What to give.
        needed: &'static str,
    },
    /// A value of another kind than expected.
    #[error("{at} is {found}; give {expected}", at = place(.pointer))]
    Kind {
        /// Where.
        pointer: String,
        /// What to give.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// Not a date that exists.
    #[error("{at}: \"{value}\" is not a date that exists; give YYYY-MM-DD", at = place(.pointer))]
    BadDate {
        /// Where.
        pointer: String,
        /// The value.
        value: String,
    },
    /// Not a moment.
    #[error(
        "{at}: \"{value}\" is not a moment; give RFC 3339 with an offset, such as \
         2026-01-01T00:00:00+01:00",
        at = place(.pointer)
    )]
    BadMoment {
        /// Where.
        pointer: String,
        /// The value.
        value: String,
    },
    /// A word that is not one of the known ones.
    #[error("{at}: \"{value}\" is not known; known are {}", .known.join(", "), at = place(.pointer))]
    UnknownWord {
        /// Where.
        pointer: String,
        /// The value.
        value: String,
        /// The known words.
        known: Vec<&'static str>,
    },
    /// A number out of bounds.
    #[error("{at}: {value} is out of bounds; give a whole number from {least} to {most}", at = place(.pointer))]
    OutOfBounds {
        /// Where.
        pointer: String,
        /// The value, as JSON.
        value: String,
        /// Smallest allowed.
        least: u16,
        /// Largest allowed.
        most: u16,
    },
    /// Two things that cannot both be true.
    #[error("{at}: {problem}", at = place(.pointer))]
    Contradiction {
        /// Where.
        pointer: String,
        /// What contradicts what, and what to do.
        problem: &'static str,
    },
    /// A tenant that cannot be.
    #[error("{at}: {problem}", at = place(.pointer))]
    Tenant {
        /// Where.
        pointer: String,
        /// What is wrong.
        problem: TenantError,
    },
    /// No policy pack for this country.
    #[error("no policy pack for {country}; there are packs for {}", .known.join(", "))]
    NoPack {
        /// The country.
        country: String,
        /// The countries with a pack.
        known: Vec<String>,
    },
    /// The packs built into the program are refused.
    #[error("the policy packs of this program are refused: {0}")]
    Packs(Box<PackError>),
}

/// A JSON pointer for people: the root has no name of its own.
const fn place(pointer: &str) -> &str {
    if pointer.is_empty() { "the question" } else { pointer }
}

impl DecideError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAnswered { .. } => "not_answered",
            Self::UnknownKey { .. } => "unknown_key",
            Self::Missing { .. } => "missing",
            Self::Kind { .. } => "wrong_kind",
            Self::BadDate { .. } => "bad_date",
            Self::BadMoment { .. } => "bad_moment",
            Self::UnknownWord { .. } => "unknown_word",
            Self::OutOfBounds { .. } => "out_of_bounds",
            Self::Contradiction { .. } => "contradiction",
            Self::Tenant { problem, .. } => problem.code(),
            Self::NoPack { .. } => "no_policy_pack",
            Self::Packs(problem) => problem.code(),
        }
    }
}
