//! Both sides are not the same, and nobody changed anything: found, named, mended or asked about.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use booqing_hub::authority::Authority;
use booqing_hub::storage::embedded::Embedded;
use booqing_hub::{Objects, Service};
use booqing_model::Id;
use booqing_sync::Consent;
use serde_json::json;

use crate::fixture::{Desk, Office, id};

pub(crate) const PUT_BACK: Consent = Consent { put_back: true, deletions: false };

/// Copies the databases of a hub.
pub(crate) fn copy(from: &Path, to: &Path) {
    for name in ["directory.db", "administrations"] {
        let (from, to) = (from.join(name), to.join(name));
        if from.is_dir() {
            fs::create_dir_all(&to).expect("a folder");
            for entry in fs::read_dir(&from).expect("listed").flatten() {
                fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
            }
        } else {
            fs::copy(from, to).expect("copied");
        }
    }
}

/// Says that the data of a hub were put back, as its operator does.
pub(crate) fn say_put_back(folder: &Path) {
    let storage = Embedded::open(folder).expect("storage");
    let authority = Authority::open(folder, SystemTime::now()).expect("an authority");
    let objects = Objects::in_folder(&Objects::folder_of(folder)).expect("a folder");
    let service = Service::new(std::sync::Arc::new(storage), objects, authority);
    assert_eq!(service.put_back().expect("noted"), 1);
}

fn phone(desk: &Desk, client: Id) -> Option<String> {
    desk.fields("client", client)?.text("phone").map(str::to_owned)
}

fn operations(desk: &Desk) -> Vec<String> {
    let ids = desk.cache.read(|reader| reader.ids("audit_event")).expect("read");
    let mut operations: Vec<String> = ids
        .into_iter()
        .filter_map(|id| desk.fields("audit_event", id)?.text("operation").map(str::to_owned))
        .collect();
    operations.sort();
    operations
}

/// Makes the desk forget what the hub has of a record, as a damaged disk might.
pub(crate) fn forget(desk: &Desk, record: Id) {
    let done = desk.cache.write(|writer| {
        Ok(writer.exchange(|exchange| {
            exchange.forget_synced(record)?;
            let row = exchange.row("client", record)?.expect("it is there");
            exchange.delete_row("client", &row, booqing_model::time::Moment(1))?;
            exchange.recount()
        }))
    });
    done.expect("written").expect("forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_missing_here_is_found_among_many_and_fetched_alone() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    let many: Vec<_> = (0..600_u64)
        .map(|number| {
            let mut random = [0; 10];
            random[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
            random[9] = u8::try_from(number % 251).expect("small");
            (Id::new(number, random), json!({"number": format!("C-{number}")}))
        })
        .collect();
    for some in many.chunks(200) {
        anna.create_all("client", some);
    }
    anna.sync().await;
    let lost = many[412].0;
    forget(&anna, lost);
    // What waits stays as it is.
    anna.change("client", many[3].0, json!({"phone": "9"}));
    let summary = anna.sync().await;
    assert!(summary.equal, "{summary:?}");
    assert_eq!(summary.repaired, 1);
    assert_eq!(anna.fields("client", lost).expect("there").text("number"), Some("C-412"));
    assert_eq!(phone(&anna, many[3].0).as_deref(), Some("9"));
    assert_eq!(anna.waiting(), 0);
    assert_eq!(operations(&anna), ["sync.repaired"]);
    let again = anna.sync().await;
    assert!(again.equal && again.repaired == 0, "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_is_wrong_is_counted_again() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1"}));
    anna.sync().await;
    anna.cache
        .write(|writer| {
            Ok(writer
                .exchange(|exchange| exchange.put_bucket(&("client".to_owned(), 0, 7, [9; 16]))))
        })
        .expect("written")
        .expect("noted");
    let summary = anna.sync().await;
    assert!(summary.equal && summary.repaired == 0, "{summary:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_was_put_back_is_asked_about_and_given_what_it_lacks() {
    let office = Office::open().await;
    let copies = tempfile::tempdir().expect("a folder");
    let mut anna = office.first_desk().await;
    let mut bram = anna.colleague(2).await;
    for number in 1..4 {
        anna.create("client", id(number), json!({"number": format!("C-{number}"), "phone": "1"}));
    }
    anna.sync().await;
    bram.sync().await;
    let office = office.reopen_after(|folder| copy(folder, copies.path())).await;

    // All of this the copy has not got.
    anna.change("client", id(1), json!({"phone": "2"}));
    anna.create("client", id(4), json!({"number": "C-4", "phone": "4"}));
    anna.delete("client", id(2));
    anna.sync().await;
    bram.sync().await;
    bram.change("client", id(3), json!({"phone": "3"}));
    bram.sync().await;
    let office = office
        .reopen_after(|folder| {
            copy(copies.path(), folder);
            say_put_back(folder);
        })
        .await;

    for desk in [&mut anna, &mut bram] {
        let refused = desk.try_sync().await.expect_err("a person must say so");
        assert_eq!(refused.code(), "hub_put_back");
    }
    assert_eq!(phone(&anna, id(1)).as_deref(), Some("2"), "nothing was rolled back here");

    let given = anna.sync_agreeing(PUT_BACK).await.expect("synced");
    assert!(given.equal && given.given_back == 3, "{given:?}");
    let given = bram.sync_agreeing(PUT_BACK).await.expect("synced");
    assert!(given.equal, "{given:?}");
    anna.sync().await;
    let mut carla = anna.colleague(3).await;
    carla.sync().await;
    for desk in [&anna, &bram, &carla] {
        assert_eq!(phone(desk, id(1)).as_deref(), Some("2"));
        assert_eq!(phone(desk, id(3)).as_deref(), Some("3"));
        assert_eq!(phone(desk, id(4)).as_deref(), Some("4"));
        assert!(desk.fields("client", id(2)).is_none(), "it stays deleted");
        assert!(desk.conflicts().is_empty(), "{:?}", desk.conflicts());
    }
    assert_eq!(operations(&carla), ["sync.hub_put_back"; 2]);
    drop(office);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_once_holds_for_the_next_sync_too() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1"}));
    anna.sync().await;
    let mut office = office.reopen_after(say_put_back).await;
    // The connection breaks right after a person has agreed.
    let work =
        booqing_sync::local::Work::new(&anna.cache, &anna.sealer, &anna.surroundings, PUT_BACK);
    let mut engine = booqing_sync::Engine::new(PUT_BACK);
    let mut event = booqing_sync::Event::Start;
    for _ in 0..5 {
        event = match engine.next(event) {
            booqing_sync::Effect::Ask(ask) => {
                let request = work.request(&ask).expect("a request");
                let answer = anna.hub.exchange(request.path, request.body).await.expect("answered");
                booqing_sync::local::answered(&ask, &answer).expect("an event")
            }
            booqing_sync::Effect::Do(task) => work.perform(task).expect("done"),
            other => panic!("{other:?}"),
        };
    }
    office.close().await;
    let _office = office.reopen().await;
    assert!(anna.sync().await.equal, "nobody is asked a second time");
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_made_upon_a_copy_and_edits_it_lost_are_both_kept() {
    let office = Office::open().await;
    let copies = tempfile::tempdir().expect("a folder");
    let mut anna = office.first_desk().await;
    let mut bram = anna.colleague(2).await;
    anna.create("client", id(1), json!({"number": "C-1", "phone": "1", "email": "a@b.nl"}));
    anna.sync().await;
    bram.sync().await;
    let office = office.reopen_after(|folder| copy(folder, copies.path())).await;
    // The hub had it, bram never saw it, and the copy has not got it.
    anna.change("client", id(1), json!({"phone": "2"}));
    anna.sync().await;
    let _office = office
        .reopen_after(|folder| {
            copy(copies.path(), folder);
            say_put_back(folder);
        })
        .await;
    bram.change("client", id(1), json!({"phone": "3", "website": "b.nl"}));
    bram.sync_agreeing(PUT_BACK).await.expect("synced");
    let summary = anna.sync_agreeing(PUT_BACK).await.expect("synced");
    assert!(summary.equal, "{summary:?}");
    bram.sync().await;
    for desk in [&anna, &bram] {
        assert_eq!(phone(desk, id(1)).as_deref(), Some("3"));
        assert_eq!(desk.fields("client", id(1)).expect("there").text("website"), Some("b.nl"));
        let kept: Vec<String> = desk
            .conflicts()
            .iter()
            .filter_map(|conflict| conflict.get("contract").map(ToString::to_string))
            .collect();
        assert!(kept.iter().any(|sides| sides.contains(r#""phone":"2""#)), "{kept:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_rolled_back_without_a_word_is_found_and_nothing_is_applied() {
    let office = Office::open().await;
    let copies = tempfile::tempdir().expect("a folder");
    let mut anna = office.first_desk().await;
    let mut bram = anna.colleague(2).await;
    anna.create("client", id(1), json!({"number": "C-1", "phone": "1"}));
    anna.sync().await;
    bram.sync().await;
    let office = office.reopen_after(|folder| copy(folder, copies.path())).await;
    anna.change("client", id(1), json!({"phone": "2"}));
    anna.sync().await;
    let office = office.reopen_after(|folder| copy(copies.path(), folder)).await;

    let refused = anna.try_sync().await.expect_err("its revision is from before");
    assert_eq!(refused.code(), "hub_put_back");
    // Another desk brings the hub to a revision that looks like the next one.
    for number in 2..6 {
        bram.create("client", id(number), json!({"number": format!("C-{number}")}));
        bram.sync().await;
    }
    let refused = anna.try_sync().await.expect_err("it lacks what it had");
    assert_eq!(refused.code(), "hub_lost_records");
    assert_eq!(phone(&anna, id(1)).as_deref(), Some("2"), "nothing was rolled back here");
    let named = anna.try_sync().await.expect_err("still");
    assert!(named.to_string().contains("client"), "{named}");
    let said = anna.sync_agreeing(PUT_BACK).await.expect("synced");
    assert!(said.equal, "{said:?}");
    bram.sync().await;
    let found = bram.conflicts();
    assert!(phone(&bram, id(1)).as_deref() == Some("2") || !found.is_empty(), "{found:?}");
    assert_eq!(operations(&bram), ["sync.hub_lost_records", "sync.hub_put_back"]);
    drop(office);
}

/// How many clients a desk has.
/// A record was deleted, somebody who did not know edited it, and the hub lost that it ever was there: it is not
/// counted where it was deleted, so that no comparison tells of it. What was entered goes to the hub as a new one.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_upon_a_deletion_that_the_hub_lost_comes_to_the_hub() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(9), json!({"number": "C-9"}));
    anna.sync().await;
    let mut bram = anna.colleague(2).await;
    bram.sync().await;
    let kept = tempfile::tempdir().expect("a folder");
    let office = office.reopen_after(|folder| copy(folder, kept.path())).await;

    anna.create("client", id(1), json!({"number": "C-1"}));
    anna.sync().await;
    bram.sync().await;
    anna.delete("client", id(1));
    anna.sync().await;
    bram.change("client", id(1), json!({"phone": "1"}));
    // He hears of the deletion, and the hub not of his edit.
    let came = crate::weather::page(&mut bram).await;
    crate::weather::take(&bram, &came).expect("taken");

    let office = office
        .reopen_after(|folder| {
            copy(kept.path(), folder);
            say_put_back(folder);
        })
        .await;
    anna.sync_agreeing(PUT_BACK).await.expect("synced");
    bram.sync_agreeing(PUT_BACK).await.expect("synced");
    let summary = bram.sync().await;
    assert!(summary.equal && summary.refused == 0, "{summary:?}");
    assert_eq!(bram.waiting(), 0);
    anna.sync().await;
    for desk in [&anna, &bram] {
        assert_eq!(phone(desk, id(1)).as_deref(), Some("1"));
        assert_eq!(desk.conflicts().len(), 1, "and a person decides");
    }
    drop(office);
}

fn there(desk: &Desk) -> u64 {
    desk.cache.read(|reader| reader.count("client")).expect("counted")
}

/// Two desks with so many clients.
async fn two_with(office: &Office, clients: u8) -> (Desk, Desk, Vec<Id>) {
    let mut anna = office.first_desk().await;
    let mut bram = anna.colleague(2).await;
    let client = |number| (id(number), json!({"number": format!("C-{number}")}));
    let many: Vec<_> = (0..clients).map(client).collect();
    anna.create_all("client", &many);
    anna.sync().await;
    bram.sync().await;
    (anna, bram, many.into_iter().map(|(id, _)| id).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_deletions_at_once_wait_for_a_person() {
    let office = Office::open().await;
    let (mut anna, mut bram, many) = two_with(&office, 150).await;
    for client in &many[..120] {
        anna.delete("client", *client);
    }
    anna.sync().await;
    let refused = bram.try_sync().await.expect_err("too many");
    assert_eq!(refused.code(), "mass_deletion");
    assert_eq!(there(&bram), 150, "nothing was deleted");
    bram.create("client", id(200), json!({"number": "C-200"}));
    assert!(bram.try_sync().await.is_err(), "and still");
    let agreed = Consent { deletions: true, ..Consent::default() };
    let summary = bram.sync_agreeing(agreed).await.expect("synced");
    assert!(summary.equal, "{summary:?}");
    assert_eq!(there(&bram), 31);
}

/// After the hub was put back everything is compared: what was deleted meanwhile is found by that.
#[tokio::test(flavor = "multi_thread")]
async fn many_deletions_that_a_comparison_finds_wait_for_a_person_too() {
    let office = Office::open().await;
    let (mut anna, mut bram, many) = two_with(&office, 150).await;
    for client in &many[..120] {
        anna.delete("client", *client);
    }
    anna.sync().await;
    office.service.put_back().expect("said so");
    for _ in 0..3 {
        let refused = bram.sync_agreeing(PUT_BACK).await.expect_err("too many");
        assert_eq!(refused.code(), "mass_deletion");
        assert_eq!(there(&bram), 150, "nothing was deleted");
    }
    let agreed = Consent { deletions: true, ..PUT_BACK };
    let summary = bram.sync_agreeing(agreed).await.expect("synced");
    assert!(summary.equal, "{summary:?}");
    assert_eq!(there(&bram), 30);
}

/// A sync that was refused is begun again by itself. What was deleted before it was refused counts.
#[tokio::test(flavor = "multi_thread")]
async fn deletions_before_a_refusal_count_when_a_sync_is_begun_again() {
    let office = Office::open().await;
    let (mut anna, mut bram, many) = two_with(&office, 250).await;
    // Taken in page by page, as by syncs that break off after each.
    for part in many[..200].chunks(50) {
        for client in part {
            anna.delete("client", *client);
        }
        anna.sync().await;
        let page = crate::weather::page(&mut bram).await;
        let mut page = page.clone();
        page.root = None;
        if let Err(refused) = crate::weather::take(&bram, &page) {
            assert_eq!(refused.code(), "mass_deletion");
        }
    }
    assert_eq!(there(&bram), 150, "a hundred are always allowed, in however many pieces");
    assert_eq!(bram.try_sync().await.expect_err("still").code(), "mass_deletion");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_runs_twice_comes_in_again_with_what_waits() {
    let office = Office::open().await;
    let mut anna = office.first_desk().await;
    anna.create("client", id(1), json!({"number": "C-1"}));
    anna.sync().await;
    let mut twin = anna.twin();
    anna.create("client", id(2), json!({"number": "C-2"}));
    anna.sync().await;
    twin.create("client", id(3), json!({"number": "C-3"}));
    let refused = twin.try_sync().await.expect_err("there are two of it");
    assert_eq!(refused.code(), "forked_desk");
    assert!(twin.fields("client", id(2)).is_some(), "what the other one sent came in all the same");
    assert_eq!(twin.waiting(), 1, "what waits stays");

    twin.rejoin(&anna.invite().await, 7).await;
    let summary = twin.sync().await;
    assert!(summary.equal && summary.pushed == 1, "{summary:?}");
    anna.sync().await;
    assert!(anna.fields("client", id(3)).is_some());
    assert!(anna.conflicts().is_empty());
}
