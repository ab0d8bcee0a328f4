//! Results are kept for 90 days, and for as long as the desk that is waiting for them has not got them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use booqing_hub::storage;
use booqing_protocol::message::{ChangeSet, Cursor, Push, Pushed};
use booqing_protocol::{Refusal, VERSION};

use crate::fixture::{Desk, Hub, change, record};

/// Pushes on a day.
fn push(hub: &Hub, desk: &Desk, day: u64, changes: Vec<ChangeSet>) -> Result<Pushed, Refusal> {
    let id = storage::Desk { id: desk.id, administration: desk.administration };
    let (version, administration) = (VERSION, desk.administration);
    let push = Push { version, administration, acknowledged: Cursor::default(), changes };
    hub.service.push(id, &push, on(day)).expect("stored")
}

fn on(day: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(day * 86_400 + 3_600)
}

fn one(n: u64) -> ChangeSet {
    change(n, &[record(u16::try_from(n).expect("small"), 1, 20)])
}

#[tokio::test]
async fn a_result_that_the_desk_has_goes_after_ninety_days() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let first = push(&hub, &desk, 20_000, vec![one(1), one(2)]).expect("pushed");
    push(&hub, &desk, 20_001, vec![one(3)]).expect("pushed");
    // To the day before they may go, whatever the desk has sent since.
    for (n, day) in (4..).zip([20_002, 20_050, 20_090]) {
        push(&hub, &desk, day, vec![one(n)]).expect("pushed");
        let again = push(&hub, &desk, day, vec![one(1), one(2)]).expect("answered again");
        assert_eq!(again.results, first.results, "on day {day}");
    }
    push(&hub, &desk, 20_091, vec![one(7)]).expect("pushed");
    let forgotten = push(&hub, &desk, 20_091, vec![one(1)]);
    assert_eq!(forgotten, Err(Refusal::ForkedDesk { n: 1 }), "an old copy of a disk, by now");
    assert!(push(&hub, &desk, 20_091, vec![one(3)]).is_ok(), "this one is a day younger");
    push(&hub, &desk, 20_092, vec![one(8)]).expect("pushed");
    assert!(push(&hub, &desk, 20_092, vec![one(3)]).is_err());
    assert!(push(&hub, &desk, 20_092, vec![one(4)]).is_ok());
}

/// A desk that was silent for years and never heard what became of its last changes is told, and again when
/// that answer is lost as well.
#[tokio::test]
async fn a_result_that_the_desk_has_not_got_is_kept() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    push(&hub, &desk, 20_000, vec![one(1)]).expect("pushed");
    let lost = push(&hub, &desk, 20_001, vec![one(2), one(3)]).expect("pushed");
    for day in [20_800, 20_801, 21_200] {
        let again = push(&hub, &desk, day, vec![one(2), one(3)]).expect("answered again");
        assert_eq!(again.results, lost.results, "on day {day}");
    }
    push(&hub, &desk, 21_201, vec![one(4)]).expect("it goes on, and has those");
    assert_eq!(push(&hub, &desk, 21_201, vec![one(3)]), Err(Refusal::ForkedDesk { n: 3 }));
}

/// Of another desk of the administration nothing goes with it.
#[tokio::test]
async fn each_desk_has_its_own() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let other = desk.bring(&hub, 2).await;
    push(&hub, &desk, 20_000, vec![one(1)]).expect("pushed");
    let theirs = push(&hub, &other, 20_000, vec![change(1, &[])]).expect("pushed");
    for day in [20_001, 20_091] {
        push(&hub, &desk, day, vec![one(if day == 20_001 { 2 } else { 3 })]).expect("pushed");
    }
    assert!(push(&hub, &desk, 20_091, vec![one(1)]).is_err());
    let again = push(&hub, &other, 20_091, vec![change(1, &[])]).expect("answered again");
    assert_eq!(again.results, theirs.results);
}
