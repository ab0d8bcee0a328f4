//! A fiscal year is sealed while a desk that does not know it goes on entering: the year stays as it is, and
//! what was entered becomes late entries that everybody sees.

use booqing_model::{Fields, Id};
use booqing_protocol::encode;
use booqing_protocol::message::{ChangeResult, Outcome, Pushed};
use booqing_sync::{outward, settling};
use serde_json::{Value, json};

use crate::fixture::{Desk, Office, fields, id};

const YEAR: u8 = 70;

fn booking(number: &str, year: i64) -> Value {
    json!({"state": "confirmed", "number": number, "fiscal_year": year, "client": id(9),
        "starts": format!("{year}-10-12T19:00:00"), "ends": format!("{year}-10-12T20:00:00"),
        "zone": "Europe/Amsterdam", "net": 0, "currency": "EUR", "title": "Intake",
        "participants": [{"key": id(5), "name": "a friend"}]})
}

fn year(called: i64, state: &str) -> Value {
    json!({"fiscal_year": called, "state": state, "starts": format!("{called}-01-01"),
        "ends": format!("{called}-12-31")})
}

#[test]
fn hub_and_desk_agree_on_what_is_noted_about_records() {
    assert_eq!(booqing_protocol::NOTES, booqing_model::register::NOTES);
}

/// Two desks of an office with two bookings in 2024, which is closed.
async fn two(office: &Office) -> (Desk, Desk) {
    let mut anna = office.first_desk().await;
    anna.create("client", id(9), json!({"number": "C-1"}));
    anna.create("fiscal_year", id(YEAR), year(2024, "closed"));
    anna.create("booking", id(1), booking("B-1", 2024));
    anna.create("booking", id(2), booking("B-2", 2024));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    (anna, bram)
}

fn late(desk: &Desk) -> Vec<Fields> {
    let ids = desk.cache.read(|reader| reader.ids("late_entry")).expect("read");
    let mut all: Vec<Fields> =
        ids.into_iter().filter_map(|id| desk.fields("late_entry", id)).collect();
    all.sort_by_key(|late| late.text("intent").map(str::to_owned));
    all
}

fn entry(late: &Fields, place: &str) -> Value {
    late.get(place).cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_late_for_a_sealed_year_is_kept_and_the_year_stays_as_it_is() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    anna.change("fiscal_year", id(YEAR), json!({"state": "sealed"}));
    anna.sync().await;

    bram.change("booking", id(1), json!({"title": "Intake again", "net": 500, "note": "paid"}));
    bram.delete("booking", id(2));
    bram.create_all("booking", &[(id(3), booking("B-3", 2024)), (id(4), booking("B-4", 2026))]);
    bram.change("client", id(9), json!({"phone": "1"}));
    let summary = bram.sync().await;
    assert_eq!((summary.late, summary.refused, summary.equal), (3, 0, true), "{summary:?}");
    anna.sync().await;
    for desk in [&anna, &bram] {
        assert_eq!(desk.fields("booking", id(1)), Some(fields(booking("B-1", 2024))));
        assert_eq!(desk.fields("booking", id(2)), Some(fields(booking("B-2", 2024))));
        assert_eq!(desk.fields("booking", id(3)), None);
        assert_eq!(desk.fields("booking", id(4)), Some(fields(booking("B-4", 2026))));
        assert_eq!(desk.fields("client", id(9)).expect("there").text("phone"), Some("1"));
        assert_eq!(desk.waiting(), 0);

        let [changed, created, deleted] = &late(desk)[..] else { panic!("{:?}", late(desk)) };
        for (one, record) in [(changed, 1), (created, 3), (deleted, 2)] {
            assert_eq!(one.text("record"), Some(id(record).to_string().as_str()));
            assert_eq!(one.integer("meant_for"), Some(2024));
            assert!(one.integer("fiscal_year") >= Some(2026), "an open year: {one:?}");
            assert_eq!(one.integer("entered_at"), Some(1_000));
        }
        assert_eq!(
            entry(changed, "statutory"),
            json!({"before": {"net": 0}, "after": {"net": 500}})
        );
        let personal = json!({"before": {"title": "Intake"},
            "after": {"title": "Intake again", "note": "paid"}});
        assert_eq!(entry(changed, "contract"), personal);
        assert_eq!(changed.text("person"), Some(id(9).to_string().as_str()));
        assert_eq!(entry(created, "statutory")["after"]["number"], "B-3");
        // Of several persons, it lies under nobody's key alone.
        assert_eq!(entry(created, "working")["after"]["participants"][0]["name"], "a friend");
        assert_eq!(entry(created, "contract")["after"], json!({"title": "Intake"}));
        assert_eq!(deleted.get("statutory"), None);
    }
    assert!(anna.sync().await.equal && bram.sync().await.equal);
    // A desk that comes later has the year as it was sealed.
    let mut carla = anna.colleague(3).await;
    carla.sync().await;
    assert_eq!(carla.fields("booking", id(1)), Some(fields(booking("B-1", 2024))));
    assert_eq!(late(&carla).len(), 3);
}

/// One desk deletes a booking and seals its year while another moves it into an open year: what is left of it
/// at the hub is of the sealed year (found by a campaign, seed 4,067,549).
#[tokio::test(flavor = "multi_thread")]
async fn what_is_moved_out_of_a_sealed_year_in_which_it_was_deleted_comes_too_late() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    anna.delete("booking", id(1));
    anna.sync().await;
    anna.change("fiscal_year", id(YEAR), json!({"state": "sealed"}));
    anna.sync().await;

    bram.change("booking", id(1), booking("B-1", 2026));
    let summary = bram.sync().await;
    assert_eq!((summary.late, summary.refused, summary.equal), (1, 0, true), "{summary:?}");
    anna.sync().await;
    for desk in [&anna, &bram] {
        assert_eq!(desk.fields("booking", id(1)), None, "the year is as it was sealed");
        assert_eq!(desk.waiting(), 0);
        let [moved] = &late(desk)[..] else { panic!("{:?}", late(desk)) };
        assert_eq!(
            (moved.text("intent"), moved.integer("meant_for")),
            (Some("create"), Some(2024))
        );
        assert_eq!(entry(moved, "statutory")["after"]["number"], "B-1");
    }
    assert!(anna.sync().await.equal && bram.sync().await.equal);
}

/// Both edited the same before the year was sealed: that is settled whatever became of the year, also by a
/// desk that does not know of it yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_of_a_year_that_was_sealed_is_told_and_settled() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    anna.change("booking", id(1), json!({"title": "Anna's"}));
    anna.sync().await;
    bram.change("booking", id(2), json!({"title": "Bram's"}));
    bram.sync().await;
    anna.change("booking", id(2), json!({"title": "Anna's"}));
    anna.sync().await;
    bram.change("booking", id(2), json!({"title": "Bram's again"}));
    anna.change("booking", id(2), json!({"title": "Anna's again"}));
    anna.sync().await;
    assert_eq!(bram.sync().await.conflicts, 1);
    anna.sync().await;
    let settle = |desk: &Desk| {
        let conflicts = desk.cache.read(|reader| reader.ids("conflict")).expect("read");
        for conflict in conflicts {
            desk.change("conflict", conflict, json!({"resolved_at": 1, "resolution": "theirs"}));
        }
    };
    settle(&bram);
    anna.change("fiscal_year", id(YEAR), json!({"state": "sealed"}));
    anna.sync().await;
    let summary = bram.sync().await;
    assert_eq!((summary.late, summary.refused, bram.waiting()), (0, 0, 0), "{summary:?}");
    let conflicts = bram.conflicts();
    assert!(conflicts.iter().all(|one| one.integer("resolved_at") == Some(1)), "{conflicts:?}");
}

/// A conflict that is found only after the year was sealed.
#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_that_is_found_in_a_sealed_year_is_told_and_settled() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    anna.change("booking", id(1), json!({"title": "Anna's"}));
    anna.change("fiscal_year", id(YEAR), json!({"state": "sealed"}));
    anna.sync().await;
    bram.change("booking", id(1), json!({"title": "Bram's", "note": "his"}));
    let summary = bram.sync().await;
    assert_eq!((summary.conflicts, summary.late, summary.refused), (1, 1, 0), "{summary:?}");
    anna.sync().await;
    let [conflict] = &anna.conflicts()[..] else { panic!("one conflict") };
    assert_eq!(entry(conflict, "contract")["mine"], json!({"title": "Bram's"}));
    let [late] = &late(&anna)[..] else { panic!("one late entry") };
    assert_eq!(entry(late, "contract")["after"], json!({"note": "his"}));
    assert_eq!(anna.fields("booking", id(1)).expect("there").text("title"), Some("Anna's"));
    let conflict = anna.cache.read(|reader| reader.ids("conflict")).expect("read")[0];
    anna.change("conflict", conflict, json!({"resolved_at": 1, "resolution": "theirs"}));
    anna.sync().await;
    bram.sync().await;
    assert_eq!(bram.conflicts()[0].integer("resolved_at"), Some(1));
    assert_eq!((bram.waiting(), anna.waiting()), (0, 0));
}

/// Somebody else's values do not lie under the key of whoever came after.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_of_another_person_before_is_left_in_the_record() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    anna.change("fiscal_year", id(YEAR), json!({"state": "sealed"}));
    bram.create("client", id(7), json!({"number": "C-3"}));
    bram.change("booking", id(1), json!({"client": id(7), "title": "theirs"}));
    anna.sync().await;
    bram.sync().await;
    let [late] = &late(&bram)[..] else { panic!("one late entry") };
    assert_eq!(late.text("person"), Some(id(7).to_string().as_str()));
    assert_eq!(entry(late, "contract"), json!({"before": {}, "after": {"title": "theirs"}}));
    assert_eq!(bram.fields("booking", id(1)), Some(fields(booking("B-1", 2024))));
}

/// What was deleted while it was on its way is at the hub as it was sent, and is here again as that.
#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_comes_too_late_is_taken_back_also_of_what_had_just_been_sent() {
    let office = Office::open().await;
    let (mut anna, mut bram) = two(&office).await;
    bram.create("booking", id(3), booking("B-3", 2024));
    let acknowledged = booqing_sync::inward::cursor(&bram.cache).expect("a cursor");
    let push = outward::plan(&bram.cache, &bram.sealer, acknowledged, false, &*bram.surroundings)
        .expect("planned")
        .expect("something waits");
    bram.change("booking", id(3), json!({"title": "another"}));
    bram.delete("booking", id(3));
    let pushed: Pushed = bram.hub.ask("/v1/push", &push).await.expect("an answer");
    settling::settle(&bram.cache, &bram.sealer, &pushed, &*bram.surroundings).expect("settled");
    anna.change("fiscal_year", id(YEAR), json!({"state": "sealed"}));
    anna.sync().await;
    let summary = bram.sync().await;
    assert_eq!((summary.late, summary.equal, bram.waiting()), (1, true, 0), "{summary:?}");
    assert_eq!(bram.fields("booking", id(3)), Some(fields(booking("B-3", 2024))));
    assert_eq!(late(&bram)[0].text("intent"), Some("delete"));
    assert!(anna.sync().await.equal && anna.fields("booking", id(3)).is_some());
}

/// A desk does not take the hub's word for it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_hub_says_of_a_year_that_is_open_takes_nothing_back() {
    let office = Office::open().await;
    let (_anna, bram) = two(&office).await;
    bram.change("booking", id(1), json!({"title": "Bram's"}));
    let acknowledged = booqing_sync::inward::cursor(&bram.cache).expect("a cursor");
    let push = outward::plan(&bram.cache, &bram.sealer, acknowledged, false, &*bram.surroundings)
        .expect("planned")
        .expect("something waits");
    let refused = |n| {
        let record = Some(booqing_protocol::Id(*id(1).as_bytes()));
        let outcome = Outcome::Refused { code: "year_sealed".to_owned(), record };
        encode(&ChangeResult { n, outcome }).expect("bytes").into()
    };
    let results = push.changes.iter().map(|change| refused(change.n)).collect();
    let pushed = Pushed { results, head: 9, root: None };
    let settled = settling::settle(&bram.cache, &bram.sealer, &pushed, &*bram.surroundings);
    let settled = settled.expect("settled");
    assert_eq!((settled.late, settled.refused, settled.stale > 0), (0, 0, true), "{settled:?}");
    let title = |record: Id| bram.fields("booking", record)?.text("title").map(str::to_owned);
    assert_eq!((title(id(1)).as_deref(), bram.waiting() > 0), (Some("Bram's"), true));
    assert!(late(&bram).is_empty());
}

/// Here it is known that the year is sealed.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_entered_into_a_year_that_is_known_to_be_sealed() {
    use booqing_model::time::Moment;
    use booqing_store::{Change, ChangeSet, Edit, StoreError};

    let office = Office::open().await;
    let (anna, _) = two(&office).await;
    anna.create("booking", id(5), booking("B-5", 2025));
    anna.change("fiscal_year", id(YEAR), json!({"state": "sealed"}));
    let patch = |value: Value| Edit::Change(serde_json::from_value(value).expect("a patch"));
    let tried = [
        (id(6), Edit::Create(fields(booking("B-6", 2024)))),
        (id(1), patch(json!({"title": "x"}))),
        (id(1), patch(json!({"fiscal_year": 2025}))),
        (id(5), patch(json!({"fiscal_year": 2024}))),
        (id(1), Edit::Delete),
    ];
    for (record, edit) in tried {
        let what = format!("{edit:?}");
        let change = Change { class: "booking".to_owned(), id: record, edit };
        let (operation, changes) = ("test".to_owned(), vec![change]);
        let set = ChangeSet { operation, at: Moment(1), user: None, changes };
        let refused = anna.cache.write(|writer| writer.commit(&set));
        assert!(matches!(refused, Err(StoreError::YearSealed(2024))), "{what}: {refused:?}");
    }
    // A year is not opened and changed in one step, which the hub would not take.
    let opened = Change {
        class: "fiscal_year".to_owned(),
        id: id(YEAR),
        edit: patch(json!({"state": "open"})),
    };
    let within =
        Change { class: "booking".to_owned(), id: id(1), edit: patch(json!({"title": "x"})) };
    let (operation, changes) = ("test".to_owned(), vec![opened, within]);
    let set = ChangeSet { operation, at: Moment(1), user: None, changes };
    let refused = anna.cache.write(|writer| writer.commit(&set));
    assert!(matches!(refused, Err(StoreError::YearSealed(2024))), "{refused:?}");
    // What names a year without being in it may change.
    anna.create("hold", id(8), json!({"title": "audit", "fiscal_year": 2024, "placed_at": 1}));
    anna.change("fiscal_year", id(YEAR), json!({"state": "closed"}));
    anna.change("booking", id(1), json!({"title": "opened again"}));
}
