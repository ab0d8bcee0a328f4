use serde_json::json;

use super::*;
use crate::DeskError;
use crate::testing::{TestDesk, desk};

fn names(desk: &TestDesk, query: &ClientQuery) -> Vec<String> {
    desk.clients(query).expect("listed").rows.into_iter().map(|row| row.name).collect()
}

fn office() -> TestDesk {
    let desk = desk();
    desk.client(&[
        "given_name=Anna",
        "infix=van der",
        "family_name=Berg",
        "email=anna@example.org",
    ]);
    desk.client(&["company_name=Zonnebloem B.V.", "state=inactive"]);
    desk.client(&["given_name=Zoë", "family_name=Çelik", "tags=vip"]);
    desk
}

#[test]
fn a_list_is_sorted_filtered_and_given_in_stretches() {
    let desk = office();
    let all = ClientQuery { limit: 10, ..ClientQuery::default() };
    assert_eq!(names(&desk, &all), ["Anna van der Berg", "Zoë Çelik", "Zonnebloem B.V."]);
    let by_number = ClientQuery { sort: ClientSort::Number, descending: true, ..all.clone() };
    assert_eq!(names(&desk, &by_number), ["Zoë Çelik", "Zonnebloem B.V.", "Anna van der Berg"]);
    let found = ClientQuery { text: "celik".to_owned(), ..all.clone() };
    assert_eq!(names(&desk, &found), ["Zoë Çelik"]);
    let inactive = ClientQuery { state: Some("inactive".to_owned()), ..all.clone() };
    assert_eq!(names(&desk, &inactive), ["Zonnebloem B.V."]);
    let second = ClientQuery { offset: 1, limit: 1, ..all.clone() };
    let page = desk.clients(&second).expect("listed");
    assert_eq!((page.total, page.rows.len(), page.rows[0].name.as_str()), (3, 1, "Zoë Çelik"));
    let nothing = ClientQuery { text: "?!".to_owned(), ..all };
    assert_eq!(desk.clients(&nothing).expect("listed").total, 0);
}

#[test]
fn what_was_not_given_is_filled_in() {
    let desk = office();
    let page = desk.clients(&ClientQuery { limit: 10, ..ClientQuery::default() }).expect("listed");
    let kinds: Vec<&str> = page.rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["person", "person", "company"]);
    let mut numbers: Vec<&str> = page.rows.iter().map(|row| row.number.as_str()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["C-0001", "C-0002", "C-0003"]);
}

#[test]
fn a_number_belongs_to_one_client_and_a_client_has_a_name() {
    let desk = office();
    let add = |values: &[&str]| desk.add_client(&desk.values("client", values));
    let Err(DeskError::Value { field, .. }) = add(&["family_name=Jansen", "number=C-0001"]) else {
        panic!("two clients have one number");
    };
    assert_eq!(field, "number");
    let Err(DeskError::Value { field, .. }) = add(&["phone=06"]) else { panic!("no name") };
    assert_eq!(field, "family_name");
    let cleared = desk.set_client("C-0002", &desk.values("client", &["company_name="]));
    assert!(cleared.is_err(), "its name cannot be taken away");
    // Its own number is no obstacle.
    desk.set_client("C-0001", &desk.values("client", &["number=C-0001", "phone=06"])).expect("set");
    assert_eq!(desk.clients(&ClientQuery::default()).expect("listed").total, 3);
}

#[test]
fn a_view_names_every_field_in_the_language() {
    let desk = office();
    let view = desk.client_view("C-0001", Language::Nl).expect("a view");
    assert_eq!(view.values.len(), Client::TYPE.fields.len());
    let value = |name: &str| view.values.iter().find(|value| value.field == name).expect("a field");
    assert_eq!(value("family_name").label, "Achternaam");
    assert_eq!((value("email").kind, value("email").class), ("email", "personal"));
    assert_eq!(value("email").ground.as_deref(), Some("contract"));
    assert_eq!(value("state").text, "Actief");
    assert_eq!(value("state").choices.len(), 5);
    assert_eq!(value("phone").value, Value::Null);
    assert!(!value("merged_into").editable);
}

#[test]
fn addresses_get_keys() {
    let desk = office();
    let patch = [("addresses".to_owned(), json!([{"kind": "visit", "city": "Utrecht"}]))];
    let record = desk.set_client("C-0001", &patch.into_iter().collect()).expect("set");
    let key = record.fields.get("addresses").and_then(|list| list[0]["key"].as_str());
    assert!(key.is_some_and(|key| key.parse::<Id>().is_ok()));
    let page = desk
        .clients(&ClientQuery {
            sort: ClientSort::City,
            descending: true,
            limit: 1,
            ..ClientQuery::default()
        })
        .expect("listed");
    assert_eq!(page.rows[0].city.as_deref(), Some("Utrecht"));
}
