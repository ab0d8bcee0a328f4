//! Plans carried out, and what came of them.

use std::collections::{BTreeMap, BTreeSet};

use booqing_model::Id;
use booqing_model::entities::{
    Booking, BookingState, Client, ClientKind, ClientState, Consent, Disclosure, Document,
    DocumentFlag, DocumentState, FiscalYear, FiscalYearState, Hold,
};
use booqing_model::fields::Patch;
use booqing_store::{ChangeSet, Edit};
use jiff::civil::date;
use serde_json::Value;

use super::calendar::plus_days;
use super::checks::{administration, books, plan, small};
use super::{DemoError, Plan, generate};

#[test]
fn the_usual_plan_makes_an_office_in_which_everything_fits() {
    let plan = plan();
    let books = books(&plan);
    books.check(&plan);
    println!("{:?}", books.summary);
    assert_eq!(books.summary.of("client"), 1200);
    let documents = books.summary.of("document");
    assert!((5_000..=6_000).contains(&documents), "{documents} documents");
    let mut kinds = BTreeMap::new();
    for (_, document) in books.all::<Document>() {
        *kinds.entry((document.kind, document.state)).or_insert(0) += 1;
    }
    println!("{kinds:?}");
    let mut states = BTreeMap::new();
    for (_, booking) in books.all::<Booking>() {
        *states.entry(booking.state).or_insert(0) += 1;
    }
    println!("{states:?}");
    for state in [
        BookingState::Draft,
        BookingState::Option,
        BookingState::Confirmed,
        BookingState::Done,
        BookingState::Invoiced,
        BookingState::Closed,
        BookingState::Cancelled,
        BookingState::NoShow,
        BookingState::Waitlisted,
    ] {
        assert!(states.contains_key(&state), "{state}");
    }
    let flags: BTreeSet<DocumentFlag> =
        books.all::<Document>().into_iter().flat_map(|(_, document)| document.flags).collect();
    assert_eq!(flags.len(), 2, "immovable property and the one-stop shop");
    let years = books.all::<FiscalYear>();
    let open = years.iter().filter(|(_, year)| year.state == FiscalYearState::Open).count();
    assert_eq!((years.len(), open), (9, 1));
    assert_eq!(books.all::<Hold>().len(), 2);
    let bases: BTreeSet<_> =
        books.all::<Disclosure>().into_iter().map(|(_, disclosure)| disclosure.basis).collect();
    assert_eq!(bases.len(), 3, "consent, law, court order");
}

#[test]
fn clients_are_as_varied_as_people_are() {
    let books = books(&small(1200, 0));
    let clients = books.all::<Client>();
    let numbers: Vec<&str> = clients.iter().map(|(_, client)| client.number.as_str()).collect();
    assert_eq!(numbers.first(), Some(&"C-0001"));
    assert_eq!(numbers.last(), Some(&"C-1200"));
    let text: String = clients.iter().map(|(_, client)| client.display_name() + "\n").collect();
    for part in ["Zoë", "Çelik", "Łu", "Müller", "IJ", "Ångström", " 't ", "van der ", "Ελ", "Шев"]
    {
        assert!(text.contains(part), "{part}");
    }
    for state in [ClientState::Prospect, ClientState::Active, ClientState::Inactive] {
        assert!(clients.iter().any(|(_, client)| client.state == state), "{state}");
    }
    let countries: BTreeSet<&str> = clients
        .iter()
        .flat_map(|(_, client)| &client.addresses)
        .filter_map(|address| address.country.as_ref().map(|country| country.as_str()))
        .collect();
    assert_eq!(countries.into_iter().collect::<Vec<_>>(), ["BE", "DE", "FR", "GB", "NL"]);
    for (_, client) in &clients {
        assert!(client.email.as_ref().is_some_and(|email| email.is_plausible()));
        if let Some(iban) = &client.iban {
            let (head, rest) = iban.as_str().split_at(4);
            assert_eq!(super::numbers::mod_97(&format!("{rest}{head}")), 1);
        }
        let contacts = client.contacts.is_empty();
        assert!(contacts || client.kind == ClientKind::Company);
    }
    let withdrawn = books.all::<Consent>().into_iter().filter(|(_, c)| c.withdrawn_at.is_some());
    assert!(withdrawn.count() > 5);
}

#[test]
fn one_seed_is_one_office() {
    let other = |seed| books(&Plan { seed, ..small(100, 400) }).hash;
    assert_eq!(other(1), other(1));
    assert_ne!(other(1), other(2));
}

#[test]
fn small_and_odd_plans_fit_too() {
    let today = date(2026, 11, 25);
    for (clients, bookings) in [(0, 0), (0, 10), (1, 0), (1, 10), (3, 1), (17, 200), (400, 10)] {
        let plan = small(clients, bookings);
        books(&plan).check(&plan);
    }
    for (first_year, last_year, today) in [
        (2026, 2026, today),
        (2026, 2026, date(2026, 1, 1)),
        (2026, 2026, date(2026, 1, 2)),
        (2026, 2026, date(2026, 12, 31)),
        (2024, 2026, date(2026, 3, 1)),
        (2004, 2004, today),
        (2010, 2013, today),
        (2024, 2040, today),
        (2018, 2025, date(2026, 1, 1)),
    ] {
        let plan = Plan { first_year, last_year, today, ..small(40, 300) };
        books(&plan).check(&plan);
    }
}

/// On the last day of a month all that is due goes out; there is something to write even so.
#[test]
fn there_are_invoices_to_write_at_the_turn_of_every_month() {
    for month in 1..=12 {
        let first = date(2026, month, 1);
        for today in [first, plus_days(first, 1)] {
            let plan = Plan { today, ..small(60, 1_800) };
            let drafts = books(&plan)
                .all::<Document>()
                .into_iter()
                .filter(|(_, document)| document.state == DocumentState::Draft)
                .count();
            assert_eq!(drafts, 5, "{today}");
        }
    }
}

#[test]
fn a_busy_office_has_more_resources_and_no_overlap() {
    let plan = Plan { first_year: 2026, ..small(500, 9_000) };
    let books = books(&plan);
    books.check(&plan);
    assert!(books.summary.of("resource") > 12);
}

#[test]
fn years_that_cannot_be_are_refused_before_anything_is_made() {
    for (first_year, last_year) in
        [(2026, 2025), (2001, 2026), (2027, 2027), (i64::MIN, 2026), (2018, i64::MAX), (2018, 9999)]
    {
        let plan = Plan { first_year, last_year, ..small(1, 1) };
        let mut take = |_| -> Result<(), DemoError> { panic!("nothing is made") };
        let refused = generate(&plan, administration(), &mut take);
        assert!(matches!(refused, Err(DemoError::Years { .. })), "{first_year} to {last_year}");
    }
}

#[test]
fn a_taker_that_stops_ends_the_work() {
    let mut sets = 0;
    let mut take = |_| {
        sets += 1;
        if sets < 3 { Ok(()) } else { Err(DemoError::Text(booqing_model::text::TextError::Empty)) }
    };
    assert!(generate(&plan(), administration(), &mut take).is_err());
    assert_eq!(sets, 3);
}

/// Sets that share a record are sent as one: what shares must stay small.
#[test]
fn hardly_any_set_shares_a_record_with_another() {
    let mut seen: BTreeMap<Id, usize> = BTreeMap::new();
    let mut sizes = Vec::new();
    let mut take = |set: ChangeSet| {
        for change in &set.changes {
            match (&change.edit, seen.get(&change.id)) {
                (Edit::Create(_), None) => {
                    seen.insert(change.id, sizes.len());
                }
                (Edit::Change(patch), Some(made)) => {
                    assert!(*patch != Patch::new());
                    assert!(sizes.get(*made).is_some_and(|size| *size <= 3), "a set of its own");
                    assert!(set.changes.len() <= 3);
                }
                (Edit::Change(_), None) => assert_eq!(change.id, administration()),
                _ => panic!("made twice, or deleted"),
            }
        }
        sizes.push(set.changes.len());
        Ok::<(), DemoError>(())
    };
    generate(&plan(), administration(), &mut take).expect("an administration");
}

#[test]
fn nothing_is_null() {
    let books = books(&small(50, 100));
    for (_, fields) in books.records.values() {
        assert!(fields.iter().all(|(_, value)| *value != Value::Null));
    }
}
