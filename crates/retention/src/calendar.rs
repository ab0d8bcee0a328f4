//! Calendar arithmetic: fiscal years, lengths in months, and which local day a moment falls on.
//!
//! A length runs from one day to the same day number in the last month; a day that does not exist
//! there becomes the last day of that month (Regulation 1182/71 art. 3(2)(c), by analogy).

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Longest length a policy or a setting may have, in months: 100 years.
pub const MAX_MONTHS: u16 = 1200;

/// How long a policy keeps a record: a whole number of months, written `{"years": 7}` or
/// `{"years": 1, "months": 2}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "LengthForm", into = "LengthForm")]
pub struct Length {
    months: u16,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LengthForm {
    #[serde(default, skip_serializing_if = "is_zero")]
    years: u16,
    #[serde(default, skip_serializing_if = "is_zero")]
    months: u16,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_zero(number: &u16) -> bool {
    *number == 0
}

impl Length {
    /// No time at all: what the law asks where no law asks anything.
    pub const NOTHING: Self = Self { months: 0 };

    /// A length of whole years; `None` past 100 years.
    #[must_use]
    pub fn of_years(years: u16) -> Option<Self> {
        Self::of_months(years.checked_mul(12)?)
    }

    /// A length in months; `None` past 100 years.
    #[must_use]
    pub fn of_months(months: u16) -> Option<Self> {
        (months <= MAX_MONTHS).then_some(Self { months })
    }

    /// The length in months.
    #[must_use]
    pub const fn months(self) -> u16 {
        self.months
    }

    /// The length in years when it is a whole number of them.
    #[must_use]
    pub const fn whole_years(self) -> Option<u16> {
        if self.months.is_multiple_of(12) { Some(self.months / 12) } else { None }
    }

    /// The day this length after `start`. A day missing in the last month becomes the last day of
    /// that month; a result past the year 9999 becomes its last day, which keeps the record.
    #[must_use]
    pub fn after(self, start: Date) -> Date {
        let months =
            i32::from(start.year()) * 12 + i32::from(start.month()) - 1 + i32::from(self.months);
        let year = i16::try_from(months.div_euclid(12));
        let month = i8::try_from(months.rem_euclid(12) + 1);
        match (year, month) {
            (Ok(year), Ok(month)) => day_or_last(year, month, start.day()).unwrap_or(Date::MAX),
            _ => Date::MAX,
        }
    }
}

impl TryFrom<LengthForm> for Length {
    type Error = &'static str;

    fn try_from(form: LengthForm) -> Result<Self, Self::Error> {
        let months = form.years.checked_mul(12).and_then(|years| years.checked_add(form.months));
        match months.and_then(Self::of_months) {
            Some(length) if length.months > 0 => Ok(length),
            _ => Err("a length is between 1 month and 100 years"),
        }
    }
}

impl From<Length> for LengthForm {
    fn from(length: Length) -> Self {
        Self { years: length.months / 12, months: length.months % 12 }
    }
}

/// The day of a month, or its last day where the month is shorter. `None` outside the calendar.
fn day_or_last(year: i16, month: i8, day: i8) -> Option<Date> {
    let first = Date::new(year, month, 1).ok()?;
    Date::new(year, month, day.min(first.days_in_month())).ok()
}

/// 31 December of the year of a day.
#[must_use]
pub fn calendar_year_end(day: Date) -> Date {
    Date::new(day.year(), 12, 31).unwrap_or(day)
}

/// The day after, or `None` at the end of the calendar (31 December 9999).
#[must_use]
pub fn day_after(day: Date) -> Option<Date> {
    day.tomorrow().ok()
}

/// The day on which a fiscal year ends, written `MM-DD` or `MM-last`. A day that a year does not
/// have (29 February) is the last day of that month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FiscalYearEnd {
    month: i8,
    /// 1 to 31; 31 also stands for "the last day".
    day: i8,
    last: bool,
}

impl FiscalYearEnd {
    /// 31 December: the fiscal year is the calendar year.
    pub const CALENDAR: Self = Self { month: 12, day: 31, last: false };

    /// Reads `MM-DD` or `MM-last`; `None` for anything else, and for a day no year has (`02-30`).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (month, day) = text.split_once('-')?;
        let month = two_digits(month).filter(|month| (1..=12).contains(month))?;
        if day == "last" {
            return Some(Self { month, day: 31, last: true });
        }
        // 2024 has a 29 February, so it has every day some year has.
        let longest = Date::new(2024, month, 1).ok()?.days_in_month();
        let day = two_digits(day).filter(|day| (1..=longest).contains(day))?;
        Some(Self { month, day, last: false })
    }

    /// The end of the fiscal year that ends in this calendar year.
    #[must_use]
    fn in_year(self, year: i16) -> Option<Date> {
        day_or_last(year, self.month, self.day)
    }

    /// The fiscal year a day belongs to.
    #[must_use]
    pub fn year_of(self, day: Date) -> FiscalYear {
        let this = self.in_year(day.year()).unwrap_or(day);
        if day <= this {
            let before = self.in_year(day.year().saturating_sub(1)).and_then(day_after);
            FiscalYear { start: before.unwrap_or(Date::MIN), end: this }
        } else {
            let next = self.in_year(day.year().saturating_add(1));
            FiscalYear {
                start: day_after(this).unwrap_or(Date::MAX),
                end: next.unwrap_or(Date::MAX),
            }
        }
    }
}

impl fmt::Display for FiscalYearEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.last {
            write!(f, "{:02}-last", self.month)
        } else {
            write!(f, "{:02}-{:02}", self.month, self.day)
        }
    }
}

fn two_digits(text: &str) -> Option<i8> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// A fiscal year, both days inclusive. Shown as `2019`, or `2018/2019` when it is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FiscalYear {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

impl FiscalYear {
    /// The days of a record of class `fiscal_year`; `None` when one is missing or they are the wrong
    /// way round.
    #[must_use]
    pub fn of(fields: &impl booqing_model::Values) -> Option<Self> {
        let day = |name: &str| fields.text(name)?.parse().ok();
        let year = Self { start: day("starts")?, end: day("ends")? };
        (year.start <= year.end).then_some(year)
    }

    /// What the year is called in which a day lies, of these records of class `fiscal_year`; `None`
    /// when it lies in none of them.
    #[must_use]
    pub fn called<'a, V: booqing_model::Values + 'a>(
        years: impl IntoIterator<Item = &'a V>,
        day: Date,
    ) -> Option<i64> {
        let mut years = years.into_iter();
        let holds = |fields: &&V| Self::of(*fields).is_some_and(|year| year.contains(day));
        years.find(holds)?.integer("fiscal_year")
    }

    /// Whether a day lies in this year.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.start <= day && day <= self.end
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.start.year() == self.end.year() {
            write!(f, "{}", self.end.year())
        } else {
            write!(f, "{}/{}", self.start.year(), self.end.year())
        }
    }
}

/// When something happened: a day as written on a document, or a moment whose day depends on the
/// tenant's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactDate {
    /// A calendar day.
    Day(Date),
    /// A moment; its day is taken in the tenant's zone.
    Moment(Timestamp),
}

impl FactDate {
    /// The day in this zone.
    #[must_use]
    pub fn local(self, zone: &TimeZone) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Moment(moment) => zone.to_datetime(moment).date(),
        }
    }
}

impl From<Date> for FactDate {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl From<Timestamp> for FactDate {
    fn from(moment: Timestamp) -> Self {
        Self::Moment(moment)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_missing_day_becomes_the_last_of_the_month() {
        let seven = Length::of_years(7).unwrap();
        assert_eq!(seven.after(date(2020, 2, 29)), date(2027, 2, 28));
        assert_eq!(seven.after(date(2021, 2, 28)), date(2028, 2, 28));
        let fourteen = Length::of_months(14).unwrap();
        assert_eq!(fourteen.after(date(2023, 12, 31)), date(2025, 2, 28));
        assert_eq!(fourteen.after(date(2022, 12, 31)), date(2024, 2, 29));
    }

    #[test]
    fn the_end_of_the_calendar_keeps_and_does_not_panic() {
        assert_eq!(Length::of_years(100).unwrap().after(Date::MAX), Date::MAX);
        assert_eq!(day_after(Date::MAX), None);
        let june = FiscalYearEnd::parse("06-30").unwrap();
        assert_eq!(june.year_of(Date::MAX).end, Date::MAX);
        assert_eq!(june.year_of(Date::MIN).start, Date::MIN);
    }

    #[test]
    fn fiscal_years_are_calendar_broken_or_end_on_the_last_of_february() {
        let calendar = FiscalYearEnd::CALENDAR.year_of(date(2019, 1, 1));
        assert_eq!(calendar, FiscalYear { start: date(2019, 1, 1), end: date(2019, 12, 31) });
        assert_eq!(calendar.to_string(), "2019");
        let june = FiscalYearEnd::parse("06-30").unwrap();
        assert_eq!(june.year_of(date(2019, 6, 30)).to_string(), "2018/2019");
        assert_eq!(june.year_of(date(2019, 7, 1)).to_string(), "2019/2020");
        for end in ["02-last", "02-29"] {
            let end = FiscalYearEnd::parse(end).unwrap();
            assert_eq!(
                end.year_of(date(2019, 5, 2)),
                FiscalYear { start: date(2019, 3, 1), end: date(2020, 2, 29) }
            );
            assert_eq!(end.year_of(date(2019, 2, 28)).end, date(2019, 2, 28));
        }
    }

    #[test]
    fn a_fiscal_year_end_that_no_year_has_is_refused() {
        for text in ["02-30", "13-01", "6-30", "06-31", "00-10", "06-00", "06/30", "06-Last", ""] {
            assert_eq!(FiscalYearEnd::parse(text), None, "{text}");
        }
        for text in ["02-29", "02-last", "12-31", "06-30"] {
            assert_eq!(FiscalYearEnd::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_length_is_written_in_years_and_months() {
        let length: Length = serde_json::from_str(r#"{"years":1,"months":2}"#).unwrap();
        assert_eq!(length.months(), 14);
        assert_eq!(serde_json::to_string(&length).unwrap(), r#"{"years":1,"months":2}"#);
        assert_eq!(serde_json::to_string(&Length::of_years(7).unwrap()).unwrap(), r#"{"years":7}"#);
        for bad in ["{}", r#"{"years":101}"#, r#"{"years":0}"#, r#"{"days":3}"#] {
            assert!(serde_json::from_str::<Length>(bad).is_err(), "{bad}");
        }
    }
}
