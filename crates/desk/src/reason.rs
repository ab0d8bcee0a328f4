//! What is wrong with a value, in both languages: it goes on from the name of the field, as in
//! "Date of birth: "1980-02-30" is not a date such as 2026-11-23".

use std::fmt;

use booqing_model::FieldsError;
use booqing_model::following::Hindrance;
use booqing_model::money::MoneyError;
use booqing_model::text::TextError;
use booqing_model::time::{TimeError, YEARS};
use booqing_retention::TenantError;

use crate::Language;

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    en: String,
    nl: String,
}

impl Reason {
    /// A reason in English and in Dutch.
    pub fn both(en: impl Into<String>, nl: impl Into<String>) -> Self {
        Self { en: en.into(), nl: nl.into() }
    }

    /// The reason in a language.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Nl => &self.nl,
        }
    }

    /// The field lacks a value.
    pub(crate) fn missing() -> Self {
        Self::both("is missing", "ontbreekt")
    }
}

/// In English, as program errors are.
impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.en)
    }
}

impl From<(&str, &str)> for Reason {
    fn from((en, nl): (&str, &str)) -> Self {
        Self::both(en, nl)
    }
}

impl From<TextError> for Reason {
    fn from(error: TextError) -> Self {
        let nl = match error {
            TextError::Empty => "is leeg".to_owned(),
            TextError::TooLong { length, limit } => {
                format!("heeft {length} tekens, hoogstens {limit} mogen")
            }
            TextError::Control { code, position } => {
                format!("heeft het stuurteken U+{code:04X} op plaats {position}")
            }
        };
        Self::both(error.to_string(), nl)
    }
}

impl From<TimeError> for Reason {
    fn from(error: TimeError) -> Self {
        let nl = match error {
            TimeError::NotADate => "is geen datum zoals 2026-11-23".to_owned(),
            TimeError::OutOfRange => {
                format!("valt buiten de jaren {} tot en met {}", YEARS.start(), YEARS.end())
            }
            TimeError::NotAZone => {
                "is niet de naam van een tijdzone zoals Europe/Amsterdam".to_owned()
            }
            TimeError::Skipped => {
                "bestaat niet: de klok gaat dan vooruit en slaat deze tijd over".to_owned()
            }
        };
        Self::both(error.to_string(), nl)
    }
}

impl From<MoneyError> for Reason {
    fn from(error: MoneyError) -> Self {
        let nl = match error {
            MoneyError::TooLarge => format!("is meer dan {} cent", i64::MAX),
            MoneyError::NotAnAmount { example } => format!("is geen bedrag zoals {example}"),
            MoneyError::Ambiguous { one, other } => format!(
                "kan als {one} en als {other} worden gelezen: schrijf het met twee decimalen"
            ),
        };
        Self::both(error.to_string(), nl)
    }
}

impl From<Hindrance> for Reason {
    fn from(hindrance: Hindrance) -> Self {
        match hindrance {
            Hindrance::NotATime => Self::not_a_time(),
            Hindrance::EndsFirst => {
                Self::both("is not after the beginning", "ligt niet na het begin")
            }
            Hindrance::Time(error) => error.into(),
            Hindrance::Money(error) => error.into(),
            Hindrance::NoLines(reason) => Self::both(
                format!("is no list of lines with amounts in whole cents below 2^63: {reason}"),
                format!(
                    "is geen lijst van regels met bedragen in hele centen onder 2^63: {reason}"
                ),
            ),
        }
    }
}

impl Reason {
    /// No wall time.
    pub(crate) fn not_a_time() -> Self {
        Self::both(
            "is not a time that exists, such as 2026-11-23T10:00",
            "is geen tijd die bestaat, zoals 2026-11-23T10:00",
        )
    }
}

impl From<TenantError> for Reason {
    fn from(error: TenantError) -> Self {
        let nl = match &error {
            TenantError::Country(country) => {
                format!(
                    "heeft een land dat er geen is, \u{201c}{country}\u{201d}: geef twee hoofdletters, zoals NL"
                )
            }
            TenantError::TimeZone(zone) => {
                format!(
                    "heeft een tijdzone die er geen is, \u{201c}{zone}\u{201d}: geef een naam zoals Europe/Amsterdam"
                )
            }
            TenantError::FiscalYearEnd(end) => {
                format!(
                    "heeft een einde van het boekjaar dat er geen is, \u{201c}{end}\u{201d}: geef MM-DD of MM-last, zoals 06-30"
                )
            }
            TenantError::ReasonMissing => {
                "bewaart langer dan de wet vraagt; dat moet een opgeschreven reden hebben"
                    .to_owned()
            }
        };
        Self::both(format!("cannot be: {error}"), nl)
    }
}

impl From<FieldsError> for Reason {
    fn from(error: FieldsError) -> Self {
        let FieldsError::NotThisEntity { reason, .. } = error;
        Self::both(
            format!("is incomplete, or has a value of another form: {reason}"),
            format!("is niet compleet, of heeft een waarde in een andere vorm: {reason}"),
        )
    }
}
