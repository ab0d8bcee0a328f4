//! Dates as people type them in lists.
//!
//! The day comes first: `3-4-1980` is the third of April. A year has four digits; two are never
//! guessed about.

use booqing_model::time::{Date, TimeError};

use super::Reason;

/// Reads `1980-04-03`, `03-04-1980`, `3/4/1980` or `3.4.1980`, also with midnight behind it, as
/// databases write dates.
pub(super) fn read(typed: &str) -> Result<Date, Reason> {
    let day = without_midnight(typed.trim());
    let parts: Vec<&str> = day.split(['-', '/', '.']).map(str::trim).collect();
    let [one, two, three] = parts.as_slice() else { return Err(Reason::NoDate) };
    let is_number = |part: &&&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if ![one, two, three].iter().all(is_number) {
        return Err(Reason::NoDate);
    }
    let (year, month, day) = if one.len() == 4 { (one, two, three) } else { (three, two, one) };
    if year.len() == 2 {
        return Err(Reason::ShortYear);
    }
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return Err(Reason::NoDate);
    }
    Date::parse(&format!("{year}-{month:0>2}-{day:0>2}")).map_err(|error| match error {
        TimeError::OutOfRange => Reason::DateOutOfRange,
        _ => Reason::NoDate,
    })
}

fn without_midnight(typed: &str) -> &str {
    let Some((day, time)) = typed.split_once(['T', ' ']) else { return typed };
    let is_midnight = !time.is_empty() && time.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z'));
    if is_midnight { day } else { typed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_comes_first() {
        for (typed, date) in [
            ("1980-01-31", "1980-01-31"),
            ("31-01-1980", "1980-01-31"),
            ("3/4/1980", "1980-04-03"),
            ("3.4.1980", "1980-04-03"),
            ("1980-01-31 00:00:00", "1980-01-31"),
            ("1980-01-31T00:00:00.000Z", "1980-01-31"),
            ("29-02-2028", "2028-02-29"),
        ] {
            assert_eq!(read(typed), Date::parse(date).map_err(|_| Reason::NoDate), "{typed}");
        }
    }

    #[test]
    fn what_is_no_date_is_never_guessed() {
        for (typed, reason) in [
            ("31-02-1980", Reason::NoDate),
            ("12/31/1980", Reason::NoDate),
            ("29-02-2027", Reason::NoDate),
            ("00-00-0000", Reason::NoDate),
            ("1-2-80", Reason::ShortYear),
            ("1-2-3", Reason::NoDate),
            ("29221", Reason::NoDate),
            ("1980-01-31 12:00", Reason::NoDate),
            ("01-01-1850", Reason::DateOutOfRange),
            ("morgen", Reason::NoDate),
            ("é-1-1980", Reason::NoDate),
        ] {
            assert_eq!(read(typed), Err(reason), "{typed}");
        }
    }
}
