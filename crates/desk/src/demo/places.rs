//! Streets and cities.

use super::rng::Rng;

/// An address without its purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Street and house number, as they are written there.
    pub(super) street: String,
    /// Postal code.
    pub(super) postcode: String,
    /// City.
    pub(super) city: &'static str,
    /// Country (ISO 3166-1, two letters).
    pub(super) country: &'static str,
}

const STREETS: &[&str] = &[
    "Kerkstraat",
    "Dorpsstraat",
    "Molenweg",
    "Stationsweg",
    "Nieuwstraat",
    "Julianalaan",
    "Schoolstraat",
    "Beatrixstraat",
    "Wilhelminaplein",
    "Burgemeester de Vlugtlaan",
    "'s-Gravendijkwal",
    "Van der Helststraat",
    "Ieplaan",
    "Eikenlaan",
    "Lindehof",
    "Achterom",
    "Oude Gracht",
    "Noordeinde",
    "Zuiderkade",
    "Havenstraat",
    "IJsselkade",
    "Parallelweg",
    "Industrieweg",
    "Ambachtsweg",
    "Korenmolen",
    "Vogelkersstraat",
    "Sint Jansstraat",
    "Dr. Schaepmanlaan",
    "Prins Hendrikkade",
    "Weth. Van Essenstraat",
    "Laan van Meerdervoort",
    "Gedempte Oude Gracht",
    "Markt",
    "Hoogstraat",
    "Veerdijk",
];

/// Cities with the first and last of their postal codes.
const CITIES: &[(&str, i64, i64)] = &[
    ("Amsterdam", 1011, 1098),
    ("Rotterdam", 3011, 3089),
    ("'s-Gravenhage", 2511, 2597),
    ("Utrecht", 3511, 3585),
    ("Eindhoven", 5611, 5658),
    ("Groningen", 9711, 9747),
    ("Tilburg", 5011, 5049),
    ("Almere", 1311, 1363),
    ("Breda", 4811, 4839),
    ("Nijmegen", 6511, 6546),
    ("Apeldoorn", 7311, 7339),
    ("Haarlem", 2011, 2037),
    ("Arnhem", 6811, 6846),
    ("Zaandam", 1501, 1509),
    ("Amersfoort", 3811, 3829),
    ("'s-Hertogenbosch", 5211, 5237),
    ("Zwolle", 8011, 8043),
    ("Leiden", 2311, 2334),
    ("Dordrecht", 3311, 3329),
    ("Ede", 6711, 6718),
    ("Alphen aan den Rijn", 2401, 2409),
    ("Leeuwarden", 8911, 8941),
    ("Delft", 2611, 2629),
    ("Deventer", 7411, 7429),
    ("Roosendaal", 4701, 4709),
    ("Middelburg", 4331, 4339),
    ("Hoorn", 1621, 1628),
    ("Súdwest-Fryslân", 8601, 8608),
    ("Capelle aan den IJssel", 2901, 2909),
    ("Bergen op Zoom", 4611, 4625),
    ("Maastricht", 6211, 6229),
    ("Assen", 9401, 9408),
];

const BELGIAN: &[(&str, &str)] = &[
    ("Antwerpen", "2000"),
    ("Gent", "9000"),
    ("Liège", "4000"),
    ("Brugge", "8000"),
    ("Hasselt", "3500"),
    ("Namur", "5000"),
    ("Mechelen", "2800"),
];

const GERMAN: &[(&str, &str)] = &[
    ("Köln", "50667"),
    ("Düsseldorf", "40213"),
    ("Münster", "48143"),
    ("Berlin", "10117"),
    ("Aachen", "52062"),
    ("Leer (Ostfriesland)", "26789"),
    ("Nürnberg", "90402"),
];

const FRENCH: &[(&str, &str)] = &[
    ("Lille", "59000"),
    ("Paris", "75011"),
    ("Orléans", "45000"),
    ("Besançon", "25000"),
    ("Saint-Étienne", "42000"),
    ("Nîmes", "30000"),
];

const BRITISH: &[(&str, &str)] =
    &[("London", "N1 9ZZ"), ("Norwich", "NR1 1ZZ"), ("Leeds", "LS1 1ZZ"), ("Bristol", "BS1 1ZZ")];

/// An address in that country; in the Netherlands for a country this file does not know.
pub(super) fn place(rng: &mut Rng, country: &str) -> Place {
    let number = rng.between(1, 240);
    match country {
        "BE" => {
            let (city, postcode) = rng.pick(BELGIAN);
            let street = rng.pick(&["Kerkstraat", "Rue de l'Église", "Stationsstraat", "Meir"]);
            abroad(format!("{street} {number}"), postcode, city, "BE")
        }
        "DE" => {
            let (city, postcode) = rng.pick(GERMAN);
            let street = rng.pick(&["Hauptstraße", "Bahnhofstraße", "Schloßallee", "Mühlenweg"]);
            abroad(format!("{street} {number}"), postcode, city, "DE")
        }
        "FR" => {
            let (city, postcode) = rng.pick(FRENCH);
            let street = rng.pick(&["rue de la République", "rue du Château", "allée des Chênes"]);
            abroad(format!("{number} {street}"), postcode, city, "FR")
        }
        "GB" => {
            let (city, postcode) = rng.pick(BRITISH);
            let street = rng.pick(&["High Street", "Station Road", "Church Lane", "Mill Road"]);
            abroad(format!("{number} {street}"), postcode, city, "GB")
        }
        _ => dutch(rng, number),
    }
}

fn abroad(street: String, postcode: &str, city: &'static str, country: &'static str) -> Place {
    Place { street, postcode: postcode.to_owned(), city, country }
}

fn dutch(rng: &mut Rng, number: i64) -> Place {
    let (city, first, last) = rng.pick(CITIES);
    let addition = if rng.percent(12) { rng.pick(&["a", "b", " bis", "-2", "-hs"]) } else { "" };
    let street = format!("{} {number}{addition}", rng.pick(STREETS));
    let one = rng.pick(&["A", "B", "C", "D", "E", "G", "H", "J", "K", "L", "N", "P", "R", "T"]);
    let two = rng.pick(&["A", "B", "C", "E", "G", "H", "J", "K", "L", "M", "N", "R", "T", "V"]);
    let postcode = format!("{} {one}{two}", rng.between(first, last));
    Place { street, postcode, city, country: "NL" }
}
