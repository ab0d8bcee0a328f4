//! Dates, moments and wall time.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use crate::field::{FieldValue, Kind};

/// The years in which an office's dates may lie.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// A calendar date, written `2026-11-23`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct Date(pub jiff::civil::Date);

/// Why a date or time was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TimeError {
    /// Not a date of the calendar, or not in the expected form.
    #[error("is not a date such as 2026-11-23")]
    NotADate,
    /// Outside the years of an office.
    #[error("is outside the years {} to {}", YEARS.start(), YEARS.end())]
    OutOfRange,
    /// Not the name of a time zone.
    #[error("is not the name of a time zone such as Europe/Amsterdam")]
    NotAZone,
    /// The clocks skip this time.
    #[error("does not exist: the clocks go forward over it")]
    Skipped,
}

impl Date {
    /// Reads `2026-11-23`.
    ///
    /// # Errors
    /// [`TimeError`] when there is no such day or its year is outside [`YEARS`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let date: jiff::civil::Date = text.parse().map_err(|_| TimeError::NotADate)?;
        if text.len() != 10 {
            return Err(TimeError::NotADate);
        }
        if YEARS.contains(&date.year()) { Ok(Self(date)) } else { Err(TimeError::OutOfRange) }
    }
}

impl FieldValue for Date {
    const KIND: Kind = Kind::Text;
}

/// A moment in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Moment(pub i64);

impl Moment {
    /// The moment of a timestamp, its fraction of a second dropped.
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        Self(timestamp.as_second())
    }
}

impl FieldValue for Moment {
    const KIND: Kind = Kind::Integer;
}

/// What the clock on the wall says, in a zone that stands beside it: `2027-10-12T19:00:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct WallTime(pub DateTime);

impl FieldValue for WallTime {
    const KIND: Kind = Kind::Text;
}

impl WallTime {
    /// The moment at which a clock in that zone shows this time. Where the clocks go back and
    /// show it twice, the first.
    ///
    /// # Errors
    /// [`TimeError::NotAZone`]; [`TimeError::Skipped`] where the clocks go forward over it.
    pub fn moment(self, zone: &Zone) -> Result<Moment, TimeError> {
        let zone = zone.time_zone()?;
        let ambiguous = zone.to_ambiguous_zoned(self.0);
        if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            return Err(TimeError::Skipped);
        }
        let zoned: Zoned = ambiguous.earlier().map_err(|_| TimeError::OutOfRange)?;
        Ok(Moment::from_timestamp(zoned.timestamp()))
    }
}

/// The name of a time zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct Zone(String);

impl Zone {
    /// The zone of that name.
    ///
    /// # Errors
    /// [`TimeError::NotAZone`].
    pub fn parse(name: &str) -> Result<Self, TimeError> {
        TimeZone::get(name).map_err(|_| TimeError::NotAZone)?;
        Ok(Self(name.to_owned()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn time_zone(&self) -> Result<TimeZone, TimeError> {
        TimeZone::get(&self.0).map_err(|_| TimeError::NotAZone)
    }
}

impl FieldValue for Zone {
    const KIND: Kind = Kind::Text;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amsterdam() -> Zone {
        Zone::parse("Europe/Amsterdam").expect("a zone")
    }

    fn wall(text: &str) -> WallTime {
        WallTime(text.parse().expect("a wall time"))
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in ["2026-02-31", "2027-02-29", "0000-00-00", "2026-13-13", "26-01-01", "2026-1-2"]
        {
            assert_eq!(Date::parse(text), Err(TimeError::NotADate), "{text}");
        }
        for text in ["1899-12-31", "2201-01-01", "0001-01-01"] {
            assert_eq!(Date::parse(text), Err(TimeError::OutOfRange), "{text}");
        }
        assert!(Date::parse("2028-02-29").is_ok());
    }

    #[test]
    fn wall_time_keeps_its_hour_across_the_change_of_clocks() {
        let summer = wall("2027-10-26T19:00:00").moment(&amsterdam()).expect("summer");
        let winter = wall("2027-11-02T19:00:00").moment(&amsterdam()).expect("winter");
        assert_eq!(winter.0 - summer.0, 7 * 86_400 + 3_600);
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_refused_and_a_double_one_is_the_first() {
        assert_eq!(wall("2026-03-29T02:30:00").moment(&amsterdam()), Err(TimeError::Skipped));
        let double = wall("2026-10-25T02:30:00").moment(&amsterdam()).expect("the first");
        let utc: Timestamp = "2026-10-25T00:30:00Z".parse().expect("a moment");
        assert_eq!(double, Moment::from_timestamp(utc));
    }

    #[test]
    fn unknown_zones_are_refused() {
        assert_eq!(Zone::parse("Europe/Amsterdan"), Err(TimeError::NotAZone));
    }
}
