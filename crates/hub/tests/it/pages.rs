//! Pages: bounded in bytes, never cutting a change in two, with the digest at the head.

use booqing_protocol::message::{Cursor, Incoming};
use booqing_protocol::scan::{MOST_STRETCHES, Manifest, Scan, Scanned, Stretch, Survey};
use booqing_protocol::{Digest, Hash, PAGE_BYTES, Refusal, SealedRecord, VERSION};

use crate::fixture::{Hub, change, record, upon};

/// The digest of records, counted from their bytes.
fn counted(records: &[(u64, Vec<u8>)]) -> Hash {
    let mut digest = Digest::default();
    for (_, bytes) in records {
        let record = SealedRecord::from_bytes(bytes).expect("a record");
        if !record.deleted {
            digest.add(&record.class, record.routing.fiscal_year(), Hash::of(bytes));
        }
    }
    digest.root().expect("a root")
}

#[tokio::test]
async fn pages_are_bounded_and_no_change_is_cut() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    // Changes of 7 records of 40 kB: no whole number of them fills a page.
    for n in 0..12_u16 {
        let records: Vec<_> = (0..7).map(|index| record(n * 7 + index, 1, 40_000)).collect();
        desk.outcomes(&hub, vec![change(u64::from(n) + 1, &records)]).await;
    }
    let (mut cursor, mut pages, mut seen) = (Cursor::default(), 0, 0);
    loop {
        let page = desk.pull(&hub, cursor).await.expect("a page");
        let bytes: usize = page.records.iter().map(|record| record.record.len()).sum();
        assert!(bytes < PAGE_BYTES + 7 * 41_000, "{bytes} bytes");
        assert_eq!(page.records.len() % 7, 0, "a change was cut");
        assert!(page.records.iter().all(|record| record.rev > cursor.rev));
        assert_eq!(page.total, 84);
        (cursor, pages, seen) = (page.cursor, pages + 1, seen + page.records.len());
        if page.root.is_some() {
            break;
        }
        assert_eq!(page.records.last().map(|record| record.rev), Some(cursor.rev));
    }
    assert!(pages > 2, "{pages} pages");
    assert_eq!(seen, 84);
    let nothing = desk.pull(&hub, cursor).await.expect("a page");
    assert!(nothing.records.is_empty() && nothing.root.is_some());
}

#[tokio::test]
async fn everything_is_read_stretch_by_stretch_whatever_changes_meanwhile() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    for n in 0..12_u16 {
        let records: Vec<_> = (0..7).map(|index| record(n * 7 + index, 1, 40_000)).collect();
        desk.outcomes(&hub, vec![change(u64::from(n) + 1, &records)]).await;
    }
    let (version, administration) = (VERSION, desk.administration);
    let mut call = desk.call(&hub).await;
    let survey = Survey { version, administration };
    let manifest: Manifest = call.ask("/v1/manifest", &survey).await.expect("a manifest");
    assert_eq!((manifest.at.rev, manifest.deleted, manifest.holdings.total()), (12, 0, 84));
    let stretches: Vec<Stretch> = manifest
        .holdings
        .0
        .keys()
        .map(|(class, fiscal_year)| Stretch::Bucket {
            class: class.clone(),
            fiscal_year: *fiscal_year,
        })
        .chain([Stretch::Deleted])
        .collect();
    let mut scan = Scan { version, administration, at: manifest.at, stretches, after: None };
    let (mut ids, mut pages) = (Vec::new(), 0);
    while !scan.stretches.is_empty() {
        let scanned: Scanned = call.ask("/v1/scan", &scan).await.expect("a page");
        let bytes: usize = scanned.records.iter().map(|record| record.record.len()).sum();
        assert!(bytes < PAGE_BYTES + 41_000, "{bytes} bytes");
        let id = |record: &Incoming| SealedRecord::from_bytes(&record.record).expect("one").id;
        ids.extend(scanned.records.iter().map(id));
        scan.stretches.drain(..usize::try_from(scanned.ended).expect("a few"));
        scan.after = scanned.after;
        pages += 1;
        if pages == 2 {
            // One that was read, one that was not, and one that goes.
            let mut deleted = upon(&record(83, 1, 40_000), 2, 0);
            (deleted.deleted, deleted.parts) = (true, Vec::new());
            let edits = [0, 82].map(|number| upon(&record(number, 1, 40_000), 2, 40_000));
            let step = change(13, &[edits[0].clone(), edits[1].clone(), deleted]);
            desk.outcomes(&hub, vec![step]).await;
        }
    }
    assert!(pages > 8, "{pages} pages");
    let read = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((read, ids.len()), (84, 84), "each once, also the one that was deleted");
    let since = desk.pull(&hub, manifest.at).await.expect("a page");
    assert_eq!(since.records.len(), 3, "and what came since");

    let other = Cursor { epoch: manifest.at.epoch ^ 1, ..manifest.at };
    let refused = call.ask::<_, Scanned>("/v1/scan", &Scan { at: other, ..scan.clone() }).await;
    assert_eq!(refused.err(), Some(Refusal::EpochChanged));
    let many = Scan { stretches: vec![Stretch::Deleted; MOST_STRETCHES + 1], ..scan };
    let refused = call.ask::<_, Scanned>("/v1/scan", &many).await;
    assert_eq!(refused.err(), Some(Refusal::TooLarge));
}

#[tokio::test]
async fn the_root_is_that_of_the_records_after_every_kind_of_change() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    let mut moved = upon(&record(1, 1, 50), 2, 60);
    moved.routing.0.insert("fiscal_year".to_owned(), booqing_protocol::Route::Number(2030));
    let mut deleted = upon(&record(2, 1, 50), 2, 0);
    deleted.deleted = true;
    deleted.parts.clear();
    let steps = [
        change(1, &[record(1, 1, 50), record(2, 1, 50), record(3, 1, 50)]),
        change(2, &[moved]),
        change(3, &[deleted]),
        change(4, &[record(1, 9, 1)]),
    ];
    for step in steps {
        desk.outcomes(&hub, vec![step]).await;
        let (records, page) = desk.pull_all(&hub).await;
        assert_eq!(page.root, Some(counted(&records)));
    }
    let hub = hub.restart().await;
    let (records, page) = desk.pull_all(&hub).await;
    assert_eq!(page.root, Some(counted(&records)), "and after a restart");
}

#[tokio::test]
async fn a_cursor_of_another_epoch_is_told_so() {
    let hub = Hub::start().await;
    let desk = hub.first_desk().await;
    desk.outcomes(&hub, vec![change(1, &[record(1, 1, 50)])]).await;
    let cursor = desk.pull(&hub, Cursor::default()).await.expect("a page").cursor;
    assert_ne!(cursor.epoch, 0);

    let hub = hub.restart().await;
    assert!(desk.pull(&hub, cursor).await.is_ok(), "a restart is not a restore");
    let other = Cursor { epoch: cursor.epoch ^ 1, ..cursor };
    assert_eq!(desk.pull(&hub, other).await.err(), Some(Refusal::EpochChanged));
}
