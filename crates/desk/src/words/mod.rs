//! What fields and values are called, in Dutch and English: on screen, on paper and in exports.

mod codes;
mod fields;
mod values;

pub use values::day_text;
pub(crate) use values::{Style, is_money, shown};

use booqing_model::register::{self, RECORDS};

use crate::appearance::Language;

/// A name in both languages.
type Pair = (&'static str, &'static str);

/// The one in this language.
pub(crate) fn pick(language: Language, english: &'static str, dutch: &'static str) -> &'static str {
    match language {
        Language::En => english,
        Language::Nl => dutch,
    }
}

/// What a field is called; its own name when nobody gave it one.
pub(crate) fn field(language: Language, class: &str, name: &'static str) -> &'static str {
    fields::of(class, name).map_or(name, |(english, dutch)| pick(language, english, dutch))
}

/// What a field, or a class of records, is called of which only the name is known; the name itself when
/// it is none.
pub(crate) fn named(language: Language, name: &str) -> String {
    let known = RECORDS.iter().find_map(|record| Some((record.class, record.field(name)?.name)));
    match known {
        Some((class, name)) => field(language, class, name).to_owned(),
        None if register::find(name).is_some() => class(language, name).to_owned(),
        None => name.to_owned(),
    }
}

/// What a closed value of a field is called, such as a state.
pub(crate) fn code(
    language: Language,
    class: &str,
    field: &str,
    value: &str,
) -> Option<&'static str> {
    codes::of(class, field)?
        .iter()
        .find(|(code, _)| *code == value)
        .map(|(_, (english, dutch))| pick(language, english, dutch))
}

/// What a closed value of a field is called; the value itself when it is none.
pub fn label(language: Language, class: &str, field: &str, value: &str) -> String {
    code(language, class, field, value).unwrap_or(value).to_owned()
}

/// Every value a closed field may have, in order, with what it is called.
pub(crate) fn choices(
    language: Language,
    class: &str,
    field: &str,
) -> Vec<(&'static str, &'static str)> {
    let all = codes::of(class, field).into_iter().flatten();
    all.map(|(code, (english, dutch))| (*code, pick(language, english, dutch))).collect()
}

/// What one record of a class is called.
pub fn class(language: Language, class: &str) -> &'static str {
    let (english, dutch) = fields::class(class);
    pick(language, english, dutch)
}

/// What a class of records is called, of several.
pub fn classes(language: Language, class: &str) -> &'static str {
    let (english, dutch) = fields::classes(class);
    pick(language, english, dutch)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::path::Path;

    use booqing_model::entities as e;
    use booqing_model::register::RECORDS;

    use super::*;

    #[test]
    fn every_field_has_a_name_in_both_languages() {
        for record in RECORDS {
            assert_ne!(class(Language::En, record.class), "Record", "{}", record.class);
            for field in record.fields {
                let names = fields::of(record.class, field.name);
                assert!(names.is_some(), "{}.{} has no name", record.class, field.name);
            }
        }
    }

    #[test]
    fn every_closed_value_has_a_name() {
        macro_rules! all {
            ($($class:literal, $field:literal, $kind:ty;)+) => {
                $(for value in <$kind>::ALL {
                    let named = code(Language::Nl, $class, $field, value.code());
                    assert!(named.is_some(), "{}.{} {value}", $class, $field);
                }
                assert_eq!(choices(Language::En, $class, $field).len(), <$kind>::ALL.len());)+
            };
        }
        all! {
            "administration", "agreement", e::AgreementState;
            "client", "kind", e::ClientKind;
            "client", "state", e::ClientState;
            "client", "address_kind", e::AddressKind;
            "client", "contact_role", e::ContactRole;
            "resource", "kind", e::ResourceKind;
            "booking", "state", e::BookingState;
            "document", "kind", e::DocumentKind;
            "document", "state", e::DocumentState;
            "document", "flags", e::DocumentFlag;
            "fiscal_year", "state", e::FiscalYearState;
            "consent", "kind", e::ConsentKind;
            "disclosure", "recipient_kind", e::RecipientKind;
            "disclosure", "basis", e::DisclosureBasis;
            "user", "role", e::Role;
            "user", "state", e::UserState;
            "conflict", "resolution", e::Resolution;
            "number_series", "state", e::SeriesState;
            "number_series", "closed_because", e::SeriesEnd;
            "number_series", "kinds", e::DocumentKind;
            "late_entry", "intent", e::Intent;
            "late_entry", "settlement", e::Settlement;
        }
    }

    /// The closed lists that the interface shows, by the name they have there.
    const SHOWN: &[(&str, &str, &str)] = &[
        ("clientStates", "client", "state"),
        ("clientKinds", "client", "kind"),
        ("bookingStates", "booking", "state"),
        ("documentStates", "document", "state"),
        ("documentKinds", "document", "kind"),
        ("addressKinds", "client", "address_kind"),
        ("contactRoles", "client", "contact_role"),
    ];

    /// Written as the types are, so that the screen and the paper use the same words.
    #[test]
    fn export_bindings_words() {
        let mut text = "// Made by `cargo xtask docs` from the words of the desk.\n\n\
                        /** What the values of closed lists are called. */\n\
                        export const codeWords = {\n"
            .to_owned();
        for (name, language) in [("en", Language::En), ("nl", Language::Nl)] {
            writeln!(text, "  {name}: {{").expect("text");
            for (list, class, field) in SHOWN {
                writeln!(text, "    {list}: {{").expect("text");
                for (code, word) in choices(language, class, field) {
                    assert!(!word.contains('\''), "{word} needs escaping");
                    writeln!(text, "      {code}: '{word}',").expect("text");
                }
                writeln!(text, "    }},").expect("text");
            }
            writeln!(text, "  }},").expect("text");
        }
        text.push_str("};\n");
        let folder = std::env::var("TS_RS_EXPORT_DIR").expect("cargo sets it");
        std::fs::write(Path::new(&folder).join("codeWords.ts"), text).expect("written");
    }
}
