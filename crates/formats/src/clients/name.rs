//! Full names taken apart.

/// Words that stand between given name and family name.
const INFIXES: &[&str] = &[
    "van", "de", "der", "den", "het", "'t", "’t", "`t", "t", "te", "ten", "ter", "in", "op", "aan",
    "bij", "onder", "over", "uit", "uijt", "voor", "tot", "von", "vom", "zu", "zum", "v.d.", "v.d",
    "v/d", "vd", "v.", "van't", "van’t", "d'", "d’", "l'", "l’", "du", "la", "le", "les", "da",
    "di", "do", "dos", "das", "del", "della", "el",
];

/// Infixes that are given names too: never the first word of a name.
const ALSO_GIVEN: &[&str] =
    &["t", "du", "la", "le", "les", "da", "di", "do", "dos", "das", "del", "della", "el"];

/// Words that address a person and are no part of the name.
const SALUTATIONS: &[&str] =
    &["dhr", "dhr.", "mevr", "mevr.", "mevrouw", "mw", "mw.", "heer", "mrs.", "mrs"];

/// Forms of organisations that make any name the name of one.
const FORMS: &[&str] = &[
    "stichting",
    "vereniging",
    "maatschap",
    "cooperatie",
    "coöperatie",
    "gemeente",
    "vof",
    "bv",
    "nv",
    "bvba",
    "gmbh",
    "ltd",
    "limited",
    "llc",
    "plc",
    "sarl",
    "sprl",
    "srl",
    "eenmanszaak",
    "holding",
    "cvba",
    "vzw",
];

/// Forms that are so short that they count at the end of a name only.
const LAST_FORMS: &[&str] = &["cv", "sa", "ag", "kg", "ug", "inc", "se", "ua"];

/// Forms that could be initials at the beginning of a name.
const LIKE_INITIALS: &[&str] = &["bv", "nv"];

/// A person's name in its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PersonName {
    /// Given name or initials; may be empty.
    pub(super) given: String,
    /// What stands between; may be empty.
    pub(super) infix: String,
    /// Family name.
    pub(super) family: String,
}

impl PersonName {
    /// The name as it is written.
    pub(super) fn joined(&self) -> String {
        let parts = [&self.given, &self.infix, &self.family];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// Whether it is the name of an organisation: a legal form stands in it.
pub(super) fn is_company(name: &str) -> bool {
    let words: Vec<String> = name
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')'))
        .map(|word| word.replace('.', "").to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let by_one = words.iter().enumerate().any(|(place, word)| {
        let word = word.as_str();
        let last = place > 0 && place + 1 == words.len();
        (FORMS.contains(&word) && (place > 0 || !LIKE_INITIALS.contains(&word)))
            || (last && LAST_FORMS.contains(&word))
    });
    // `B. V.` at the end.
    let by_two = match words.as_slice() {
        [_, .., one, two] => LIKE_INITIALS.contains(&format!("{one}{two}").as_str()),
        _ => false,
    };
    by_one || by_two
}

/// The parts of a person's full name: `Anna van der Berg`, `Berg, Anna van der`,
/// `van der Berg, Anna`. A single word is a family name.
pub(super) fn split(name: &str) -> PersonName {
    let name = name.trim_start_matches([',', ' ']);
    match name.split_once(',') {
        Some((before, after)) => turned(before, after),
        None => straight(&words(name)),
    }
}

fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let is = |word: Option<&&str>, list: &[&str]| {
        word.is_some_and(|word| list.contains(&word.to_lowercase().as_str()))
    };
    if words.len() > 2 && is(words.first(), &["de"]) && is(words.get(1), &["heer"]) {
        words.drain(..2);
    } else if words.len() > 1 && is(words.first(), SALUTATIONS) {
        words.remove(0);
    }
    words
}

fn is_infix(word: &str) -> bool {
    INFIXES.contains(&word.to_lowercase().as_str())
}

/// Family name first, a comma, the rest behind it.
fn turned(before: &str, after: &str) -> PersonName {
    let before = words(before);
    let leading = before.iter().take_while(|word| is_infix(word)).count();
    let leading = if leading == before.len() { 0 } else { leading };
    let (mut infix, family) = before.split_at(leading);
    // `Berg, van der, Anna` has a second comma.
    let after = after.replace(',', " ");
    let after = words(&after);
    let after = after.as_slice();
    let mut given = after;
    if infix.is_empty() {
        let front = after.iter().take_while(|word| is_infix(word)).count();
        let back = after.iter().rev().take_while(|word| is_infix(word)).count();
        if back > 0 {
            (given, infix) = after.split_at(after.len() - back);
        } else {
            (infix, given) = after.split_at(front);
        }
    }
    PersonName { given: given.join(" "), infix: infix.join(" "), family: family.join(" ") }
}

/// Given name, infix, family name.
fn straight(words: &[&str]) -> PersonName {
    let named = |given: &[&str], infix: &[&str], family: &[&str]| PersonName {
        given: given.join(" "),
        infix: infix.join(" "),
        family: family.join(" "),
    };
    let also_given =
        words.first().is_some_and(|word| ALSO_GIVEN.contains(&word.to_lowercase().as_str()));
    let first = words
        .iter()
        .enumerate()
        .position(|(place, word)| is_infix(word) && (place > 0 || !also_given));
    // `Jansen-de Vries` is one family name.
    let joined = words.iter().enumerate().position(|(place, word)| {
        place > 0 && word.rsplit_once('-').is_some_and(|(_, end)| is_infix(end))
    });
    if let Some(joined) = joined.filter(|joined| first.is_none_or(|first| *joined < first)) {
        let (given, family) = words.split_at(joined);
        return named(given, &[], family);
    }
    if let Some(first) = first {
        let (given, rest) = words.split_at(first);
        let run = rest.iter().take_while(|word| is_infix(word)).count();
        if run < rest.len() {
            let (infix, family) = rest.split_at(run);
            return named(given, infix, family);
        }
    }
    match words.split_last() {
        // Nothing but infixes: as typed.
        Some(_) if first == Some(0) => named(&[], &[], words),
        Some((family, given)) => named(given, &[], &[family]),
        None => PersonName::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        for (name, given, infix, family) in [
            ("Anna van der Berg", "Anna", "van der", "Berg"),
            ("Jan Piet Jansen", "Jan Piet", "", "Jansen"),
            ("P.J. de Vries", "P.J.", "de", "Vries"),
            ("De Vries", "", "De", "Vries"),
            ("Jansen", "", "", "Jansen"),
            ("Jansen, Piet", "Piet", "", "Jansen"),
            ("Berg, Anna van der", "Anna", "van der", "Berg"),
            ("Berg, van der, Anna", "Anna", "van der", "Berg"),
            ("van der Berg, Anna", "Anna", "van der", "Berg"),
            ("Jansen,", "", "", "Jansen"),
            ("Maria Jansen-de Vries", "Maria", "", "Jansen-de Vries"),
            ("Maria van Dijk-de Boer", "Maria", "van", "Dijk-de Boer"),
            ("Kees in 't Veld", "Kees", "in 't", "Veld"),
            ("Jan v.d. Heuvel", "Jan", "v.d.", "Heuvel"),
            ("Dhr. Piet Jansen", "Piet", "", "Jansen"),
            ("De heer J. ten Have", "J.", "ten", "Have"),
            ("Di Jansen", "Di", "", "Jansen"),
            ("Mohammed el Amrani", "Mohammed", "el", "Amrani"),
            ("van der", "", "", "van der"),
            ("Nguyễn", "", "", "Nguyễn"),
            (", Piet", "", "", "Piet"),
        ] {
            let expected = PersonName {
                given: given.to_owned(),
                infix: infix.to_owned(),
                family: family.to_owned(),
            };
            assert_eq!(split(name), expected, "{name}");
        }
    }

    #[test]
    fn companies_are_known_by_their_form() {
        for name in [
            "Bakkerij Jansen B.V.",
            "Jansen BV",
            "Jansen B. V.",
            "Stichting Zon",
            "Müller GmbH",
            "Smith & Co Ltd.",
            "VOF De Boer",
            "Jansen v.o.f.",
            "Acme Inc.",
            "Holding Berg",
        ] {
            assert!(is_company(name), "{name}");
        }
        for name in ["B.V. Jansen", "Sa Jansen", "Piet Jansen", "Inc", "A. de Vries", ""] {
            assert!(!is_company(name), "{name}");
        }
    }
}
