//! The days of a plan: on which the office is open, and what VAT was then.

use booqing_model::money::VatRate;
use booqing_model::time::{Moment, TimeError, WallTime, Zone};
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Weekday};

use super::rng::{Rng, Stream};
use super::{DemoError, Plan};

/// How long before today the last entries were made: the office has not opened today yet.
const DAYS_BEHIND: i64 = 1;
/// How far ahead bookings are made.
const DAYS_AHEAD: i64 = 56;
/// Before the euro there are no books in euros.
const FIRST_YEAR: i64 = 2002;

/// The days a plan covers.
#[derive(Debug, Clone)]
pub(super) struct Span {
    /// The first day on which something is entered.
    pub(super) first: Date,
    /// The last day on which something is entered.
    pub(super) last: Date,
    /// The last day on which a booking may end.
    pub(super) horizon: Date,
    /// Today.
    pub(super) today: Date,
    /// Whether the last year is over.
    pub(super) over: bool,
    zone: Zone,
    seed: u64,
}

impl Span {
    /// The days of a plan.
    ///
    /// # Errors
    /// [`DemoError::Years`] when the years are none, begin before the euro, or begin after today.
    pub(super) fn of(plan: &Plan) -> Result<Self, DemoError> {
        let years = || DemoError::Years { first: plan.first_year, last: plan.last_year };
        let day = |year: i64, month, day| {
            let year = i16::try_from(year).map_err(|_| years())?;
            Date::new(year, month, day).map_err(|_| years())
        };
        let first = day(plan.first_year, 1, 1)?;
        let end = day(plan.last_year, 12, 31)?;
        if plan.first_year < FIRST_YEAR || first > end || first > plan.today || end.year() > 2200 {
            return Err(years());
        }
        Ok(Self {
            first,
            last: end.min(plus_days(plan.today, -DAYS_BEHIND)).max(first),
            horizon: end.min(plus_days(plan.today, DAYS_AHEAD)),
            today: plan.today,
            over: end < plan.today,
            zone: Zone::parse("Europe/Amsterdam")?,
            seed: plan.seed,
        })
    }

    /// The zone of the office.
    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Whether something is entered on that day.
    pub(super) fn is_open(&self, day: Date) -> bool {
        day == self.first || day == self.last || is_working(day)
    }

    /// That day, or the first open one after it; never after the last.
    pub(super) fn open_from(&self, mut day: Date) -> Date {
        while day < self.last && !self.is_open(day) {
            day = plus_days(day, 1);
        }
        day.min(self.last)
    }

    /// When the office opens on that day: some minutes after eight.
    pub(super) fn opening(&self, day: Date) -> Result<Moment, TimeError> {
        let number = u64::try_from(days_between(self.first, day)).unwrap_or(0);
        let minute = Rng::of(self.seed, Stream::Days, number).between(0, 45);
        let minute = i8::try_from(minute).unwrap_or(0);
        WallTime(day.at(8, minute, 0, 0)).moment(&self.zone)
    }

    /// When the office closes on that day.
    pub(super) fn closing(&self, day: Date) -> Result<Moment, TimeError> {
        WallTime(day.at(23, 30, 0, 0)).moment(&self.zone)
    }

    /// How many days there are on which something is entered or takes place.
    pub(super) fn length(&self) -> i64 {
        days_between(self.first, self.horizon).max(0) + 1
    }

    /// How busy the office is on that day, compared with others: more each year, less on
    /// Saturdays and in summer.
    pub(super) fn weight(&self, day: Date) -> u64 {
        if !self.is_open(day) {
            return 0;
        }
        let years = u64::try_from(day.year() - self.first.year()).unwrap_or(0);
        let season = if matches!(day.month(), 7 | 8) { 7 } else { 10 };
        let week = if is_working(day) && day.weekday() != Weekday::Saturday { 10 } else { 3 };
        (years + 9) * season * week
    }

    /// The days on which something is entered.
    pub(super) fn days(&self) -> impl Iterator<Item = Date> + use<'_> {
        let mut next = Some(self.first);
        std::iter::from_fn(move || {
            let day = next?;
            next = (day < self.last).then(|| plus_days(day, 1));
            Some(day)
        })
        .filter(|day| self.is_open(*day))
    }
}

/// Whether an office works on that day: not on Sundays and the holidays with a fixed date.
pub(super) fn is_working(day: Date) -> bool {
    let holiday = matches!((day.month(), day.day()), (1, 1) | (4, 27) | (12, 25 | 26));
    day.weekday() != Weekday::Sunday && !holiday
}

/// The first working day after that day.
pub(super) fn next_working(day: Date) -> Date {
    let mut next = plus_days(day, 1);
    while !is_working(next) {
        next = plus_days(next, 1);
    }
    next
}

/// The first day after that day which is the last working day of its month.
pub(super) fn next_month_end(day: Date) -> Date {
    let mut month = plus_days(day, 1).last_of_month();
    loop {
        let mut end = month;
        while !is_working(end) {
            end = plus_days(end, -1);
        }
        if end > day {
            return end;
        }
        month = plus_days(month, 1).last_of_month();
    }
}

/// So many days later, or earlier.
pub(super) fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(SignedDuration::from_hours(24 * days))
}

/// So many minutes later by the clock on the wall.
pub(super) fn plus_minutes(time: DateTime, minutes: i64) -> DateTime {
    time.saturating_add(SignedDuration::from_mins(minutes))
}

/// How many days the second date is after the first.
pub(super) fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// A Dutch VAT rate by its name in the law, which outlives its height.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Rate {
    /// The general rate.
    #[default]
    High,
    /// The rate of table I.
    Low,
    /// Nothing: exempt, or the rate of table II.
    Zero,
}

impl Rate {
    /// Its height on a day (Wet OB 1968 art. 9, as it stood then).
    pub(super) fn on(self, day: Date) -> VatRate {
        let before = |year, month| (day.year(), day.month()) < (year, month);
        VatRate(match self {
            Self::High if before(2012, 10) => 1900,
            Self::High => 2100,
            Self::Low if before(2019, 1) => 600,
            Self::Low => 900,
            Self::Zero => 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn months_end_on_a_working_day() {
        assert_eq!(next_month_end(date(2026, 5, 10)), date(2026, 5, 30), "the 31st is a Sunday");
        assert_eq!(next_month_end(date(2026, 5, 30)), date(2026, 6, 30));
        assert_eq!(next_month_end(date(2026, 5, 31)), date(2026, 6, 30));
        assert_eq!(next_working(date(2026, 12, 24)), date(2026, 12, 28));
    }

    #[test]
    fn rates_are_those_of_the_day() {
        assert_eq!(Rate::Low.on(date(2018, 12, 31)), VatRate(600));
        assert_eq!(Rate::Low.on(date(2019, 1, 1)), VatRate(900));
        assert_eq!(Rate::High.on(date(2012, 9, 30)), VatRate(1900));
        assert_eq!(Rate::High.on(date(2026, 1, 1)), VatRate(2100));
    }
}
