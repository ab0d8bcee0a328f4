//! Whose records they are: country, zone, fiscal year, and the settings that lengthen.

use std::fmt;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::{FiscalYearEnd, Length};
use crate::facts::RecordType;

/// A jurisdiction: two capital letters (`NL`, `UK` or `GB`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two capital letters; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => {
                Some(Self([*first, *second]))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0;
        write!(f, "{}{}", char::from(first), char::from(second))
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Country {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a country is two capital letters")
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.to_string()
    }
}

/// A tenant that cannot be: what was given and what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TenantError {
    /// Not two capital letters.
    #[error("\"{0}\" is not a country: give two capital letters, such as NL")]
    Country(String),
    /// Not a zone of the IANA time zone database.
    #[error("\"{0}\" is not an IANA time zone: give a name such as Europe/Amsterdam")]
    TimeZone(String),
    /// Neither `MM-DD` nor `MM-last`.
    #[error("\"{0}\" is not the end of a fiscal year: give MM-DD or MM-last, such as 06-30")]
    FiscalYearEnd(String),
    /// A longer period without a written reason (GDPR art. 5(1)(e)).
    #[error("a period longer than the law asks needs a written reason")]
    ReasonMissing,
}

impl TenantError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Country(_) => "bad_country",
            Self::TimeZone(_) => "bad_time_zone",
            Self::FiscalYearEnd(_) => "bad_fiscal_year_end",
            Self::ReasonMissing => "reason_required",
        }
    }
}

/// A setting that keeps a record type longer than the law asks, with the written reason for it
/// (GDPR art. 5(1)(e)). It can only lengthen: the statutory period is never cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongerPeriod {
    record_type: RecordType,
    length: Length,
    reason: String,
}

impl LongerPeriod {
    /// A longer period.
    ///
    /// # Errors
    /// [`TenantError::ReasonMissing`] when the reason is blank.
    pub fn new(record_type: RecordType, length: Length, reason: &str) -> Result<Self, TenantError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(TenantError::ReasonMissing);
        }
        Ok(Self { record_type, length, reason: reason.to_owned() })
    }

    /// The record type it lengthens.
    #[must_use]
    pub const fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The length it asks, counted from where the statutory period starts.
    #[must_use]
    pub const fn length(&self) -> Length {
        self.length
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// The holder of an administration, as far as retention needs to know.
#[derive(Debug, Clone)]
pub struct Tenant {
    country: Country,
    zone: TimeZone,
    fiscal_year_end: FiscalYearEnd,
    calendar_rounding: bool,
    longer: Vec<LongerPeriod>,
}

impl Tenant {
    /// A tenant. The zone is looked up in the data built into the program, never on disk.
    ///
    /// # Errors
    /// Which of the three is not what it should be.
    pub fn new(country: &str, time_zone: &str, fiscal_year_end: &str) -> Result<Self, TenantError> {
        let zone = TimeZoneDatabase::bundled()
            .get(time_zone)
            .map_err(|_| TenantError::TimeZone(time_zone.to_owned()))?;
        Ok(Self {
            country: Country::parse(country)
                .ok_or_else(|| TenantError::Country(country.to_owned()))?,
            zone,
            fiscal_year_end: FiscalYearEnd::parse(fiscal_year_end)
                .ok_or_else(|| TenantError::FiscalYearEnd(fiscal_year_end.to_owned()))?,
            calendar_rounding: false,
            longer: Vec::new(),
        })
    }

    /// The same tenant with the more careful rounding: a period that starts at the end of a
    /// broken fiscal year starts at the end of that calendar year. A visible setting, never the
    /// default.
    #[must_use]
    pub const fn with_calendar_rounding(mut self, on: bool) -> Self {
        self.calendar_rounding = on;
        self
    }

    /// The same tenant with one more longer period.
    #[must_use]
    pub fn with_longer(mut self, longer: LongerPeriod) -> Self {
        self.longer.push(longer);
        self
    }

    /// The country whose law applies.
    #[must_use]
    pub const fn country(&self) -> Country {
        self.country
    }

    /// The zone in which moments become days.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// When its fiscal years end.
    #[must_use]
    pub const fn fiscal_year_end(&self) -> FiscalYearEnd {
        self.fiscal_year_end
    }

    /// Whether the more careful rounding is set.
    #[must_use]
    pub const fn calendar_rounding(&self) -> bool {
        self.calendar_rounding
    }

    /// The longest of the longer periods set for a record type.
    #[must_use]
    pub fn longer_for(&self, record_type: RecordType) -> Option<&LongerPeriod> {
        self.longer
            .iter()
            .filter(|longer| longer.record_type == record_type)
            .max_by_key(|longer| longer.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_that_cannot_be_says_which_part() {
        assert!(Tenant::new("NL", "Europe/Amsterdam", "12-31").is_ok());
        let code = |country, zone, end| Tenant::new(country, zone, end).unwrap_err().code();
        assert_eq!(code("nl", "Europe/Amsterdam", "12-31"), "bad_country");
        assert_eq!(code("NL", "Europe/Atlantis", "12-31"), "bad_time_zone");
        assert_eq!(code("NL", "Europe/Amsterdam", "02-30"), "bad_fiscal_year_end");
    }

    #[test]
    fn a_longer_period_needs_a_reason() {
        let ten = Length::of_years(10).unwrap();
        assert_eq!(
            LongerPeriod::new(RecordType::Letter, ten, " \n").unwrap_err(),
            TenantError::ReasonMissing
        );
        let reason = LongerPeriod::new(RecordType::Letter, ten, " claims ").unwrap();
        assert_eq!(reason.reason(), "claims");
    }

    #[test]
    fn the_longest_setting_of_a_type_counts() {
        let setting = |years| {
            LongerPeriod::new(RecordType::Letter, Length::of_years(years).unwrap(), "why").unwrap()
        };
        let tenant = Tenant::new("NL", "Europe/Amsterdam", "12-31")
            .unwrap()
            .with_longer(setting(12))
            .with_longer(setting(10));
        let longer = tenant.longer_for(RecordType::Letter).unwrap();
        assert_eq!(longer.length().whole_years(), Some(12));
        assert!(tenant.longer_for(RecordType::Booking).is_none());
    }
}
