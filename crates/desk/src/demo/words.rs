//! Sentences and labels of the office.

use booqing_model::text::{Text, TextError};

use super::rng::Rng;

const CLIENT_NOTES: &[&str] = &[
    "Belt het liefst na vijven.",
    "Wil facturen op papier.",
    "Betaalt altijd contant bij de balie.",
    "Kent ons via de open dag.",
    "Let op: trap naar de eerste verdieping, geen lift.",
    "Prefers to be written to in English.",
    "Vaste klant; mag een week later betalen.",
    "Heeft een vaste parkeerplaats nodig.",
    "Neemt bij verhindering contact op met de receptie.",
];

const BOOKING_NOTES: &[&str] = &[
    "Beamer klaarzetten.",
    "Komt tien minuten later.",
    "Graag dezelfde medewerker als de vorige keer.",
    "Sleutel ligt bij de receptie.",
    "Koffie en thee om half elf.",
    "Needs an invoice with the order number.",
    "Dakgoot meenemen in de bespreking.",
];

const TAGS: &[&str] = &["vip", "maandklant", "zzp", "zorg", "horeca", "onderwijs", "nieuw", "bouw"];

const INTERNAL: &[&str] =
    &["Teamoverleg", "Onderhoud", "Werkoverleg", "Keuring", "Schoonmaak", "Intervisie"];

const SHOPS: &[&str] = &[
    "Tankstation De Afslag",
    "Kantoorboekhandel Inkt & Co.",
    "Bouwmarkt De Spijker",
    "Parkeergarage Centrum",
    "Lunchroom Ons Café",
    "Bloemenkiosk Zonnebloem",
];

/// A short text.
pub(super) fn text(text: &str) -> Result<Text, TextError> {
    Text::parse(text)
}

/// What the office noted about a client.
pub(super) fn client_note(rng: &mut Rng) -> String {
    let first = rng.pick(CLIENT_NOTES);
    if rng.percent(20) { format!("{first}\n{}", rng.pick(CLIENT_NOTES)) } else { first.to_owned() }
}

/// What the office noted about a booking.
pub(super) fn booking_note(rng: &mut Rng) -> &'static str {
    rng.pick(BOOKING_NOTES)
}

/// A label of the office.
pub(super) fn tag(rng: &mut Rng) -> &'static str {
    rng.pick(TAGS)
}

/// What a booking without a client is about.
pub(super) fn internal(rng: &mut Rng) -> &'static str {
    rng.pick(INTERNAL)
}

/// Where a receipt comes from.
pub(super) fn shop(rng: &mut Rng) -> &'static str {
    rng.pick(SHOPS)
}
