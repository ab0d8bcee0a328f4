//! What is stored is held against what was stored: bytes that changed are found and named.

use std::time::{Duration, SystemTime};

use booqing_hub::examining;
use booqing_hub::storage::Examined;

use crate::fixture::{Hub, change, record, upon};

fn examined(hub: &Hub) -> Examined {
    let mut all = Vec::new();
    let mut tell = |examined: Result<Examined, _>| all.push(examined.expect("readable"));
    hub.service.examine(&|| true, |_, examined| tell(examined)).expect("examined");
    assert_eq!(all.len(), 1, "one administration");
    all.remove(0)
}

/// A hub with more records than are read at a time, deleted and changed ones among them.
async fn hub() -> Hub {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let all: Vec<_> = (0..1_200).map(|number| record(number, 1, 20)).collect();
    let sets = all.chunks(400).zip(1..).map(|(records, n)| change(n, records)).collect();
    desk.outcomes(&hub, sets).await;
    let mut gone = upon(&record(7, 1, 20), 2, 1);
    gone.deleted = true;
    desk.outcomes(&hub, vec![change(4, &[upon(&record(5, 1, 20), 2, 9), gone])]).await;
    hub
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_and_counts_that_changed_are_found_and_named() {
    let hub = hub().await;
    let sound = Examined { records: 1_200, ..Examined::default() };
    assert_eq!(examined(&hub), sound);
    assert!(sound.is_sound() && examining::examine(&hub.service, &|| true));

    let damaged = [record(700, 1, 1).id, record(7, 1, 1).id];
    let folder = hub.folder.path().to_path_buf();
    for id in damaged {
        crate::backing::damage(&folder, id);
    }
    let found = examined(&hub);
    assert_eq!((found.records, found.damaged, found.is_miscounted), (1_200, 2, false));
    let mut named = found.named.clone();
    named.sort_unstable();
    assert_eq!(named, [damaged[1], damaged[0]]);
    assert!(!found.is_sound() && !examining::examine(&hub.service, &|| true));

    // Given up, it says nothing.
    let given_up = hub.service.examine(&|| false, |_, _| panic!("nothing was looked at whole"));
    given_up.expect("given up");

    crate::backing::miscount(&folder);
    assert!(examined(&hub).is_miscounted);
}

#[test]
fn it_is_time_once_a_month() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |days: u64| SystemTime::UNIX_EPOCH + Duration::from_secs((1_000 + days) * 86_400);
    let due = |days| examining::is_due(folder.path(), at(days)).expect("read");
    assert!(!due(0), "the first month begins");
    assert!(!due(29));
    assert!(due(30) && due(31));
    examining::note(folder.path(), at(31)).expect("noted");
    assert!(!due(60) && due(61));
    examining::note(folder.path(), at(61)).expect("noted");
    assert!(due(60), "a clock that went back puts nothing off");
}
