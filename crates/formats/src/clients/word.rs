//! Words with a fixed meaning: kind, state, language, country, days.

use booqing_model::entities::{ClientKind, ClientState};

use super::field::folded;

/// Person or company.
pub(super) fn kind(typed: &str) -> Option<ClientKind> {
    match folded(typed).as_str() {
        "particulier" | "particuliereklant" | "persoon" | "natuurlijkpersoon" | "prive" | "p"
        | "consument" | "person" | "private" | "individual" | "consumer" | "b2c" => {
            Some(ClientKind::Person)
        }
        "zakelijk" | "zakelijkeklant" | "bedrijf" | "organisatie" | "onderneming"
        | "rechtspersoon" | "z" | "b" | "company" | "business" | "organisation"
        | "organization" | "corporate" | "b2b" => Some(ClientKind::Company),
        _ => None,
    }
}

/// Where the relation stands. A list cannot restrict or erase a client.
pub(super) fn state(typed: &str) -> Option<ClientState> {
    match folded(typed).as_str() {
        "actief" | "active" | "ja" | "j" | "yes" | "y" | "true" | "waar" | "1" | "klant"
        | "client" | "customer" => Some(ClientState::Active),
        "inactief" | "nietactief" | "inactive" | "nee" | "n" | "no" | "false" | "onwaar" | "0"
        | "gearchiveerd" | "archived" | "vervallen" => Some(ClientState::Inactive),
        "prospect" | "lead" | "potentieel" | "potential" => Some(ClientState::Prospect),
        _ => None,
    }
}

/// `nl` or `en`.
pub(super) fn language(typed: &str) -> Option<&'static str> {
    match folded(typed).as_str() {
        "nl" | "nld" | "dut" | "nlnl" | "nlbe" | "nederlands" | "dutch" | "vlaams" => Some("nl"),
        "en" | "eng" | "engb" | "enus" | "engels" | "english" => Some("en"),
        _ => None,
    }
}

/// Names of countries, folded, and their codes (ISO 3166-1).
const COUNTRIES: &[(&str, &[&str])] = &[
    ("NL", &["nederland", "thenetherlands", "netherlands", "holland", "nld"]),
    ("BE", &["belgie", "belgium", "belgique", "bel"]),
    ("DE", &["duitsland", "germany", "deutschland", "deu", "brd"]),
    ("LU", &["luxemburg", "luxembourg", "lux"]),
    ("FR", &["frankrijk", "france", "fra"]),
    (
        "GB",
        &[
            "verenigdkoninkrijk",
            "grootbrittannie",
            "engeland",
            "schotland",
            "wales",
            "unitedkingdom",
            "greatbritain",
            "england",
            "scotland",
            "uk",
            "gbr",
        ],
    ),
    ("IE", &["ierland", "ireland", "irl"]),
    ("ES", &["spanje", "spain", "espana", "esp"]),
    ("PT", &["portugal", "prt"]),
    ("IT", &["italie", "italy", "italia", "ita"]),
    ("AT", &["oostenrijk", "austria", "osterreich", "aut"]),
    ("CH", &["zwitserland", "switzerland", "schweiz", "suisse", "che"]),
    ("DK", &["denemarken", "denmark", "danmark", "dnk"]),
    ("SE", &["zweden", "sweden", "sverige", "swe"]),
    ("NO", &["noorwegen", "norway", "norge", "nor"]),
    ("FI", &["finland", "fin"]),
    ("IS", &["ijsland", "iceland", "isl"]),
    ("PL", &["polen", "poland", "polska", "pol"]),
    ("CZ", &["tsjechie", "czechrepublic", "czechia", "cze"]),
    ("SK", &["slowakije", "slovakia", "svk"]),
    ("HU", &["hongarije", "hungary", "hun"]),
    ("SI", &["slovenie", "slovenia", "svn"]),
    ("HR", &["kroatie", "croatia", "hrv"]),
    ("RO", &["roemenie", "romania", "rou"]),
    ("BG", &["bulgarije", "bulgaria", "bgr"]),
    ("GR", &["griekenland", "greece", "grc"]),
    ("CY", &["cyprus", "cyp"]),
    ("MT", &["malta", "mlt"]),
    ("EE", &["estland", "estonia", "est"]),
    ("LV", &["letland", "latvia", "lva"]),
    ("LT", &["litouwen", "lithuania", "ltu"]),
    ("UA", &["oekraine", "ukraine", "ukr"]),
    ("TR", &["turkije", "turkey", "turkiye", "tur"]),
    ("MA", &["marokko", "morocco", "mar"]),
    ("US", &["verenigdestaten", "amerika", "vs", "unitedstates", "unitedstatesofamerica", "usa"]),
    ("CA", &["canada", "can"]),
    ("AU", &["australie", "australia", "aus"]),
    ("NZ", &["nieuwzeeland", "newzealand", "nzl"]),
    ("ZA", &["zuidafrika", "southafrica", "zaf"]),
    ("CN", &["china", "chn"]),
    ("HK", &["hongkong", "hkg"]),
    ("JP", &["japan", "jpn"]),
    ("IN", &["india", "ind"]),
    ("ID", &["indonesie", "indonesia", "idn"]),
    ("SG", &["singapore", "sgp"]),
    ("AE", &["verenigdearabischeemiraten", "unitedarabemirates", "uae", "vae", "are"]),
    ("IL", &["israel", "isr"]),
    ("BR", &["brazilie", "brazil", "bra"]),
    ("SR", &["suriname", "sur"]),
    ("CW", &["curacao", "cuw"]),
    ("AW", &["aruba", "abw"]),
    ("SX", &["sintmaarten", "sxm"]),
    ("BQ", &["bonaire", "caribischnederland", "saba", "sinteustatius", "bes"]),
];

/// The two letters of a country, from its name or code.
pub(super) fn country(typed: &str) -> Option<String> {
    let name = folded(typed);
    let named = COUNTRIES.iter().find(|(_, names)| names.contains(&name.as_str()));
    if let Some((code, _)) = named {
        return Some((*code).to_owned());
    }
    let is_code = name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_lowercase());
    is_code.then(|| name.to_uppercase())
}

/// The most days a payment term may have.
pub(super) const MOST_DAYS: u32 = 999;

/// A number of days: `14`, `14 dagen`, `30 days`, `netto 30`.
pub(super) fn days(typed: &str) -> Option<u32> {
    let text = typed.to_lowercase();
    let words = text.split_whitespace().filter(|word| {
        !matches!(
            word.trim_end_matches('.'),
            "dagen" | "dag" | "dgn" | "d" | "days" | "day" | "netto" | "net" | "binnen" | "within"
        )
    });
    let rest: Vec<&str> = words.collect();
    let [number] = rest.as_slice() else { return None };
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|days| is_number && *days <= MOST_DAYS)
}

/// Whether a spreadsheet turned a long number into one with an exponent: `6,12E+08`.
pub(super) fn is_exponent(typed: &str) -> bool {
    let Some((number, exponent)) = typed.trim().split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    exponent.strip_prefix('+').is_some_and(digits)
        && number.split_once([',', '.']).is_none_or(|(whole, rest)| digits(whole) && digits(rest))
        && number.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether it looks like a Dutch telephone number whose first zero a spreadsheet took away.
pub(super) fn has_lost_zero(typed: &str) -> bool {
    let typed = typed.trim();
    typed.len() == 9 && !typed.starts_with('0') && typed.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood() {
        assert_eq!(kind("Privé"), Some(ClientKind::Person));
        assert_eq!(kind("ZAKELIJK"), Some(ClientKind::Company));
        assert_eq!(state("niet actief"), Some(ClientState::Inactive));
        assert_eq!(state("erased"), None);
        assert_eq!(language("nl-NL"), Some("nl"));
        assert_eq!(country("België").as_deref(), Some("BE"));
        assert_eq!(country("nl").as_deref(), Some("NL"));
        assert_eq!(country("Atlantis"), None);
        assert_eq!(days("14 dagen"), Some(14));
        assert_eq!(days("Netto 30 dgn."), Some(30));
        assert_eq!(
            (days("veertien"), days("-1"), days("1000"), days("")),
            (None, None, None, None)
        );
    }

    #[test]
    fn what_a_spreadsheet_spoilt_is_seen() {
        assert!(is_exponent("6,12346E+08") && is_exponent("3E+10"));
        assert!(!is_exponent("1e5") && !is_exponent("E+") && !is_exponent("Piet"));
        assert!(has_lost_zero("612345678") && !has_lost_zero("0612345678"));
    }
}
