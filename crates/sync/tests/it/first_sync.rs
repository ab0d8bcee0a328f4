//! A first sync: cut again and again, with changes meanwhile, over real TLS.

use std::sync::Arc;

use booqing_model::time::Moment;
use booqing_protocol::scan::{Manifest, Survey};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::engine::{Ask, Effect, Engine, Event};
use booqing_sync::inward::Surroundings;
use booqing_sync::local::{Work, answered};
use booqing_sync::{Consent, Summary, SyncError};
use serde_json::json;

use crate::fixture::{Desk, Office, id, noise};

/// An office with records of several years, some of them changed and deleted.
async fn filled(office: &Office) -> Desk {
    let mut anna = office.first_desk().await;
    let mut noise = noise();
    for number in 1..=60 {
        let client = json!({"number": format!("C-{number}"), "note": noise(16_000)});
        anna.create("client", id(number), client);
        let year = 2024 + i64::from(number % 4);
        let booking = json!({
            "number": format!("B-{number}"), "fiscal_year": year, "client": id(number),
            "note": noise(16_000),
        });
        anna.create("booking", id(100 + number), booking);
    }
    anna.sync().await;
    anna.change("client", id(3), json!({"phone": "1"}));
    anna.delete("booking", id(104));
    anna.sync().await;
    anna
}

fn ids(desk: &Desk, class: &str) -> Vec<booqing_model::Id> {
    let mut ids = desk.cache.read(|reader| reader.ids(class)).expect("read");
    ids.sort_unstable();
    ids
}

/// Both have the same, at the hub and in every record.
fn assert_same(one: &Desk, other: &Desk) {
    for class in ["client", "booking"] {
        assert_eq!(ids(one, class), ids(other, class));
        for id in ids(one, class) {
            assert_eq!(one.fields(class, id), other.fields(class, id), "{class} {id}");
        }
    }
}

/// A desk in the middle of 2026.
struct In2026;

impl Surroundings for In2026 {
    fn id(&self) -> Result<booqing_model::Id, SyncError> {
        SystemSurroundings.id()
    }

    fn now(&self) -> Moment {
        Moment(1_780_000_000)
    }
}

/// What is done instead of asking the hub.
enum Instead {
    /// Nothing: it is asked.
    Ask,
    /// It has answered so.
    Answered(Event),
    /// The desk ends.
    End,
}

/// Carries a sync out, step by step; `None` when it was ended.
async fn carry(
    desk: &mut Desk,
    mut instead: impl FnMut(&Desk, &Ask) -> Instead,
) -> Result<Option<Summary>, SyncError> {
    let work = Work::new(&desk.cache, &desk.sealer, &desk.surroundings, Consent::default());
    let (mut engine, mut event) = (Engine::default(), Event::Start);
    loop {
        event = match engine.next(event) {
            Effect::Ask(ask) => match instead(desk, &ask) {
                Instead::Answered(event) => event,
                Instead::End => return Ok(None),
                Instead::Ask => {
                    let request = work.request(&ask)?;
                    answered(&ask, &desk.hub.exchange(request.path, request.body).await?)?
                }
            },
            Effect::Do(task) => work.perform(task)?,
            Effect::Done(summary) => return Ok(Some(summary)),
            Effect::Fail(error) => return Err(error),
        };
    }
}

/// Syncs until so many pages of the first sync were taken in; then the desk ends. Whether it came to its
/// end before.
async fn part(desk: &mut Desk, pages: usize) -> Result<bool, SyncError> {
    let mut asked = 0;
    let done = carry(desk, |_, ask| {
        asked += usize::from(matches!(ask, Ask::Scan(_)));
        if asked > pages { Instead::End } else { Instead::Ask }
    });
    Ok(done.await?.is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_that_is_cut_goes_on_where_it_was() {
    let office = Office::open().await;
    let mut anna = filled(&office).await;
    let mut bram = anna.colleague(2).await;
    let mut cuts = 0;
    while !part(&mut bram, 1).await.expect("a part") {
        // What was read already changes, and what was not; others come and go.
        let number = u8::try_from(cuts % 60).expect("small") + 1;
        anna.change("client", id(number), json!({"email": format!("{cuts}@example.org")}));
        if cuts % 3 == 0 {
            anna.delete("booking", id(160 - number));
            anna.create("client", id(200 + number), json!({"number": format!("N-{number}")}));
        }
        anna.sync().await;
        cuts += 1;
        assert!(cuts < 50, "it gets nowhere");
    }
    assert!(cuts > 2, "{cuts} cuts");
    assert!(bram.sync().await.equal && anna.sync().await.equal);
    assert_same(&anna, &bram);
    // What each says that it was told is the same, whatever way it came.
    let mut clara = bram.colleague(3).await;
    assert!(clara.sync().await.equal);
    assert!(anna.sync().await.equal && bram.sync().await.equal);
    assert_same(&anna, &clara);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_entered_before_the_first_sync_ends_goes_along() {
    let office = Office::open().await;
    let mut anna = filled(&office).await;
    let mut bram = anna.colleague(2).await;
    assert!(!part(&mut bram, 2).await.expect("a part"));
    bram.create("client", id(250), json!({"number": "C-250"}));
    let here = *ids(&bram, "client").first().expect("some are here");
    bram.change("client", here, json!({"phone": "entered meanwhile"}));
    assert!(bram.sync().await.equal && anna.sync().await.equal);
    assert_same(&anna, &bram);
    assert_eq!(
        anna.fields("client", here).and_then(|fields| Some(fields.text("phone")?.to_owned())),
        Some("entered meanwhile".to_owned())
    );
    assert!(anna.fields("client", id(250)).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_was_put_back_meanwhile_asks_for_a_person() {
    let office = Office::open().await;
    let mut anna = filled(&office).await;
    let mut bram = anna.colleague(2).await;
    assert!(!part(&mut bram, 2).await.expect("a part"));
    let came = ids(&bram, "client");
    assert!(!came.is_empty());
    office.service.put_back().expect("noted");
    let refused = bram.try_sync().await;
    assert!(matches!(refused, Err(SyncError::HubPutBack)), "{refused:?}");
    assert_eq!(ids(&bram, "client"), came, "what is here stays");
    let consent = Consent { put_back: true, ..Consent::default() };
    assert!(anna.sync_agreeing(consent).await.expect("agreed").equal);
    assert!(bram.sync_agreeing(consent).await.expect("agreed").equal);
    assert!(bram.sync().await.equal && anna.sync().await.equal);
    assert_same(&anna, &bram);
}

/// The current year is read before the others, and after what belongs to no year.
#[tokio::test(flavor = "multi_thread")]
async fn an_office_can_work_before_everything_is_there() {
    let office = Office::open().await;
    let mut anna = filled(&office).await;
    let mut bram = anna.colleague(2).await;
    bram.surroundings = Arc::new(In2026);
    let of_year = |desk: &Desk, year: i64| {
        let bookings = ids(desk, "booking").into_iter().filter_map(|id| desk.fields("booking", id));
        bookings.filter(|one| one.integer("fiscal_year") == Some(year)).count()
    };
    let mut usable = 0;
    let done = carry(&mut bram, |bram, ask| {
        if let Ask::Scan(scanning) = ask
            && scanning.is_usable()
        {
            assert_eq!(ids(bram, "client"), ids(&anna, "client"));
            assert_eq!(of_year(bram, 2026), of_year(&anna, 2026));
            let are_missing = of_year(&anna, 2025) > of_year(bram, 2025);
            assert!(usable > 0 || are_missing, "others come later");
            usable += 1;
        }
        Instead::Ask
    });
    assert!(done.await.expect("done").is_some());
    assert!(usable > 0);
    assert_same(&anna, &bram);
}

/// What a hub leaves out of its manifest is missed at the head and fetched by itself, and the head of the
/// next desk says that there was more to tell.
#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_leaves_something_out_is_found_out() {
    let office = Office::open().await;
    let mut anna = filled(&office).await;
    let mut bram = anna.colleague(2).await;
    let survey = Survey { version: 1, administration: bram.sealer.administration() };
    let mut manifest: Manifest = bram.hub.ask("/v1/manifest", &survey).await.expect("a manifest");
    manifest.holdings.0.retain(|(class, _), _| class != "client");
    let done = carry(&mut bram, |_, ask| match ask {
        Ask::Survey => Instead::Answered(Event::Surveyed(Box::new(manifest.clone()))),
        _ => Instead::Ask,
    });
    let error = done.await.expect_err("it is found out");
    assert!(
        matches!(&error, SyncError::Forked { desk } if *desk == anna.sealer.desk()),
        "{error:?}"
    );
    assert_same(&anna, &bram);
}
