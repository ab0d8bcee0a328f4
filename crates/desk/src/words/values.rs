//! Values as people read them.

use booqing_model::field::{Field, Kind, RecordType};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::code;
use crate::appearance::Language;

/// How values are written: in which language, and by the clock of which zone.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    pub(crate) language: Language,
    pub(crate) zone: TimeZone,
}

/// A value of a field as text, on one or several lines; empty for none.
pub(crate) fn shown(style: &Style, record: &RecordType, field: &Field, value: &Value) -> String {
    if !field.kind.is_for_people() {
        return String::new();
    }
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => super::pick(
            style.language,
            if *yes { "Yes" } else { "No" },
            if *yes { "Ja" } else { "Nee" },
        )
        .to_owned(),
        Value::Number(number) => {
            let integer = number.as_i64().unwrap_or_default();
            if is_moment(field.name) {
                style.moment(integer)
            } else if is_money(field.name) {
                style.money(integer)
            } else if field.name == "vat_rate" {
                style.percent(integer)
            } else {
                integer.to_string()
            }
        }
        Value::String(text) => {
            if let Some(name) = code(style.language, record.class, field.name, text) {
                return name.to_owned();
            }
            if field.kind == Kind::Id {
                return text.clone();
            }
            if is_date(text) { style.day_text(text) } else { text.clone() }
        }
        Value::Array(elements) => {
            let separator = if elements.iter().all(Value::is_string) { ", " } else { "\n" };
            elements
                .iter()
                .map(|element| style.element(record.class, field.name, element))
                .collect::<Vec<_>>()
                .join(separator)
        }
        Value::Object(_) => style.element(record.class, field.name, value),
    }
}

/// Fields that hold a moment in seconds.
fn is_moment(name: &str) -> bool {
    name.ends_with("_at") || matches!(name, "at" | "occupied_from" | "occupied_until")
}

/// Fields that hold cents.
pub(crate) fn is_money(name: &str) -> bool {
    matches!(name, "net" | "vat" | "gross" | "price" | "unit_price")
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.len(), 10 | 16 | 19)
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => *byte == b'-',
            10 => *byte == b'T',
            13 | 16 => *byte == b':',
            _ => byte.is_ascii_digit(),
        })
}

/// A date, or a wall time, from its ISO form: `23-11-2026` in Dutch, `23 Nov 2026 10:00` in English.
/// What is neither stays as it is.
pub fn day_text(language: Language, text: &str) -> String {
    if let Ok(time) = text.parse::<DateTime>()
        && text.len() > 10
    {
        let day = day_in(language, time.date());
        return format!("{day} {:02}:{:02}", time.hour(), time.minute());
    }
    text.parse().map_or_else(|_| text.to_owned(), |day| day_in(language, day))
}

fn day_in(language: Language, day: Date) -> String {
    match language {
        Language::Nl => format!("{:02}-{:02}-{:04}", day.day(), day.month(), day.year()),
        Language::En => {
            let month = usize::from(day.month().unsigned_abs()).saturating_sub(1);
            let month = MONTHS.get(month).copied().unwrap_or_default();
            format!("{} {month} {}", day.day(), day.year())
        }
    }
}

impl Style {
    /// A date, or a wall time, from its ISO form.
    pub(crate) fn day_text(&self, text: &str) -> String {
        day_text(self.language, text)
    }

    /// A date: `23-11-2026` in Dutch, `23 Nov 2026` in English.
    pub(crate) fn day(&self, day: Date) -> String {
        day_in(self.language, day)
    }

    /// A moment by the clock of the zone.
    pub(crate) fn moment(&self, seconds: i64) -> String {
        Timestamp::from_second(seconds).map_or_else(
            |_| seconds.to_string(),
            |moment| {
                let local = self.zone.to_datetime(moment);
                format!("{} {:02}:{:02}", self.day(local.date()), local.hour(), local.minute())
            },
        )
    }

    /// An amount of cents: `1.234,50` in Dutch, `1,234.50` in English.
    pub(crate) fn money(&self, cents: i64) -> String {
        let (group, point) = match self.language {
            Language::Nl => ('.', ','),
            Language::En => (',', '.'),
        };
        let whole = (cents.unsigned_abs() / 100).to_string();
        let mut grouped = String::with_capacity(whole.len() + whole.len() / 3 + 4);
        if cents < 0 {
            grouped.push('-');
        }
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push(group);
            }
            grouped.push(digit);
        }
        format!("{grouped}{point}{:02}", cents.unsigned_abs() % 100)
    }

    /// Hundredths of a percent: `21%`, `5,5%`.
    pub(crate) fn percent(&self, hundredths: i64) -> String {
        let text = self.money(hundredths);
        let text = text.trim_end_matches('0').trim_end_matches([',', '.']);
        format!("{text}%")
    }

    /// One element of a list, or a structure.
    fn element(&self, class: &str, field: &str, value: &Value) -> String {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let number = |name: &str| value.get(name).and_then(Value::as_i64);
        match field {
            "tags" | "categories" | "fields" | "flags" => {
                let word = value.as_str().unwrap_or_default();
                code(self.language, class, field, word).unwrap_or(word).to_owned()
            }
            "addresses" => {
                let kind = text("kind").unwrap_or_default();
                let kind = code(self.language, "client", "address_kind", kind).unwrap_or(kind);
                format!("{kind}: {}", address(value))
            }
            "contacts" => {
                let role = text("role").unwrap_or_default();
                let role = code(self.language, "client", "contact_role", role).unwrap_or(role);
                let rest = [text("email"), text("phone")].into_iter().flatten();
                std::iter::once(format!("{} ({role})", text("name").unwrap_or_default()))
                    .chain(rest.map(str::to_owned))
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            "buyer" | "seller" => {
                let name = text("name").unwrap_or_default();
                let rest = [address(value), text("vat_number").unwrap_or_default().to_owned()];
                std::iter::once(name.to_owned())
                    .chain(rest.into_iter().filter(|part| !part.is_empty()))
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            "participants" => {
                [text("name"), text("wishes")].into_iter().flatten().collect::<Vec<_>>().join(": ")
            }
            "lines" => {
                let quantity = number("quantity").unwrap_or_default();
                format!(
                    "{} × {} à {} ({})",
                    self.thousandths(quantity),
                    text("description").unwrap_or_default(),
                    self.money(number("unit_price").unwrap_or_default()),
                    self.percent(number("vat_rate").unwrap_or_default())
                )
            }
            "vat_totals" => format!(
                "{}: {} + {}",
                self.percent(number("rate").unwrap_or_default()),
                self.money(number("net").unwrap_or_default()),
                self.money(number("vat").unwrap_or_default())
            ),
            _ => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        }
    }

    /// Thousandths as a quantity: `1,5`.
    fn thousandths(&self, quantity: i64) -> String {
        let whole = quantity / 1000;
        let rest = (quantity % 1000).unsigned_abs();
        if rest == 0 {
            return whole.to_string();
        }
        let point = match self.language {
            Language::Nl => ',',
            Language::En => '.',
        };
        let sign = if quantity < 0 && whole == 0 { "-" } else { "" };
        format!("{sign}{whole}{point}{rest:03}").trim_end_matches('0').to_owned()
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn address(value: &Value) -> String {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let place = [text("postcode"), text("city")].into_iter().flatten().collect::<Vec<_>>();
    [text("street").map(str::to_owned), Some(place.join("  ")), text("country").map(str::to_owned)]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use booqing_model::Record;
    use booqing_model::entities::{Booking, Client};
    use serde_json::json;

    use super::*;

    fn style(language: Language) -> Style {
        Style { language, zone: TimeZone::get("Europe/Amsterdam").expect("a zone") }
    }

    fn client(language: Language, field: &str, value: &Value) -> String {
        let field = Client::TYPE.field(field).expect("a field");
        shown(&style(language), Client::TYPE, field, value)
    }

    #[test]
    fn amounts_and_days_follow_the_language() {
        let (nl, en) = (style(Language::Nl), style(Language::En));
        assert_eq!(nl.money(123_456_789), "1.234.567,89");
        assert_eq!(en.money(-5), "-0.05");
        assert_eq!(nl.money(i64::MIN), "-92.233.720.368.547.758,08");
        assert_eq!(nl.percent(2100), "21%");
        assert_eq!(nl.percent(550), "5,5%");
        assert_eq!(nl.percent(0), "0%");
        assert_eq!(nl.day_text("2026-03-01"), "01-03-2026");
        assert_eq!(en.day_text("2026-03-01"), "1 Mar 2026");
        assert_eq!(nl.day_text("2027-10-12T19:00:00"), "12-10-2027 19:00");
        assert_eq!(nl.moment(1_774_746_000), "29-03-2026 03:00", "summer time has begun");
    }

    #[test]
    fn structures_are_read_as_sentences() {
        let addresses = json!([{"kind": "visit", "street": "Kade 1", "postcode": "1011 AB",
            "city": "Amsterdam"}]);
        assert_eq!(
            client(Language::Nl, "addresses", &addresses),
            "Bezoekadres: Kade 1, 1011 AB  Amsterdam"
        );
        assert_eq!(client(Language::En, "tags", &json!(["vip", "bouw"])), "vip, bouw");
        assert_eq!(client(Language::En, "state", &json!("inactive")), "Inactive");
        assert_eq!(client(Language::En, "state", &Value::Null), "");
        let lines = json!([{"description": "Uur advies", "quantity": 1500, "unit_price": 9500,
            "vat_rate": 2100}]);
        let field = Booking::TYPE.field("lines").expect("a field");
        let text = shown(&style(Language::Nl), Booking::TYPE, field, &lines);
        assert_eq!(text, "1,5 × Uur advies à 95,00 (21%)");
    }
}
