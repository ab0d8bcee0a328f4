//! Names of people, as they are found in a Dutch office's books.

use super::rng::Rng;

/// The parts of a person's name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PersonName {
    /// Given name or initials.
    pub(super) given: &'static str,
    /// What stands between; empty where there is nothing.
    pub(super) infix: &'static str,
    /// Family name.
    pub(super) family: &'static str,
}

impl PersonName {
    /// The name as it is written.
    pub(super) fn full(&self) -> String {
        [self.given, self.infix, self.family]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

const DUTCH_GIVEN: &[&str] = &[
    "Anna",
    "Bram",
    "Zoë",
    "IJsbrand",
    "Daniël",
    "Eline",
    "Floris",
    "Geertje",
    "Hendrik",
    "Ilse",
    "Joost",
    "Karin",
    "Lotte",
    "Maarten",
    "Noor",
    "Olivier",
    "Pien",
    "Quinten",
    "Roos",
    "Sjoerd",
    "Tess",
    "Ubbo",
    "Veerle",
    "Wim",
    "Xandra",
    "Yfke",
    "Zeger",
    "Anne-Marie",
    "Jan Willem",
    "Chloë",
    "Loïs",
    "Björn",
    "Renée",
    "André",
    "Marleen",
    "Cornelis",
    "Femke",
    "Gijs",
    "Heleen",
    "Jurre",
    "M.J.",
    "P.C.",
    "A.",
    "Th.",
    "Saskia",
    "Tijmen",
    "Nienke",
    "Ruben",
    "Fenna",
    "Koen",
];

const DUTCH_FAMILY: &[(&str, &str)] = &[
    ("", "Jansen"),
    ("de", "Vries"),
    ("van den", "Berg"),
    ("van der", "Berg"),
    ("", "Bakker"),
    ("van", "Dijk"),
    ("", "Visser"),
    ("", "Smit"),
    ("de", "Boer"),
    ("", "Mulder"),
    ("'t", "Hart"),
    ("van 't", "Hoff"),
    ("van der", "Heijden"),
    ("", "IJzerman"),
    ("", "Bos"),
    ("de", "Groot"),
    ("in 't", "Veld"),
    ("op den", "Kamp"),
    ("ter", "Horst"),
    ("ten", "Brinke"),
    ("", "Peters"),
    ("", "Hendriks"),
    ("van", "Leeuwen"),
    ("", "Dekker"),
    ("", "Brouwer"),
    ("de", "Wit"),
    ("", "Dijkstra"),
    ("", "Smits"),
    ("de", "Graaf"),
    ("van der", "Meer"),
    ("", "Kok"),
    ("", "Jacobs"),
    ("de", "Haan"),
    ("", "Vermeulen"),
    ("van den", "Heuvel"),
    ("", "Schuurman"),
    ("van de", "Velde"),
    ("", "Hoekstra"),
    ("", "Postma"),
    ("", "Kuipers-de Jong"),
    ("", "Coöpman"),
    ("", "Reünis"),
    ("d'", "Ancona"),
    ("von", "Bönninghausen"),
    ("el", "Idrissi"),
];

/// Given names and family names that go together, from elsewhere.
const ELSEWHERE: &[(&[&str], &[&str])] = &[
    (
        &["Ayşe", "Mehmet", "Çiğdem", "Özgür", "Emine", "Şükrü", "İpek"],
        &["Çelik", "Yılmaz", "Öztürk", "Şahin", "Güneş", "Doğan", "Kılıç"],
    ),
    (
        &["Łukasz", "Małgorzata", "Paweł", "Agnieszka", "Michał", "Żaneta"],
        &["Wiśniewski", "Wójcik", "Kamiński", "Zieliński", "Dąbrowski", "Łuczak"],
    ),
    (
        &["Jürgen", "Käthe", "Günther", "Sören", "Anke", "Matthias"],
        &["Müller", "Schröder", "Groß", "Weiß", "Köhler", "Jäger"],
    ),
    (
        &["François", "Hélène", "Benoît", "Aurélie", "Gaël", "Noémie"],
        &["Lefèvre", "Desprès", "Garçon", "Beauchêne", "Lacroix", "D'Hondt"],
    ),
    (
        &["Åsa", "Bjørn", "Søren", "Lærke", "Jón", "Þóra"],
        &["Ångström", "Lindqvist", "Sørensen", "Østergård", "Guðmundsdóttir"],
    ),
    (
        &["José", "Inês", "João", "Begoña", "Núria", "Conceição"],
        &["Muñoz", "Gonçalves", "Peña", "Simões", "Núñez y Cruz"],
    ),
    (
        &["Zdeněk", "Jiří", "Dragana", "Zoltán", "Ștefan", "Žofia"],
        &["Dvořák", "Novotná", "Đorđević", "Kovács", "Ionuț", "Šimková"],
    ),
    (
        &["Minh", "Thảo", "Wei", "Mei-Ling", "Sumi", "Priya"],
        &["Nguyễn", "Trần", "Chen", "Wong", "Raghunath", "O"],
    ),
    (
        &["Fatima", "Youssef", "Sara", "Moses", "Chidi", "Shanice"],
        &["Benali", "El Amrani", "Adeyemi", "Asante", "Pinas", "Kartosen"],
    ),
    (&["Sean", "Siobhán", "Gwyneth", "Alan"], &["O'Brien", "Ó Briain", "Llewellyn", "Smith-Jones"]),
    (&["Ελένη", "Γιώργος", "Δήμητρα", "Νίκος"], &["Παπαδοπούλου", "Αντωνίου", "Κωνσταντίνου"]),
    (&["Олена", "Тарас", "Оксана", "Богдан"], &["Шевченко", "Коваленко", "Бондаренко", "Ткаченко"]),
    (&["Мария", "Николай", "Десислава"], &["Иванова", "Петков", "Димитрова"]),
];

/// A person's name: mostly Dutch where the person lives in the Netherlands or Belgium.
pub(super) fn person(rng: &mut Rng, country: &str) -> PersonName {
    let dutch = if matches!(country, "NL" | "BE") { 76 } else { 12 };
    if rng.percent(dutch) {
        let (infix, family) = rng.pick(DUTCH_FAMILY);
        return PersonName { given: rng.pick(DUTCH_GIVEN), infix, family };
    }
    let (given, family) = rng.pick(ELSEWHERE);
    PersonName { given: rng.pick(given), infix: "", family: rng.pick(family) }
}

/// The Latin letters and digits of a name in small letters, words joined by hyphens: for
/// addresses. Empty when it has none.
pub(super) fn latin(name: &str) -> String {
    let mut latin = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match plain(c) {
            "" if c.is_ascii_alphanumeric() => latin.push(c),
            "" if matches!(c, ' ' | '-') && !latin.is_empty() && !latin.ends_with('-') => {
                latin.push('-');
            }
            letters => latin.push_str(letters),
        }
    }
    latin.trim_matches('-').to_owned()
}

fn plain(c: char) -> &'static str {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'ą' | 'ả' | 'ầ' => "a",
        'å' => "aa",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'đ' | 'ð' | 'ď' => "d",
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' | 'ễ' => "e",
        'ğ' => "g",
        'í' | 'ì' | 'î' | 'ï' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ó' | 'ò' | 'ô' | 'õ' => "o",
        'ö' | 'ø' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ț' => "t",
        'þ' => "th",
        'ú' | 'ù' | 'û' => "u",
        'ü' => "ue",
        'ž' | 'ż' | 'ź' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_addresses() {
        assert_eq!(latin("Łukasz Wójcik"), "lukasz-wojcik");
        assert_eq!(latin("Groß & Zoë B.V."), "gross-zoe-bv");
        assert_eq!(latin("'t Hart"), "t-hart");
        assert_eq!(latin("Олена"), "");
    }
}
