//! Names of companies.

use booqing_model::entities::display_name;

use super::names;
use super::rng::Rng;

const TRADES: &[&str] = &[
    "Bakkerij",
    "Slagerij",
    "Bouwbedrijf",
    "Schildersbedrijf",
    "Installatiebureau",
    "Hoveniers",
    "Drukkerij",
    "Fysiotherapie",
    "Kapsalon",
    "Garage",
    "Rijwielhandel",
    "Boekhandel",
    "Loodgieter",
    "Adviesbureau",
    "Architecten",
    "Notariskantoor",
    "Tandartspraktijk",
    "Kinderopvang",
    "Makelaardij",
    "Transport",
    "Groothandel",
    "Brouwerij",
    "Zorgbureau",
    "Webatelier",
];

const FANCY: &[&str] = &[
    "De Gouden Korenaar",
    "Het Blauwe Huis",
    "'t Hoekje",
    "De Drie Linden",
    "Café Zoë",
    "Noorderlicht",
    "De Vlijtige Bij",
    "Zuiderzee",
    "Reünie",
    "Het Veerhuis",
    "De IJsbeer",
    "De Lage Landen",
    "Één en Al",
    "Überzicht",
];

/// Organisations that are not companies, with the word that says so.
const WHOLE: &[&str] = &[
    "Stichting Oud & Nieuw",
    "Vereniging Vrije Tijd",
    "Coöperatie Samen Één U.A.",
    "Maatschap Vijf Eiken",
    "Stichting Crèche De IJsbeer",
    "Gemeente Vaartdam",
];

const BELGIAN: &[&str] = &["Brasserie Liégeoise", "Drukkerij Scheldezicht", "Maes & Peeters"];
const GERMAN: &[&str] = &["Müller Werkzeugbau", "Bäckerei Groß", "Köhler & Söhne", "Süd-Handel"];
const FRENCH: &[&str] = &["Boulangerie Lefèvre", "Éditions du Chêne Vert", "L'Atelier d'Hélène"];
const BRITISH: &[&str] = &["Ashdown & Daughters", "Fenland Printing", "O'Brien Joinery"];
const OTHER_SCRIPTS: &[&str] =
    &["Καφενείο Η Ελιά", "Ταβέρνα Ο Νίκος", "Пекарня Колос", "Хлібний дім «Калина»", "Роза ООД"];

/// The name of a company, as it is registered in that country.
pub(super) fn company(rng: &mut Rng, country: &str) -> String {
    match country {
        "BE" => format!("{} {}", rng.pick(BELGIAN), rng.pick(&["BV", "NV", "VZW"])),
        "DE" => format!("{} {}", rng.pick(GERMAN), rng.pick(&["GmbH", "KG", "e.K."])),
        "FR" => format!("{} {}", rng.pick(FRENCH), rng.pick(&["SARL", "SAS"])),
        "GB" => format!("{} {}", rng.pick(BRITISH), rng.pick(&["Ltd", "LLP"])),
        _ => dutch(rng),
    }
}

fn dutch(rng: &mut Rng) -> String {
    if rng.percent(4) {
        return rng.pick(OTHER_SCRIPTS).to_owned();
    }
    let person = names::person(rng, "NL");
    let infix = Some(person.infix).filter(|infix| !infix.is_empty());
    let family = display_name(None, None, infix, Some(person.family));
    match rng.below(11) {
        0 => rng.pick(WHOLE).to_owned(),
        1 | 2 => format!("{} {}", rng.pick(TRADES), rng.pick(FANCY)),
        3 | 4 => format!("{} {family}", rng.pick(TRADES)),
        5 | 6 => format!("{} {family} B.V.", rng.pick(TRADES)),
        7 | 8 => format!("{family} & {} B.V.", rng.pick(&["Zn.", "Dochters", "Partners", "Co."])),
        _ => format!("{} {}", rng.pick(FANCY), rng.pick(&["V.O.F.", "B.V.", "Holding B.V."])),
    }
}
