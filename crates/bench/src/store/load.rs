//! Filling a cache as a sync does, without the sealing: rows, index, and what the hub has.

use std::time::{Duration, Instant};

use booqing_model::parts::Unknown;
use booqing_model::{Fields, Id};
use booqing_store::tables::synced::Synced;
use booqing_store::{Cache, Exchange, NewRow, Row, StoreError};
use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};
use serde_json::json;

use crate::measure::Outcome;
use crate::names;
use crate::records::{Lcg, id_of};

/// Rows in one transaction.
const PAGE: u32 = 10_000;
/// The days over which bookings are spread, from the first on.
const FIRST: Date = date(2018, 1, 1);
const DAYS: u32 = 9 * 365;

/// The id of the booking of a number.
pub(crate) fn booking_id(number: u32) -> Id {
    made(number, &format!("booking {number}"))
}

fn client_id(number: u32) -> Id {
    made(number, &format!("client {number}"))
}

/// An id as they are made: later ones sort later.
fn made(number: u32, name: &str) -> Id {
    let mut random = [0; 10];
    let bytes = id_of(name).as_bytes().iter().skip(6).copied().collect::<Vec<u8>>();
    random.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
    Id::new(1_514_764_800_000 + u64::from(number) * 250_000, random)
}

/// A week in which there are bookings: its first moment and the first of the next.
pub(crate) fn week(lcg: &mut Lcg) -> (String, String) {
    let from = FIRST.saturating_add(i64::from(lcg.next(DAYS / 7 - 1)).weeks());
    (format!("{from}T00:00:00"), format!("{}T00:00:00", from.saturating_add(1.week())))
}

/// Fills a cache with clients and bookings. Gives the time that making their texts took.
pub(crate) fn fill(cache: &Cache, clients: u32, bookings: u32, seed: u64) -> Outcome<Duration> {
    let mut lcg = Lcg::new(seed as u32);
    let mut making = Duration::ZERO;
    let mut put = |class: &'static str, count: u32, make: &mut dyn FnMut(u32) -> Outcome<Row>| {
        for first in (0..count).step_by(PAGE as usize) {
            let started = Instant::now();
            let rows = (first..count.min(first + PAGE)).map(&mut *make);
            let rows = rows.collect::<Outcome<Vec<Row>>>()?;
            making += started.elapsed();
            put_page(cache, class, &rows)?;
        }
        Outcome::Ok(())
    };
    // As a first sync does.
    cache.write(|writer| writer.begin_load())?;
    put("client", clients, &mut |number| client(&mut lcg, number))?;
    put("booking", bookings, &mut |number| booking(&mut lcg, number, clients))?;
    end(cache)?;
    Ok(making)
}

/// Fills a cache with documents.
pub(crate) fn fill_documents(cache: &Cache, documents: u32, seed: u64) -> Outcome {
    let mut lcg = Lcg::new(seed as u32);
    cache.write(|writer| writer.begin_load())?;
    for first in (0..documents).step_by(PAGE as usize) {
        let rows = (first..documents.min(first + PAGE)).map(|number| document(&mut lcg, number));
        put_page(cache, "document", &rows.collect::<Outcome<Vec<Row>>>()?)?;
    }
    end(cache)
}

/// Ends a load.
fn end(cache: &Cache) -> Outcome {
    while cache.write(|writer| writer.end_load())? {}
    Ok(())
}

fn put_page(cache: &Cache, class: &str, rows: &[Row]) -> Outcome {
    let put = |exchange: &Exchange<'_>| -> Result<(), StoreError> {
        for row in rows {
            exchange.add_row(&NewRow::of(class, row.clone())?)?;
            let synced = Synced {
                plain: Some([0x5a; 16]),
                class: class.to_owned(),
                fiscal_year: row.fields.integer("fiscal_year").unwrap_or(0),
                rev: 1,
                version: 1,
                deleted: false,
                hash: *row.id.as_bytes(),
                lineage: None,
            };
            exchange.put_synced(row.id, &synced)?;
        }
        Ok(())
    };
    Ok(cache.write(|writer| writer.exchange(put))?)
}

fn row(id: Id, fields: serde_json::Value) -> Outcome<Row> {
    let fields: Fields = serde_json::from_value(fields)?;
    Ok(Row { seq: 0, id, version: 1, fields, unknown: Unknown::new() })
}

fn client(lcg: &mut Lcg, number: u32) -> Outcome<Row> {
    let (given, family) = (names::given(lcg), names::family(number));
    let is_company = lcg.next(3) == 0;
    let mut values = json!({
        "kind": if is_company { "company" } else { "person" },
        "state": "active",
        "number": format!("C-{:05}", number + 1),
        "email": format!("{}.{}{number}@example.org", given.to_lowercase(), family.to_lowercase()),
        "phone": format!("06-{:08}", lcg.next(1 << 24)),
        "addresses": [{"key": client_id(number), "kind": "visit",
            "street": format!("{}straat {}", family, 1 + lcg.next(200)),
            "postcode": format!("{} AB", 1000 + lcg.next(8999)), "city": names::city(lcg)}],
        "language": "nl",
        "payment_days": 14,
    });
    if let Some(values) = values.as_object_mut() {
        if is_company {
            values.insert("company_name".to_owned(), format!("{family} B.V.").into());
        } else {
            values.insert("given_name".to_owned(), given.into());
            values.insert("family_name".to_owned(), family.into());
        }
    }
    row(client_id(number), values)
}

fn booking(lcg: &mut Lcg, number: u32, clients: u32) -> Outcome<Row> {
    let id = booking_id(number);
    let client = lcg.next(clients.max(1));
    let day = FIRST.saturating_add(i64::from(lcg.next(DAYS)).days());
    let starts = day.at(8, 0, 0, 0).saturating_add(quarters(lcg.next(40)));
    let ends = starts.saturating_add(quarters(2 + lcg.next(6)));
    let from = starts.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp().as_second();
    let until = ends.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp().as_second();
    let price = 1000 + i64::from(lcg.next(90_000));
    let title = names::title(lcg, client);
    let state = lcg.pick(&["confirmed", "done", "invoiced", "closed", "cancelled", "draft"]);
    let mut fields = row(
        id,
        json!({
            "state": state, "resource": id_of(&format!("resource {}", lcg.next(40))),
            "occupied_from": from, "occupied_until": until, "fiscal_year": day.year(),
            "number": format!("B-{:07}", number + 1),
            "starts": starts.to_string(), "ends": ends.to_string(), "zone": "Europe/Amsterdam",
            "lines": [{"key": id, "description": title, "quantity": 1000, "unit_price": price,
                "vat_rate": 2100}],
            "currency": "EUR", "net": price, "client": client_id(client),
            "title": title,
        }),
    )?;
    if let Some(note) = names::note(lcg) {
        fields.fields.set("note", note.into());
    }
    Ok(fields)
}

fn document(lcg: &mut Lcg, number: u32) -> Outcome<Row> {
    let id = made(number, &format!("document {number}"));
    let day = FIRST.saturating_add(i64::from(lcg.next(DAYS)).days());
    let price = 1000 + i64::from(lcg.next(90_000));
    let kind =
        lcg.pick(&["invoice", "invoice", "invoice", "purchase_invoice", "credit_note", "quote"]);
    let flags = match lcg.next(50) {
        0 => json!(["oss"]),
        1 => json!(["immovable_property"]),
        _ => json!([]),
    };
    let party = json!({"name": names::family(lcg.next(6000)), "city": names::city(lcg)});
    let mut values = row(
        id,
        json!({
            "state": "issued", "fiscal_year": day.year(), "kind": kind,
            "number": format!("{}-{:06}", day.year(), number), "document_date": day.to_string(),
            "buyer": party, "seller": party,
            "lines": [{"key": id, "description": names::title(lcg, number), "quantity": 1000,
                "unit_price": price, "vat_rate": 2100}],
            "vat_totals": [{"rate": 2100, "net": price, "vat": price * 21 / 100}],
            "currency": "EUR", "net": price, "vat": price * 21 / 100,
            "gross": price + price * 21 / 100,
            "client": client_id(lcg.next(50_000)),
        }),
    )?;
    if flags.as_array().is_some_and(|flags| !flags.is_empty()) {
        values.fields.set("flags", flags);
    }
    Ok(values)
}

fn quarters(count: u32) -> Span {
    (15 * i64::from(count)).minutes()
}

#[cfg(test)]
mod tests {
    use booqing_model::entities::{Booking, Client, Document};

    use super::*;

    #[test]
    fn rows_are_records() {
        let mut lcg = Lcg::new(1);
        for number in 0..100 {
            let booking = booking(&mut lcg, number, 10).expect("a row").fields;
            booking.to_entity::<Booking>().expect("a booking");
            client(&mut lcg, number)
                .expect("a row")
                .fields
                .to_entity::<Client>()
                .expect("a client");
            let document = document(&mut lcg, number).expect("a row").fields;
            document.to_entity::<Document>().expect("a document");
        }
    }
}
