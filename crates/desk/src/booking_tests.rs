use super::*;
use crate::DeskError;
use crate::testing::{TestDesk, desk, id};

fn office() -> TestDesk {
    let desk = desk();
    desk.client(&["family_name=Berg"]);
    let values = ["name=Consult", "code=CON", "minutes=90", "buffer_after=15", "price=95,50"];
    desk.add_service(&desk.values("service", &values)).expect("a service");
    desk.add_resource(&desk.values("resource", &["name=Kamer 1"])).expect("a resource");
    desk
}

fn add(desk: &TestDesk, values: &[&str]) -> Result<RecordView> {
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    desk.add_booking(&desk.read_values("booking", &values)?)
}

fn refused(desk: &TestDesk, values: &[&str]) -> String {
    match add(desk, values) {
        Err(DeskError::Value { field, .. }) => field,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{values:?} was entered"),
    }
}

#[test]
fn what_follows_from_client_service_and_resource_is_filled_in() {
    let desk = office();
    let values = ["client=C-0001", "service=CON", "resource=Kamer 1", "starts=2026-12-01 10:00"];
    let booking = add(&desk, &values).expect("entered").fields;
    assert_eq!(booking.text("number"), Some("B-00001"));
    assert_eq!(booking.text("starts"), Some("2026-12-01T10:00:00"));
    assert_eq!(booking.text("ends"), Some("2026-12-01T11:30:00"));
    assert_eq!(booking.integer("net"), Some(9550));
    assert_eq!(booking.integer("fiscal_year"), Some(2026));
    assert_eq!(booking.text("title"), Some("Consult"));
    // 10:00 in Amsterdam is 09:00 UTC in winter; a quarter of an hour is kept free afterwards.
    assert_eq!(booking.integer("occupied_from"), Some(1_796_115_600));
    let minutes = booking.integer("occupied_until").expect("until") - 1_796_115_600;
    assert_eq!(minutes / 60, 105);

    let moved = desk.values("booking", &["starts=2026-12-02T10:00", "ends=2026-12-02T10:30"]);
    let moved = desk.set_booking("B-00001", &moved).expect("moved").fields;
    assert_eq!(moved.integer("occupied_from"), Some(1_796_115_600 + 86_400));
    // Moved by its beginning alone, it keeps its length.
    let later = desk.values("booking", &["starts=2026-12-03T16:00"]);
    let later = desk.set_booking("B-00001", &later).expect("moved").fields;
    assert_eq!(later.text("ends"), Some("2026-12-03T16:30:00"));
    let cancelled = desk.cancel_booking("B-00001").expect("cancelled").fields;
    assert_eq!(cancelled.text("state"), Some("cancelled"));
    assert!(cancelled.get("occupied_from").is_none(), "its resource is free again");
    let invoiced = desk.values("booking", &["state=invoiced"]);
    desk.set_booking("B-00001", &invoiced).expect("invoiced");
    assert!(desk.cancel_booking("B-00001").is_err(), "it was invoiced");
}

#[test]
fn times_and_amounts_that_cannot_be_are_refused_with_their_field() {
    let desk = office();
    assert_eq!(refused(&desk, &["client=C-0001"]), "starts");
    assert_eq!(refused(&desk, &["starts=2026-02-30T10:00"]), "starts");
    assert_eq!(refused(&desk, &["starts=2026-03-29T02:30"]), "starts", "the clocks skip it");
    assert_eq!(refused(&desk, &["starts=1899-01-01T10:00"]), "starts");
    assert_eq!(refused(&desk, &["starts=2026-12-01T10:00", "ends=2026-12-01T10:00"]), "ends");
    assert_eq!(refused(&desk, &["starts=2026-12-01T10:00", "zone=Mars/Olympus"]), "zone");
    let lines = format!(
        r#"lines=[{{"key":"{}","description":"x","quantity":9000000,"unit_price":9223372036854775807,"vat_rate":2100}}]"#,
        id(1)
    );
    assert_eq!(refused(&desk, &["starts=2026-12-01T10:00", &lines]), "lines", "beyond 64 bits");
    assert_eq!(desk.bookings(&BookingQuery::default()).expect("listed").total, 0);
}

#[test]
fn a_list_is_of_days_clients_states_and_words() {
    let desk = office();
    for day in ["2026-11-30T23:30", "2026-12-01T09:00", "2026-12-02T00:00"] {
        add(&desk, &["client=C-0001", &format!("starts={day}"), "title=Intake"]).expect("entered");
    }
    add(&desk, &["starts=2026-12-01T12:00", "state=option"]).expect("entered");
    let starts = |query: &BookingQuery| -> Vec<String> {
        let page = desk.bookings(query).expect("listed");
        page.rows.into_iter().map(|row| row.starts).collect()
    };
    let day = BookingQuery {
        from: Some("2026-12-01".to_owned()),
        until: Some("2026-12-01".to_owned()),
        limit: 10,
        ..BookingQuery::default()
    };
    assert_eq!(starts(&day), ["2026-12-01T09:00:00", "2026-12-01T12:00:00"]);
    let option = BookingQuery { state: Some("option".to_owned()), ..day.clone() };
    assert_eq!(starts(&option), ["2026-12-01T12:00:00"]);
    let of_client = BookingQuery { text: "berg".to_owned(), ..day.clone() };
    assert_eq!(starts(&of_client), ["2026-12-01T09:00:00"], "by the name of its client");
    let wrong = BookingQuery { from: Some("2026-02-30".to_owned()), ..day };
    assert!(matches!(desk.bookings(&wrong), Err(DeskError::Value { .. })));
    assert!(
        desk.bookings(&BookingQuery { limit: 1, ..BookingQuery::default() }).expect("one").rows[0]
            .waiting
    );
}

#[test]
fn a_booking_falls_into_the_fiscal_year_there_is() {
    let desk = desk();
    desk.client(&["family_name=Berg"]);
    desk.put(
        "fiscal_year",
        id(70),
        json!({"fiscal_year": 2019, "state": "open", "starts": "2018-11-01", "ends": "2019-12-31"}),
    );
    let add = |starts: &str| {
        let values = desk.values("booking", &["client=C-0001", &format!("starts={starts}")]);
        desk.add_booking(&values).expect("a booking").fields.integer("fiscal_year")
    };
    assert_eq!(add("2018-11-15T10:00"), Some(2019));
    assert_eq!(add("2018-10-15T10:00"), Some(2018), "in none that is known");
}

/// While they do not hear of each other two desks give the same number: neither record is locked by that.
#[test]
fn a_number_that_two_have_is_kept_by_both_and_given_to_no_third() {
    let desk = office();
    for starts in ["starts=2026-12-01T10:00", "starts=2026-12-02T10:00"] {
        add(&desk, &[starts]).expect("entered");
    }
    let second = desk.record("booking", "B-00002").expect("there").id;
    let twice = serde_json::json!({"number": "B-00001"});
    desk.cache
        .write(|writer| {
            writer.exchange(|exchange| {
                let row = exchange.row("booking", second)?.expect("there");
                let fields = row.fields.with(&serde_json::from_value(twice).expect("a patch"));
                let next = Row { version: row.version + 1, fields, ..row.clone() };
                exchange.put_row("booking", &next, Some(&row), booqing_model::time::Moment(1))
            })
        })
        .expect("written");
    let note = desk.values("booking", &["note=rings first"]);
    desk.set_booking(&second.to_string(), &note).expect("noted");
    add(&desk, &["starts=2026-12-03T10:00", "number=B-00009"]).expect("entered");
    let taken = desk.values("booking", &["number=B-00001"]);
    assert!(desk.set_booking("B-00009", &taken).is_err(), "it is another's");
}
