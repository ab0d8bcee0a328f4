//! The policy packs built into the program.

use std::sync::OnceLock;

use crate::book::PolicyBook;
use crate::error::PackError;
use crate::pack::SignedPack;
use crate::signature::PUBLISHER_KEY;

macro_rules! packs {
    ($($name:literal),+ $(,)?) => {
        &[$(SignedPack {
            name: $name,
            bytes: include_str!(concat!("../../../assets/retention/", $name)).as_bytes(),
            signature: include_str!(concat!("../../../assets/retention/", $name, ".sig"))
                .as_bytes(),
        }),+]
    };
}

static PACKS: &[SignedPack<'static>] = packs![
    "nl.json", "be.json", "de.json", "fr.json", "uk.json", "at.json", "es.json", "it.json",
    "pl.json", "se.json", "dk.json", "ie.json", "lu.json", "fi.json", "ch.json", "no.json",
    "pt.json", "eu.json",
];

/// The packs under `assets/retention`, as they were signed: one per country, then the European
/// rules that apply everywhere.
#[must_use]
pub fn embedded_packs() -> &'static [SignedPack<'static>] {
    PACKS
}

/// The book of [`embedded_packs`], verified the first time it is asked for.
///
/// # Errors
/// Why a pack is refused; a program whose packs are refused was built wrongly.
pub fn embedded_book() -> Result<&'static PolicyBook, PackError> {
    static BOOK: OnceLock<Result<PolicyBook, PackError>> = OnceLock::new();
    BOOK.get_or_init(|| PolicyBook::load(embedded_packs(), &PUBLISHER_KEY))
        .as_ref()
        .map_err(Clone::clone)
}
