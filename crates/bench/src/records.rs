//! The records of `gen_records.py`, byte for byte, and what they are here.
//!
//! Peers are measured on the same records, so the generator is theirs: a linear congruential
//! generator of 32 bits. A line is a booking; its customer is a client of ours, or stands in the
//! booking where one record is to be one record.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use booqing_model::{Fields, Id};
use serde_json::{Value, json};

use crate::measure::{Outcome, print};

const FIRST: &[&str] = &[
    "Anna", "Bram", "Chloe", "Daan", "Emma", "Finn", "Greta", "Hugo", "Iris", "Jonas", "Klara",
    "Lars", "Marie", "Noor", "Otto", "Pia", "Ruben", "Sofie",
];
const LAST: &[&str] = &[
    "Janssen", "de Vries", "Peeters", "Maes", "Bakker", "Visser", "Smit", "Mertens", "Wouters",
    "Claes", "Hermans", "Willems", "Martens", "Jacobs",
];
const NOTE: &[&str] = &[
    "confirmed by phone",
    "asked for an invoice on paper",
    "needs a projector",
    "brings own catering",
    "key handed over at the desk",
    "deposit was paid in cash",
    "recurring every second week",
    "call back about the parking places",
];
const STATUS: &[&str] = &["draft", "confirmed", "checked_in", "done", "cancelled"];

/// The generator of `gen_records.py`.
#[derive(Debug, Clone)]
pub(crate) struct Lcg(u32);

impl Lcg {
    /// Begins with a seed.
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// The next number below `n`.
    pub(crate) fn next(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % n.max(1)
    }

    /// The next of a list.
    pub(crate) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let nth = self.next(u32::try_from(list.len()).unwrap_or(1));
        list.get(nth as usize).copied().unwrap_or_default()
    }
}

/// One line of `gen_records.py`.
pub(crate) fn line(i: u32, r: &mut Lcg) -> Value {
    let (day, month) = (1 + r.next(28), 1 + r.next(12));
    let (hour, year) = (8 + r.next(10), 2020 + r.next(7));
    let (first, last) = (r.pick(FIRST), r.pick(LAST));
    let tail = u64::from(i) * 2_654_435_761 % (1 << 48);
    let id = format!(
        "{i:08x}-{:04x}-7{:03x}-8{:03x}-{tail:012x}",
        r.next(65_536),
        r.next(4096),
        r.next(4096)
    );
    let date = format!("{year:04}-{month:02}-{day:02}");
    let resource = format!("room-{:02}", r.next(40));
    let customer = format!("c-{:06}", r.next(50_000));
    let mailbox = format!("{}.{}", first.to_lowercase(), last.to_lowercase().replace(' ', ""));
    let email = format!("{mailbox}{}@example.org", r.next(1000));
    let end = format!("{date}T{:02}:30:00Z", hour + 1 + r.next(3));
    let status = r.pick(STATUS);
    let amount = 1000 + r.next(90_000);
    let vat = r.pick(&[6, 12, 21]);
    let notes = format!("{}; {}", r.pick(NOTE), r.pick(NOTE));
    let updated = format!("{date}T{hour:02}:{:02}:{:02}Z", r.next(60), r.next(60));
    json!({
        "id": id, "type": "booking", "year": year, "resource": resource, "customer_id": customer,
        "customer_name": format!("{first} {last}"), "email": email,
        "start": format!("{date}T{hour:02}:00:00Z"), "end": end, "status": status,
        "amount_cents": amount, "vat_percent": vat, "notes": notes, "updated_at": updated,
    })
}

/// Prints records, to be compared with what `gen_records.py` prints (the names are sorted here).
pub(crate) fn print_all(count: u32, seed: u32) {
    let mut lcg = Lcg::new(seed);
    (0..count).for_each(|i| print(&line(i, &mut lcg)));
}

/// Hands over every record of a file, or as many as were asked for.
pub(crate) fn each(
    file: Option<&Path>,
    count: u32,
    seed: u32,
    mut take: impl FnMut(u32, &Value) -> Outcome,
) -> Outcome {
    match file {
        Some(path) => {
            let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            for (line, i) in BufReader::new(file).lines().zip(0..) {
                take(i, &serde_json::from_str(&line?)?)?;
            }
        }
        None => {
            let mut lcg = Lcg::new(seed);
            for i in 0..count {
                take(i, &line(i, &mut lcg))?;
            }
        }
    }
    Ok(())
}

/// An id for something that has a name only. The same name gives the same id.
pub(crate) fn id_of(name: &str) -> Id {
    // FNV-1a, twice: ids must differ, and nobody attacks a benchmark.
    let hash = |seed: u64| {
        name.bytes()
            .fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    let (one, two) = (hash(0xcbf2_9ce4_8422_2325), hash(0x9ae1_6a3b_2f90_404f));
    let mut random = [0; 10];
    let bytes = one.to_be_bytes().into_iter().chain(two.to_be_bytes());
    random.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    Id::new(1_700_000_000_000, random)
}

/// The booking that a line is. With a client its customer is referred to, otherwise named.
pub(crate) fn booking(i: u32, line: &Value, has_client: bool) -> Outcome<(Id, Fields)> {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
    let number = |name: &str| line.get(name).and_then(Value::as_i64).unwrap_or_default();
    let moment =
        |name: &str| -> Outcome<i64> { Ok(text(name).parse::<jiff::Timestamp>()?.as_second()) };
    let state = match text("status") {
        "checked_in" => "in_progress",
        other => other,
    };
    let id: Id = text("id").parse()?;
    let price = number("amount_cents");
    let mut fields: Fields = serde_json::from_value(json!({
        "state": state, "resource": id_of(text("resource")),
        "occupied_from": moment("start")?, "occupied_until": moment("end")?,
        "fiscal_year": number("year"), "number": format!("B-{:06}", i + 1),
        "starts": text("start").trim_end_matches('Z'), "ends": text("end").trim_end_matches('Z'),
        "zone": "Europe/Amsterdam", "currency": "EUR", "net": price,
        "lines": [{"key": id, "description": text("resource"), "quantity": 1000,
            "unit_price": price, "vat_rate": number("vat_percent") * 100}],
        "note": text("notes"),
    }))?;
    if has_client {
        fields.set("client", json!(id_of(text("customer_id"))));
        fields.set("title", text("resource").into());
    } else {
        fields.set("title", format!("{} <{}>", text("customer_name"), text("email")).into());
    }
    Ok((id, fields))
}

/// The client that the customer of a line is.
pub(crate) fn client(line: &Value) -> Outcome<(Id, Fields)> {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
    let (given, family) = text("customer_name").split_once(' ').unwrap_or_default();
    let customer = text("customer_id");
    let fields = serde_json::from_value(json!({
        "kind": "person", "state": "active", "number": customer.replace("c-", "C-"),
        "given_name": given, "family_name": family, "email": text("email"), "language": "nl",
    }))?;
    Ok((id_of(customer), fields))
}

#[cfg(test)]
mod tests {
    use booqing_model::entities::{Booking, Client};

    use super::*;

    #[test]
    fn records_are_those_of_gen_records() {
        let mut lcg = Lcg::new(1);
        let expected: Value = serde_json::from_str(FIRST_LINE).expect("a line");
        assert_eq!(line(0, &mut lcg), expected);
    }

    #[test]
    fn they_are_bookings_and_clients() {
        let mut lcg = Lcg::new(1);
        for i in 0..200 {
            let line = line(i, &mut lcg);
            for has_client in [true, false] {
                let (_, fields) = booking(i, &line, has_client).expect("fields");
                fields.to_entity::<Booking>().expect("a booking");
            }
            client(&line).expect("fields").1.to_entity::<Client>().expect("a client");
        }
    }

    const FIRST_LINE: &str = r#"{"id":"00000000-56dd-725f-88e6-000000000000","type":"booking","year":2023,"resource":"room-08","customer_id":"c-001872","customer_name":"Bram Claes","email":"bram.claes323@example.org","start":"2023-10-26T15:00:00Z","end":"2023-10-26T16:30:00Z","status":"confirmed","amount_cents":74919,"vat_percent":6,"notes":"confirmed by phone; key handed over at the desk","updated_at":"2023-10-26T15:33:44Z"}"#;
}
