//! What fields and values are called, in Dutch and English: on screen, on paper and in exports.

mod codes;
mod fields;
mod values;

pub(crate) use values::{Style, is_money, shown};

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
pub(crate) fn class(language: Language, class: &str) -> &'static str {
    let (english, dutch) = fields::class(class);
    pick(language, english, dutch)
}

/// What a class of records is called, of several.
pub(crate) fn classes(language: Language, class: &str) -> &'static str {
    let (english, dutch) = fields::classes(class);
    pick(language, english, dutch)
}

#[cfg(test)]
mod tests {
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
        }
    }
}
