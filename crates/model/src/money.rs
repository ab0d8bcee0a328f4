//! Amounts, quantities and VAT: integers, never floating point.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use crate::field::{FieldValue, Kind};

/// An amount in cents of the currency that stands beside it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Cents(pub i64);

/// Why an amount could not be computed or read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// Beyond what 64 bits of cents hold.
    #[error("is beyond {limit} cents", limit = i64::MAX)]
    TooLarge,
    /// Not a number in the expected form.
    #[error("is not an amount such as {example}")]
    NotAnAmount {
        /// An amount in the form that is expected.
        example: &'static str,
    },
    /// Could be read in two ways.
    #[error("can be read as {one} or as {other}: write it with two decimals")]
    Ambiguous {
        /// One reading, in cents.
        one: i64,
        /// The other reading, in cents.
        other: i64,
    },
}

impl Cents {
    /// The sum.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyError::TooLarge)
    }

    /// The sum of many.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond 64 bits.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self(0), Self::plus)
    }

    /// The amount for a quantity, rounded half away from zero to a cent.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond 64 bits.
    pub fn times(self, quantity: Quantity) -> Result<Self, MoneyError> {
        round_division(i128::from(self.0) * i128::from(quantity.0), Quantity::SCALE)
    }

    /// The VAT on this net amount, rounded half away from zero to a cent (per line or per rate is
    /// the caller's choice).
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] beyond 64 bits.
    pub fn vat(self, rate: VatRate) -> Result<Self, MoneyError> {
        round_division(i128::from(self.0) * i128::from(rate.0), 10_000)
    }

    /// Reads an amount as a Dutch or an English office writes it: `1.234,56`, `1,234.56`,
    /// `1 234,56`, `€ 12`, `12,5`, `−3,00`, `(5,00)`, `5-`.
    ///
    /// A single separator with exactly three digits behind it (`1.234`) has two readings and is
    /// refused: it is never guessed.
    ///
    /// # Errors
    /// [`MoneyError`] when it is no amount, has more than two decimals, is ambiguous or too large.
    pub fn read(typed: &str) -> Result<Self, MoneyError> {
        amount::read(typed)
    }
}

impl FieldValue for Cents {
    const KIND: Kind = Kind::Integer;
}

fn round_division(numerator: i128, denominator: i64) -> Result<Cents, MoneyError> {
    let denominator = i128::from(denominator);
    let half = denominator / 2;
    let rounded = if numerator >= 0 { numerator + half } else { numerator - half } / denominator;
    i64::try_from(rounded).map(Cents).map_err(|_| MoneyError::TooLarge)
}

/// A quantity in thousandths: 1500 is one and a half.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Quantity(pub i64);

impl FieldValue for VatRate {
    const KIND: Kind = Kind::Integer;
}

impl Quantity {
    /// Thousandths in one.
    pub const SCALE: i64 = 1000;
    /// One.
    pub const ONE: Self = Self(Self::SCALE);
}

/// A VAT rate in hundredths of a percent: 2100 is 21 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct VatRate(pub u32);

impl fmt::Display for VatRate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 100 {
            0 => write!(formatter, "{} %", self.0 / 100),
            rest => write!(formatter, "{}.{rest:02} %", self.0 / 100),
        }
    }
}

/// A currency: three capital letters (ISO 4217).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct Currency(String);

impl Currency {
    /// The euro.
    pub fn euro() -> Self {
        Self("EUR".to_owned())
    }

    /// The currency with this code; `None` when it is not three capital letters.
    pub fn parse(code: &str) -> Option<Self> {
        (code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
            .then(|| Self(code.to_owned()))
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FieldValue for Currency {
    const KIND: Kind = Kind::Text;
}

mod amount {
    //! Reading of typed amounts.

    use super::{Cents, MoneyError};

    const EXAMPLE: &str = "1.234,56";

    pub(super) fn read(typed: &str) -> Result<Cents, MoneyError> {
        let wrong = || MoneyError::NotAnAmount { example: EXAMPLE };
        let mut text: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '€' | '\u{202f}' | '\''))
            .map(|c| if c == '\u{2212}' { '-' } else { c })
            .collect();
        let mut negative = false;
        if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            (text, negative) = (inner.to_owned(), true);
        } else if let Some(inner) = text.strip_prefix('-').or_else(|| text.strip_suffix('-')) {
            (text, negative) = (inner.to_owned(), true);
        }
        let (whole, decimals) = split(&text)?;
        if whole.is_empty() && decimals.is_empty() {
            return Err(wrong());
        }
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(&whole) || !digits(decimals) || decimals.len() > 2 {
            return Err(wrong());
        }
        let cents = format!("{whole}{decimals:0<2}").trim_start_matches('0').to_owned();
        if cents.len() > 19 {
            return Err(MoneyError::TooLarge);
        }
        let cents =
            if cents.is_empty() { 0 } else { cents.parse::<i128>().map_err(|_| wrong())? };
        let cents = if negative { -cents } else { cents };
        i64::try_from(cents).map(Cents).map_err(|_| MoneyError::TooLarge)
    }

    /// The digits before and behind the decimal mark. The last of two different marks is the
    /// decimal one; a mark that stands more than once groups thousands.
    fn split(text: &str) -> Result<(String, &str), MoneyError> {
        let wrong = || MoneyError::NotAnAmount { example: EXAMPLE };
        let (comma, point) = (text.rfind(','), text.rfind('.'));
        let (mark, grouping) = match (comma, point) {
            (None, None) => return Ok((text.to_owned(), "")),
            (Some(c), Some(p)) if c > p => (c, Some('.')),
            (Some(_), Some(p)) => (p, Some(',')),
            (Some(at), None) | (None, Some(at)) => {
                let mark = if comma.is_some() { ',' } else { '.' };
                if text.matches(mark).count() > 1 {
                    return Ok((grouped(text, mark).ok_or_else(wrong)?, ""));
                }
                if text.len() - at - 1 == 3 && (1..=3).contains(&at) && !text.starts_with('0') {
                    let digits = text.replace(mark, "");
                    let thousands: i64 = digits.parse().map_err(|_| wrong())?;
                    return Err(MoneyError::Ambiguous {
                        one: thousands.saturating_mul(100),
                        other: (thousands + 5) / 10,
                    });
                }
                (at, None)
            }
        };
        let (whole, rest) = text.split_at(mark);
        let decimals = rest.get(1..).unwrap_or_default();
        let whole = match grouping {
            Some(group) if whole.contains(group) => grouped(whole, group).ok_or_else(wrong)?,
            _ => whole.to_owned(),
        };
        Ok((whole, decimals))
    }

    /// The digits of a number whose thousands are grouped by threes.
    fn grouped(text: &str, mark: char) -> Option<String> {
        let mut groups = text.split(mark);
        let first = groups.next()?;
        let rest: Vec<&str> = groups.collect();
        ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3))
            .then(|| format!("{first}{}", rest.concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_offices_write_them() {
        let cases = [
            ("1.234,56", 123_456),
            ("1,234.56", 123_456),
            ("1 234,56", 123_456),
            ("1\u{a0}234,56", 123_456),
            ("€ 12", 1_200),
            ("12,5", 1_250),
            ("0,05", 5),
            (",50", 50),
            ("\u{2212}3,00", -300),
            ("(5,00)", -500),
            ("5-", -500),
            ("1.234.567", 123_456_700),
            ("1.234.567,89", 123_456_789),
            ("92233720368547758,07", i64::MAX),
            ("-0", 0),
        ];
        for (typed, cents) in cases {
            assert_eq!(Cents::read(typed), Ok(Cents(cents)), "{typed}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_and_never_guessed() {
        for typed in ["", "abc", "1,2,3", "1.23.456", "0,005", "1e308", "NaN", "12,345,6", "--5"] {
            assert!(matches!(Cents::read(typed), Err(MoneyError::NotAnAmount { .. })), "{typed}");
        }
        assert_eq!(Cents::read("1.234"), Err(MoneyError::Ambiguous { one: 123_400, other: 123 }));
        for typed in ["92233720368547758,08", "99999999999999999999,00"] {
            assert_eq!(Cents::read(typed), Err(MoneyError::TooLarge), "{typed}");
        }
    }

    #[test]
    fn vat_is_rounded_half_away_from_zero() {
        assert_eq!(Cents(250).vat(VatRate(2100)), Ok(Cents(53)), "52.5 cents");
        assert_eq!(Cents(-250).vat(VatRate(2100)), Ok(Cents(-53)));
        assert_eq!(Cents(i64::MAX).vat(VatRate(10_000)), Ok(Cents(i64::MAX)));
        assert_eq!(Cents(i64::MAX).times(Quantity(2_000)), Err(MoneyError::TooLarge));
        assert_eq!(Cents(333).times(Quantity(1_500)), Ok(Cents(500)));
        assert_eq!(Cents::sum([Cents(i64::MAX), Cents(1)]), Err(MoneyError::TooLarge));
    }

    #[test]
    fn rates_are_shown_with_the_decimals_they_have() {
        assert_eq!(VatRate(2100).to_string(), "21 %");
        assert_eq!(VatRate(550).to_string(), "5.50 %");
    }
}
