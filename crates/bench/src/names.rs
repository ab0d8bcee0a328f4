//! Words with which a large cache is filled: few that are common, many that are rare.

use crate::records::Lcg;

/// What bookings are about; a quarter of all are of the first kind.
pub(crate) const SUBJECTS: &[&str] = &[
    "Overleg",
    "Jaarrekening",
    "Intake",
    "Aangifte",
    "Belastingadvies",
    "Begeleiding",
    "Training",
    "Vergadering",
    "Controle",
    "Salarisadministratie",
    "Presentatie",
    "Onderhoud",
    "Workshop",
    "Bespreking",
    "Huur",
    "Massage",
    "Opstelling",
    "Doorlichting",
    "Kwartaalcijfers",
    "Oplevering",
];

/// What notes say often.
const PHRASES: &[&str] = &[
    "telefonisch bevestigd",
    "factuur op papier",
    "sleutel bij de balie",
    "wil een beamer",
    "neemt zelf eten mee",
    "terugbellen over parkeren",
    "elke tweede week",
    "aanbetaling ontvangen",
];

const GIVEN: &[&str] = &[
    "Anna", "Bram", "Chloë", "Daan", "Emma", "Finn", "Greta", "Hugo", "Iris", "Jonas", "Klara",
    "Lars", "Marie", "Noor", "Otto", "Pia", "Ruben", "Sofie", "Zoë", "Thijs", "Fleur", "Jurre",
];

const CITIES: &[&str] =
    &["Amsterdam", "Rotterdam", "Utrecht", "Groningen", "Zwolle", "Breda", "Arnhem", "Leiden"];

const BEGINNINGS: &[&str] = &[
    "ba", "bre", "dij", "dra", "eg", "fri", "ga", "groe", "hoe", "ja", "kla", "kra", "lin", "ma",
    "mei", "nij", "oe", "pa", "plu", "ro", "scho", "sla", "spie", "ta", "trom", "ui", "vee", "wa",
    "wij", "zee", "zwa", "stee",
];
const MIDDLES: &[&str] = &[
    "ger", "len", "mer", "nin", "pel", "ren", "sel", "ter", "ven", "der", "kel", "lo", "ma", "ni",
    "ra", "tin",
];
const ENDINGS: &[&str] = &[
    "beek", "berg", "bos", "burg", "dam", "dijk", "donk", "feld", "gaard", "heim", "hof", "horst",
    "huis", "kamp", "kerk", "laan", "man", "meer", "oord", "sma", "stra", "veld", "voort", "zicht",
];

/// How many different rare words there are.
const RARE: u32 = 12_288;

/// The rare word of a number.
pub(crate) fn rare(number: u32) -> String {
    let of = |list: &[&'static str], nth: u32| {
        let length = u32::try_from(list.len()).unwrap_or(1).max(1);
        (list.get((nth % length) as usize).copied().unwrap_or_default(), nth / length)
    };
    let (beginning, rest) = of(BEGINNINGS, number % RARE);
    let (middle, rest) = of(MIDDLES, rest);
    let (ending, _) = of(ENDINGS, rest);
    format!("{beginning}{middle}{ending}")
}

/// A rare word; the lower its number the more often it comes.
pub(crate) fn any_rare(lcg: &mut Lcg) -> String {
    let share = f64::from(lcg.next(1 << 20)) / f64::from(1 << 20);
    rare((f64::from(RARE) * share.powi(3)) as u32)
}

/// The family name of the client of a number: some thousands of different ones.
pub(crate) fn family(client: u32) -> String {
    let word = rare(client.wrapping_mul(7919) % 6000);
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A given name.
pub(crate) fn given(lcg: &mut Lcg) -> &'static str {
    lcg.pick(GIVEN)
}

/// A city.
pub(crate) fn city(lcg: &mut Lcg) -> &'static str {
    lcg.pick(CITIES)
}

/// What a booking is about.
pub(crate) fn title(lcg: &mut Lcg, client: u32) -> String {
    let subject = match lcg.next(4) {
        0 => SUBJECTS.first().copied().unwrap_or_default(),
        _ => lcg.pick(SUBJECTS),
    };
    match lcg.next(3) {
        0 => format!("{subject} {}", family(client)),
        1 => format!("{subject} {}", any_rare(lcg)),
        _ => subject.to_owned(),
    }
}

/// What is noted about a booking; nothing for most.
pub(crate) fn note(lcg: &mut Lcg) -> Option<String> {
    if lcg.next(5) > 1 {
        return None;
    }
    let mut words = vec![lcg.pick(PHRASES).to_owned()];
    (0..lcg.next(8)).for_each(|_| words.push(any_rare(lcg)));
    Some(words.join(" "))
}
