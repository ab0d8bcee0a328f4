//! Witnesses: what each desk was given, so that a hub cannot show one desk something else than
//! another.
//!
//! Everything a hub ever stores is a version of a record at a revision. A desk sums up all it was told
//! of, and now and then says the sum to the others, as a record of its own: its **head**. A desk that
//! is given a head looks whether it was told the same up to that revision. A hub that leaves something
//! out, shows an older state, gives other revisions, or keeps two groups of desks apart is found when
//! the first head crosses over, because it can neither make a head nor alter one.
//!
//! Heads themselves are not summed up: an office makes some hundred a day, and whoever comes in would have to
//! be told of each that there ever was. A hub that holds one back, or shows an earlier one, can do so until a
//! later one crosses over; so it can with all it stores.
//!
//! The sum is of keyed hashes: whoever does not know the key cannot look for versions and revisions
//! that add up to the same. It does not depend on the order in which pages bring what it sums up.

use std::collections::BTreeMap;

use booqing_model::time::Moment;
use booqing_protocol::digest::Bucket;
use booqing_protocol::message::{ChangeSet, Outgoing, Passed};
use booqing_protocol::{Hash, Routing, SealedRecord, decode, encode};
use booqing_store::Exchange;
use booqing_store::tables::connection::Progress;
use booqing_store::tables::digest::Sum;
use booqing_store::tables::outbox::Waiting;
use booqing_store::tables::witness::Head;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use crate::counting::{next_lineage, signed};
use crate::opening::OpenedRecord;
use crate::wire::{model_id, wire_id};
use crate::{Sealer, SyncError};

/// The record class of heads.
pub const HEAD_CLASS: &str = booqing_protocol::HEAD_CLASS;

/// How long a desk that has said what it was given waits until it says so again, in seconds.
pub const EVERY: i64 = 600;

/// How many revisions are kept apart. A head of before them is too old to be looked at.
pub const KEPT: u32 = 10_000;

/// What is sealed in a head.
#[derive(Encode, Decode)]
#[cbor(map)]
struct SealedHead {
    #[n(0)]
    key: ByteArray<32>,
    #[n(1)]
    epoch: u64,
    #[n(2)]
    rev: u64,
    #[n(3)]
    count: u64,
    #[n(4)]
    sum: Hash,
    #[n(5)]
    at: i64,
    #[n(6)]
    signature: ByteArray<64>,
    /// What is summed up; none in those that summed up heads as well, with which nothing is compared.
    #[n(7)]
    form: Option<u8>,
}

/// Everything but heads is summed up.
const FORM: u8 = 2;

impl SealedHead {
    /// What is signed.
    fn statement(&self, sealer: &Sealer, desk: booqing_protocol::Id) -> Vec<u8> {
        let mut bytes = format!("smartbooqing head {}", self.form.unwrap_or(1)).into_bytes();
        bytes.extend(sealer.administration().0);
        bytes.extend(desk.0);
        bytes.extend([self.epoch, self.rev, self.count].map(u64::to_be_bytes).concat());
        bytes.extend(self.sum.0);
        bytes.extend(self.at.to_be_bytes());
        bytes
    }
}

/// The id of a desk's head.
fn head_id(desk: booqing_protocol::Id) -> booqing_protocol::Id {
    booqing_protocol::Id(Hash::of(&[b"head of desk".as_slice(), &desk.0].concat()).0)
}

/// What a transaction was told of, by revision.
#[derive(Debug)]
pub(crate) struct Given {
    /// The hub's revision when its epoch began. What is of another epoch is not summed up.
    since: u64,
    /// The revision up to which everything was told before.
    whole: u64,
    revisions: BTreeMap<u64, Bucket>,
}

impl Given {
    pub(crate) fn new(progress: &Progress) -> Self {
        Self { since: 0, whole: progress.whole.unsigned_abs(), revisions: BTreeMap::new() }
    }

    /// The pages that follow say when the epoch began.
    pub(crate) fn begun(&mut self, since: u64) {
        self.since = since;
    }

    /// Sums up a record of a page. `before` is the revision of the version that a page brought before
    /// this one; 0 for none.
    ///
    /// The versions that passed are told of with each later one, and are new only after `before`.
    pub(crate) fn count(&mut self, sealer: &Sealer, came: &OpenedRecord, before: u64) {
        if came.rev <= before {
            // A first sync brought it, as it was by then.
            return;
        }
        if came.record.class == HEAD_CLASS {
            return;
        }
        let id = came.record.id;
        let current = Passed { rev: came.rev, hash: came.hash };
        let told = before.max(self.whole);
        let passed = came.passed.iter().filter(|passed| passed.rev > told).copied();
        let since = self.since;
        for one in passed.chain([current]).filter(|one| one.rev > since) {
            self.add(sealer, id, one);
        }
    }

    /// Sums up a record that this desk sent and the hub stored at this revision: no page tells of it.
    pub(crate) fn count_own(
        &mut self,
        sealer: &Sealer,
        record: &SealedRecord,
        hash: Hash,
        rev: u64,
    ) {
        if record.class != HEAD_CLASS {
            self.add(sealer, record.id, Passed { rev, hash });
        }
    }

    fn add(&mut self, sealer: &Sealer, id: booqing_protocol::Id, Passed { rev, hash }: Passed) {
        let at = self.revisions.entry(rev).or_default();
        *at = at.with(sealer.written(rev, id, hash));
    }

    /// Adds it to what was told before.
    pub(crate) fn write(self, exchange: &Exchange<'_>) -> Result<(), SyncError> {
        for (rev, told) in self.revisions {
            let rev = signed(rev);
            let before = exchange.revision(rev)?;
            exchange.put_revision(rev, sum(bucket(before).plus(told)))?;
        }
        Ok(())
    }
}

fn bucket((count, sum): Sum) -> Bucket {
    Bucket { count: count.unsigned_abs(), sum: Hash(sum) }
}

fn sum(bucket: Bucket) -> Sum {
    (signed(bucket.count), bucket.sum.0)
}

/// The sum of everything told up to a revision.
fn sum_until(exchange: &Exchange<'_>, rev: i64) -> Result<Bucket, SyncError> {
    let told = exchange.revisions(rev)?;
    Ok(told.iter().fold(Bucket::default(), |sum, (_, told)| sum.plus(bucket(*told))))
}

/// Looks whether the desks whose heads have come were told the same as this one, now that this one was
/// told of everything.
///
/// After the hub was put back, which a person says, desks know different stories: each sums up anew what
/// it is told from then on, and says so at once.
///
/// # Errors
/// [`SyncError::Forked`] names a desk that was told something else.
pub(crate) fn compare(
    exchange: &Exchange<'_>,
    progress: &Progress,
    is_put_back: bool,
) -> Result<(), SyncError> {
    for head in exchange.unchecked_heads()? {
        let is_of_now = head.epoch == progress.epoch && head.rev >= progress.folded;
        if is_of_now && !is_put_back {
            let same =
                head.rev <= progress.whole && sum_until(exchange, head.rev)? == bucket(head.sum);
            if !same {
                return Err(SyncError::Forked { desk: wire_id(head.desk) });
            }
        }
        exchange.put_head(&head, true)?;
    }
    fold(exchange, progress)
}

/// Sums up in one what is older than is looked at.
pub(crate) fn fold(exchange: &Exchange<'_>, progress: &Progress) -> Result<(), SyncError> {
    // Not with every revision, but when there are twice as many.
    if exchange.revision_before_last(2 * KEPT)?.is_none() {
        return Ok(());
    }
    let Some(until) = exchange.revision_before_last(KEPT)? else { return Ok(()) };
    let told = sum_until(exchange, until)?;
    exchange.forget_revisions(until)?;
    exchange.put_revision(until, sum(told))?;
    Ok(exchange.set_progress(&Progress { folded: until, ..*progress })?)
}

/// Plans a push of this desk's head, when it has been told something since it last said so and that was
/// a while ago.
pub(crate) fn plan(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    now: Moment,
) -> Result<Option<ChangeSet>, SyncError> {
    let progress = exchange.progress()?;
    if !is_due(exchange, sealer, &progress, now)? {
        return Ok(None);
    }
    let Some(record) = seal(exchange, sealer, now)? else { return Ok(None) };
    let waiting = Waiting::new(HEAD_CLASS, model_id(record.id), 1);
    let n = exchange.put_outbox(now, &[waiting])?;
    let records = vec![Outgoing { record: record.to_bytes()?.into() }];
    let change = ChangeSet { n: n.unsigned_abs(), records };
    exchange.set_sent(n, &encode(&change)?)?;
    Ok(Some(change))
}

fn is_due(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    progress: &Progress,
    now: Moment,
) -> Result<bool, SyncError> {
    let Some(own) = exchange.head(model_id(sealer.desk()))? else {
        return Ok(exchange.has_told_after(0)?);
    };
    if own.epoch != progress.epoch || own.rev > progress.whole {
        return Ok(exchange.has_told_after(0)?);
    }
    // A clock that was turned back is no reason to be silent.
    let is_long_ago = now.0 < own.at || now.0.saturating_sub(own.at) >= EVERY;
    Ok(is_long_ago && exchange.has_told_after(own.rev)?)
}

/// The hub tells everything from the beginning of its epoch, and this desk says anew what it is told.
pub(crate) fn begin_again(exchange: &Exchange<'_>, sealer: &Sealer) -> Result<(), SyncError> {
    exchange.forget_told()?;
    Ok(exchange.forget_head(model_id(sealer.desk()))?)
}

/// This desk's head as it is now; `None` while it has not been told of everything.
pub(crate) fn seal(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    now: Moment,
) -> Result<Option<SealedRecord>, SyncError> {
    let progress = exchange.progress()?;
    if progress.epoch == 0 || progress.whole != progress.rev {
        return Ok(None);
    }
    let Some(private_key) = exchange.private_key()? else { return Ok(None) };
    let sum = sum_until(exchange, progress.whole)?;
    let before = exchange.synced(model_id(head_id(sealer.desk())))?;
    let record = SealedRecord {
        id: head_id(sealer.desk()),
        class: HEAD_CLASS.to_owned(),
        version: before.as_ref().map_or(0, |before| before.version.unsigned_abs()) + 1,
        lineage: next_lineage(before.as_ref()),
        author: sealer.desk(),
        routing: Routing::default(),
        seed: sealer.seed()?,
        parts: Vec::new(),
        deleted: false,
    };
    let secret = blake3::derive_key("smartbooqing 2026 desk head signature", &private_key);
    let key = SigningKey::from_bytes(&secret);
    let mut head = SealedHead {
        key: key.verifying_key().to_bytes().into(),
        epoch: progress.epoch.unsigned_abs(),
        rev: progress.whole.unsigned_abs(),
        count: sum.count,
        sum: sum.sum,
        at: now.0,
        signature: [0; 64].into(),
        form: Some(FORM),
    };
    let statement = head.statement(sealer, sealer.desk());
    head.signature = key.sign(&statement).to_bytes().into();
    Ok(Some(sealer.close(record, &encode(&head)?)?))
}

/// Reads a head from the content of its record: it is its author's, and signed by it.
pub(crate) fn read(
    sealer: &Sealer,
    record: &SealedRecord,
    content: &[u8],
) -> Result<Head, SyncError> {
    let wrong = || SyncError::NotAuthentic { class: record.class.clone(), id: record.id };
    let head: SealedHead = decode(content)?;
    if record.id != head_id(record.author) {
        return Err(wrong());
    }
    let key = VerifyingKey::from_bytes(&head.key).map_err(|_| wrong())?;
    let signature = Signature::from_bytes(&head.signature);
    let statement = head.statement(sealer, record.author);
    key.verify_strict(&statement, &signature).map_err(|_| wrong())?;
    Ok(Head {
        desk: model_id(record.author),
        key: *head.key,
        // No epoch is 0.
        epoch: if head.form == Some(FORM) { signed(head.epoch) } else { 0 },
        rev: signed(head.rev),
        sum: (signed(head.count), head.sum.0),
        at: head.at,
    })
}

/// Notes a head that came, or that the hub has taken from this desk.
///
/// # Errors
/// [`SyncError::NotAuthentic`] when its desk has signed with another key before.
pub(crate) fn note(
    exchange: &Exchange<'_>,
    sealer: &Sealer,
    record: &SealedRecord,
    head: &Head,
) -> Result<(), SyncError> {
    if exchange.head(head.desk)?.is_some_and(|before| before.key != head.key) {
        return Err(SyncError::NotAuthentic { class: record.class.clone(), id: record.id });
    }
    let is_own = head.desk == model_id(sealer.desk());
    Ok(exchange.put_head(head, is_own)?)
}

impl Sealer {
    /// What stands in the sums for a version of a record at a revision.
    fn written(&self, rev: u64, id: booqing_protocol::Id, hash: Hash) -> Hash {
        let bytes = [rev.to_be_bytes().as_slice(), &id.0, &hash.0].concat();
        let keyed = blake3::keyed_hash(self.witness_key.expose(), &bytes);
        Hash(keyed.as_bytes().first_chunk().copied().unwrap_or_default())
    }
}
