use booqing_protocol::Digest;
use booqing_protocol::compare::Contents;
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::Cursor;

use super::*;

fn page(root: bool) -> Event {
    Event::Came(Box::new(Page {
        cursor: Cursor { epoch: 1, rev: 7 },
        records: Vec::new(),
        root: root.then(Default::default),
        total: 0,
        since: 0,
    }))
}

fn taken(reached_head: bool) -> Event {
    Event::Taken(Taken {
        records: 3,
        reached_head,
        is_equal: reached_head.then_some(true),
        ..Taken::default()
    })
}

fn unequal() -> Event {
    Event::Taken(Taken { reached_head: true, is_equal: Some(false), ..Taken::default() })
}

fn push() -> Event {
    Event::Planned(Some(Box::new(Push {
        version: 1,
        administration: Default::default(),
        acknowledged: Cursor::default(),
        changes: Vec::new(),
    })))
}

fn answered() -> Event {
    Event::Answered(Box::new(Pushed { results: Vec::new(), head: 9, root: None }))
}

fn compared(rev: u64, ranges: Vec<Contents>) -> Event {
    let digest = ranges.is_empty().then(Digest::default);
    let cursor = Cursor { epoch: 1, rev };
    Event::Compared(Box::new(Compared { cursor, since: 0, last_n: 4, digest, ranges }))
}

fn differ(ranges: usize, records: u8) -> Event {
    let ranges = vec![Range::whole("client", 0); ranges];
    let records = (0..records).map(|number| Id([number; 16])).collect();
    Event::Narrowed(Narrowed::Differ { ranges, records, decisions: Vec::new() })
}

fn fetched(rev: u64, answered: u32) -> Event {
    let cursor = Cursor { epoch: 1, rev };
    Event::Fetched(Box::new(Fetched { cursor, answered, records: Vec::new() }))
}

/// A sync that has begun, with nothing to be sent again.
fn begun(consent: Consent) -> Engine {
    let mut engine = Engine::new(consent);
    assert!(matches!(engine.next(Event::Start), Effect::Do(Task::Wake)));
    let effect = engine.next(Event::Awake { silent_since: None });
    assert!(matches!(effect, Effect::Do(Task::Resend)), "{effect:?}");
    let effect = engine.next(Event::Planned(None));
    if consent.put_back {
        assert!(matches!(effect, Effect::Ask(Ask::Compare(_))), "{effect:?}");
    } else {
        assert!(matches!(effect, Effect::Do(Task::Orient)), "{effect:?}");
        let effect = engine.next(Event::Oriented { is_first: false });
        assert!(matches!(effect, Effect::Ask(Ask::Pull)), "{effect:?}");
    }
    engine
}

#[test]
fn what_was_sent_is_sent_again_first_and_keeps_nothing_from_coming_in() {
    for refusal in [None, Some(Refusal::ForkedDesk { n: 1 }), Some(Refusal::HubFailed)] {
        let mut engine = Engine::default();
        engine.next(Event::Start);
        assert!(matches!(engine.next(push()), Effect::Ask(Ask::Push(_))));
        let effect = match refusal {
            Some(refusal) => engine.next(Event::Refused(refusal)),
            None => {
                assert!(matches!(engine.next(answered()), Effect::Do(Task::Settle(_))));
                engine.next(Event::Settled(Settled { stale: 1, ..Settled::default() }))
            }
        };
        assert!(matches!(effect, Effect::Do(Task::Orient)), "{effect:?}");
    }
}

/// A sync of a desk that was silent for long, up to where everything has come in. What it sent and has no
/// outcome of went again as far as the hub has it.
fn awoken() -> Engine {
    let mut engine = Engine::default();
    engine.next(Event::Start);
    let effect = engine.next(Event::Awake { silent_since: Some(1) });
    assert!(
        matches!(&effect, Effect::Ask(Ask::Compare(ranges)) if ranges.is_empty()),
        "{effect:?}"
    );
    let Effect::Do(Task::ResendStored(basis)) = engine.next(compared(5, Vec::new())) else {
        panic!("what the hub has of it first");
    };
    assert_eq!((basis.last_n, basis.other_epoch), (4, false), "no number that the hub has not got");
    assert!(matches!(engine.next(push()), Effect::Ask(Ask::Push(_))));
    engine.next(answered());
    let effect = engine.next(Event::Settled(Settled::default()));
    assert!(matches!(effect, Effect::Do(Task::Orient)), "{effect:?}");
    let effect = engine.next(Event::Oriented { is_first: false });
    assert!(matches!(effect, Effect::Ask(Ask::Pull)), "{effect:?}");
    engine.next(page(true));
    engine
}

#[test]
fn a_desk_that_was_silent_for_long_sends_nothing_before_both_sides_were_compared() {
    let effect = awoken().next(taken(true));
    assert!(matches!(effect, Effect::Do(Task::Plan { .. })), "they are the same: {effect:?}");
    let mut engine = awoken();
    let effect = engine.next(unequal());
    assert!(matches!(effect, Effect::Ask(Ask::Compare(_))), "{effect:?}");
    engine.next(compared(7, Vec::new()));
    assert!(matches!(engine.next(differ(0, 1)), Effect::Ask(Ask::Fetch(_))));
    assert!(matches!(engine.next(fetched(7, 1)), Effect::Do(Task::Mend(..))));
    let taken = Taken::default();
    let effect = engine.next(Event::Mended(Mended::Done { taken, differed: 1, given_back: 0 }));
    assert!(matches!(effect, Effect::Do(Task::Conclude(_))), "{effect:?}");
    let effect = engine.next(Event::Concluded(Concluded { is_equal: true }));
    assert!(matches!(effect, Effect::Do(Task::Plan { .. })), "{effect:?}");
}

#[test]
fn what_is_decided_about_records_comes_after_them() {
    let mut engine = begun(Consent::default());
    engine.next(page(true));
    engine.next(unequal());
    engine.next(compared(7, Vec::new()));
    let asked = |effect: Effect| match effect {
        Effect::Ask(Ask::Fetch(ids)) => ids.iter().map(|id| id.0[0]).collect::<Vec<u8>>(),
        other => panic!("{other:?}"),
    };
    let found = |records: &[u8], decisions: &[u8], ranges| {
        let ids = |numbers: &[u8]| numbers.iter().map(|number| Id([*number; 16])).collect();
        let (records, decisions) = (ids(records), ids(decisions));
        Event::Narrowed(Narrowed::Differ { ranges, records, decisions })
    };
    // The decisions are found first, where they are few.
    let further = vec![Range::whole("document", 0)];
    let effect = engine.next(found(&[], &[9], further));
    assert!(matches!(effect, Effect::Ask(Ask::Compare(_))), "{effect:?}");
    engine.next(compared(7, vec![Contents::Records(Vec::new())]));
    assert_eq!(asked(engine.next(found(&[1, 2], &[], Vec::new()))), [1, 2]);
    engine.next(fetched(7, 2));
    let mended = Mended::Done { taken: Taken::default(), differed: 2, given_back: 0 };
    assert_eq!(asked(engine.next(Event::Mended(mended))), [9]);
}

#[test]
fn a_hub_that_is_too_busy_to_be_compared_with_gets_nothing_from_a_desk_that_was_silent() {
    let mut engine = awoken();
    let mut effect = engine.next(unequal());
    for rev in 8.. {
        effect = match effect {
            Effect::Ask(Ask::Compare(ranges)) if ranges.is_empty() => {
                engine.next(compared(rev, Vec::new()));
                engine.next(differ(1, 0))
            }
            // Somebody has pushed meanwhile.
            Effect::Ask(Ask::Compare(_)) => engine.next(compared(rev, Vec::new())),
            Effect::Fail(SyncError::Unsettled) => return,
            other => panic!("{other:?}"),
        };
    }
}

#[test]
fn a_desk_that_was_silent_until_the_hub_was_put_back_says_so() {
    let mut engine = Engine::default();
    engine.next(Event::Start);
    engine.next(Event::Awake { silent_since: Some(3) });
    let effect = engine.next(compared(5, Vec::new()));
    assert!(matches!(effect, Effect::Do(Task::Orient)), "{effect:?}");
    engine.next(Event::Oriented { is_first: false });
    let effect = engine.next(Event::Refused(Refusal::EpochChanged));
    assert!(matches!(effect, Effect::Ask(Ask::Compare(_))), "{effect:?}");
    engine.next(compared(5, Vec::new()));
    let effect = engine.next(Event::Narrowed(Narrowed::NotAccepted));
    assert!(matches!(effect, Effect::Fail(SyncError::HubPutBack)), "{effect:?}");
}

#[test]
fn a_first_sync_reads_what_there_is_and_then_pulls_what_came_since() {
    let mut engine = Engine::default();
    engine.next(Event::Start);
    engine.next(Event::Planned(None));
    let effect = engine.next(Event::Oriented { is_first: true });
    assert!(matches!(effect, Effect::Ask(Ask::Survey)), "{effect:?}");
    let bucket = Bucket { count: 3, ..Bucket::default() };
    let holdings = ["client", "service"].map(|class| ((class.to_owned(), 0), bucket));
    let at = Cursor { epoch: 1, rev: 7 };
    let manifest = Manifest { at, since: 0, holdings: Digest(holdings.into()), deleted: 0 };
    let scanning = Box::new(Scanning::of(&manifest, 2026));
    let effect = engine.next(Event::Surveyed(Box::new(manifest)));
    assert!(matches!(effect, Effect::Do(Task::BeginScan(_))), "{effect:?}");
    assert!(matches!(engine.next(Event::Scanning(scanning)), Effect::Ask(Ask::Scan(_))));
    let mut scanned = |ended, after: Option<u8>| {
        let after = after.map(|byte| Id([byte; 16]));
        let scanned = Scanned { records: Vec::new(), ended, after };
        match engine.next(Event::Scanned(Box::new(scanned))) {
            Effect::Do(Task::TakeScanned(_, scanning)) => {
                let has_scanned = scanning.is_done();
                let taken = Taken { records: 2, has_scanned, ..Taken::default() };
                engine.next(Event::Taken(taken))
            }
            other => other,
        }
    };
    assert!(matches!(scanned(0, Some(4)), Effect::Ask(Ask::Scan(_))));
    assert!(matches!(scanned(1, None), Effect::Ask(Ask::Scan(_))));
    assert!(matches!(scanned(1, None), Effect::Ask(Ask::Pull)));
    assert_eq!(engine.summary.pulled, 6);
}

#[test]
fn a_first_sync_that_gets_nowhere_or_into_another_epoch_ends() {
    let begun = || {
        let mut engine = Engine::default();
        engine.next(Event::Start);
        let key = (("client".to_owned(), 0), Bucket { count: 3, ..Bucket::default() });
        let holdings = Digest([key].into());
        let manifest = Manifest { at: Cursor::default(), since: 0, holdings, deleted: 0 };
        engine.next(Event::Planned(None));
        engine.next(Event::Scanning(Box::new(Scanning::of(&manifest, 2026))));
        engine
    };
    let scanned = Scanned { records: Vec::new(), ended: 0, after: None };
    let effect = begun().next(Event::Scanned(Box::new(scanned)));
    assert!(matches!(effect, Effect::Fail(SyncError::Standstill)), "{effect:?}");
    let effect = begun().next(Event::Refused(Refusal::EpochChanged));
    assert!(matches!(effect, Effect::Ask(Ask::Compare(_))), "{effect:?}");
}

#[test]
fn it_pulls_to_the_head_pushes_and_looks_once_more() {
    let mut engine = begun(Consent::default());
    assert!(matches!(engine.next(page(false)), Effect::Do(Task::Take(_))));
    assert!(matches!(engine.next(taken(false)), Effect::Ask(Ask::Pull)));
    assert!(matches!(engine.next(page(true)), Effect::Do(Task::Take(_))));
    assert!(matches!(engine.next(taken(true)), Effect::Do(Task::Plan { told: true })));
    assert!(matches!(engine.next(push()), Effect::Ask(Ask::Push(_))));
    assert!(matches!(engine.next(answered()), Effect::Do(Task::Settle(_))));
    let settled = Settled { accepted: 2, ..Settled::default() };
    assert!(matches!(engine.next(Event::Settled(settled)), Effect::Do(Task::Plan { told: false })));
    assert!(matches!(engine.next(Event::Planned(None)), Effect::Ask(Ask::Pull)));
    assert!(matches!(engine.next(page(true)), Effect::Do(Task::Take(_))));
    assert!(matches!(engine.next(taken(true)), Effect::Do(Task::Plan { told: true })));
    let Effect::Done(summary) = engine.next(Event::Planned(None)) else { panic!("done") };
    assert_eq!((summary.pushed, summary.pulled, summary.head), (2, 9, 9));
    assert!(summary.equal);
}

#[test]
fn nothing_to_do_is_one_pull() {
    let mut engine = begun(Consent::default());
    engine.next(page(true));
    engine.next(taken(true));
    assert!(matches!(engine.next(Event::Planned(None)), Effect::Done(_)));
}

#[test]
fn what_is_stale_is_pulled_for_and_pushed_again_but_not_for_ever() {
    let mut engine = Engine::default();
    engine.next(Event::Start);
    let mut pushes = 0;
    let mut effect = engine.next(Event::Planned(None));
    let summary = loop {
        effect = match effect {
            Effect::Ask(Ask::Pull) => engine.next(page(true)),
            Effect::Do(Task::Orient) => engine.next(Event::Oriented { is_first: false }),
            Effect::Do(Task::Take(_)) => engine.next(taken(true)),
            Effect::Do(Task::Plan { .. }) => engine.next(push()),
            Effect::Ask(Ask::Push(_)) => {
                pushes += 1;
                engine.next(answered())
            }
            Effect::Do(Task::Settle(_)) => {
                let changed = vec![Id([1; 16])];
                engine.next(Event::Settled(Settled { stale: 1, changed, ..Settled::default() }))
            }
            Effect::Ask(Ask::Fetch(records)) => {
                assert_eq!((records.len(), pushes % 2), (1, 0), "what no pull brings is asked for");
                engine.next(fetched(7, 1))
            }
            Effect::Do(Task::Mend(..)) => {
                let taken = Taken::default();
                engine.next(Event::Mended(Mended::Done { taken, differed: 0, given_back: 0 }))
            }
            Effect::Done(summary) => break summary,
            other => panic!("{other:?}"),
        };
    };
    assert_eq!(pushes, MOST_ROUNDS);
    assert_eq!(summary.refused, 1);
}

#[test]
fn sides_that_differ_are_compared_down_to_the_records_and_once_only() {
    let mut engine = begun(Consent::default());
    engine.next(page(true));
    let Effect::Ask(Ask::Compare(ranges)) = engine.next(unequal()) else { panic!("compare") };
    assert!(ranges.is_empty(), "everything first");
    assert!(matches!(engine.next(compared(7, Vec::new())), Effect::Do(Task::Narrow(..))));
    let Effect::Ask(Ask::Compare(ranges)) = engine.next(differ(1, 0)) else { panic!("ranges") };
    assert_eq!(ranges.len(), 1);
    let parts = vec![Contents::Records(Vec::new())];
    let Effect::Do(Task::Narrow(basis, asked, _)) = engine.next(compared(7, parts)) else {
        panic!("narrow")
    };
    assert_eq!((asked.len(), basis.last_n, basis.put_back), (1, 4, false));
    let Effect::Ask(Ask::Fetch(ids)) = engine.next(differ(0, 3)) else { panic!("fetch") };
    assert_eq!(ids.len(), 3);
    // The hub had room for two.
    let Effect::Do(Task::Mend(_, asked, _)) = engine.next(fetched(7, 2)) else { panic!("mend") };
    assert_eq!(asked.len(), 2);
    let done = Mended::Done { taken: Taken::default(), differed: 2, given_back: 0 };
    let Effect::Ask(Ask::Fetch(ids)) = engine.next(Event::Mended(done)) else { panic!("rest") };
    assert_eq!(ids, [Id([2; 16])]);
    engine.next(fetched(7, 1));
    let done = Mended::Done { taken: Taken::default(), differed: 1, given_back: 0 };
    let Effect::Do(Task::Conclude(basis)) = engine.next(Event::Mended(done)) else { panic!("end") };
    assert_eq!(basis.differed, 3);
    let concluded = Concluded { is_equal: false };
    assert!(matches!(
        engine.next(Event::Concluded(concluded)),
        Effect::Do(Task::Plan { told: false })
    ));
    assert!(matches!(engine.next(Event::Planned(None)), Effect::Ask(Ask::Pull)));
    engine.next(page(true));
    assert!(
        matches!(engine.next(unequal()), Effect::Do(Task::Plan { told: true })),
        "not a second time"
    );
}

#[test]
fn another_epoch_is_compared_and_goes_on_only_when_a_person_agrees() {
    let mut engine = begun(Consent::default());
    let effect = engine.next(Event::Refused(Refusal::EpochChanged));
    assert!(matches!(effect, Effect::Ask(Ask::Compare(_))), "{effect:?}");
    let Effect::Do(Task::Narrow(basis, ..)) = engine.next(compared(7, Vec::new())) else {
        panic!("narrow")
    };
    assert!(basis.other_epoch && !basis.put_back);
    let effect = engine.next(Event::Narrowed(Narrowed::NotAccepted));
    assert!(matches!(effect, Effect::Fail(SyncError::HubPutBack)), "{effect:?}");

    let mut engine = begun(Consent { put_back: true, ..Consent::default() });
    let Effect::Do(Task::Narrow(basis, ..)) = engine.next(compared(7, Vec::new())) else {
        panic!("narrow")
    };
    assert!(basis.other_epoch && basis.put_back);
    // What the hub has of what was sent is known first, and everything is compared with that in.
    let Effect::Do(Task::ResendStored(basis)) = engine.next(differ(1, 0)) else { panic!("sent") };
    assert_eq!(basis.last_n, 4);
    assert!(matches!(engine.next(push()), Effect::Ask(Ask::Push(_))));
    engine.next(answered());
    let effect = engine.next(Event::Settled(Settled::default()));
    assert!(
        matches!(&effect, Effect::Ask(Ask::Compare(ranges)) if ranges.is_empty()),
        "{effect:?}"
    );
    engine.next(compared(7, Vec::new()));
    let effect = engine.next(differ(1, 0));
    assert!(
        matches!(&effect, Effect::Ask(Ask::Compare(ranges)) if ranges.len() == 1),
        "{effect:?}"
    );
}

#[test]
fn a_hub_that_moves_on_is_compared_again_but_not_for_ever() {
    let mut engine = begun(Consent { put_back: true, ..Consent::default() });
    let mut starts = 0;
    engine.next(compared(7, Vec::new()));
    engine.next(differ(1, 0));
    engine.next(Event::Planned(None));
    let failed = loop {
        engine.next(compared(7, Vec::new()));
        engine.next(differ(1, 0));
        starts += 1;
        match engine.next(compared(8, vec![Contents::Records(Vec::new())])) {
            Effect::Ask(Ask::Compare(ranges)) => assert!(ranges.is_empty()),
            other => break other,
        }
    };
    assert!(matches!(failed, Effect::Fail(SyncError::Unsettled)), "{failed:?}");
    assert_eq!(starts, 5);
}

#[test]
fn what_the_hub_refuses_ends_the_sync() {
    let mut engine = begun(Consent::default());
    let effect = engine.next(Event::Refused(Refusal::ForkedDesk { n: 3 }));
    let Effect::Fail(SyncError::Refused(refusal)) = effect else { panic!("{effect:?}") };
    assert_eq!(refusal.code(), "forked_desk");
}
