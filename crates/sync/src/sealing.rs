//! Between a record as it stands in the cache and as it crosses the wire.
//!
//! A record is cut into parts by the field register. The first part lies under the administration's
//! key: it holds the working values, names the other parts and the keys they lie under (no other place
//! names a key), and authenticates the record: everything else of it is associated data of its seal. A
//! key is itself a record, of class `key`; its first part is the only one.

use std::collections::BTreeMap;

use booqing_keys::Secret;
use booqing_keys::part::{self, PartError, Place};
use booqing_model::Fields;
use booqing_model::field::RecordType;
use booqing_model::parts::{self, Cut, Part as PlainPart, PartKey, Unknown};
use booqing_model::time::Moment;
use booqing_protocol::{
    Hash, Id, Part, PartClass, Route, Routing, SEED, SealedRecord, Seed, decode, encode,
};
use booqing_store::Exchange;
use booqing_store::tables::sealing_key::SealingKey;
use zeroize::Zeroizing;

use crate::content::{self, Beside, First, Named, Plain, entered, no_content, read_first};
use crate::numbering::Chain;
use crate::random::{self, Random};
use crate::register::Register;
use crate::term::ExchangeAround;
use crate::wire::{plain_routing, wire_id, wire_routing};
use crate::{SyncError, Terms};

/// The record class of keys.
pub const KEY_CLASS: &str = "key";

/// What seals and opens the records of one administration at one desk.
pub struct Sealer {
    administration: Id,
    desk: Id,
    parts_key: Secret,
    pub(crate) witness_key: Secret,
    pub(crate) originals_key: Secret,
    pub(crate) plain_key: Secret,
    pub(crate) chain: Chain,
    terms: Option<Terms>,
    random: Random,
    register: Register,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sealer").field("desk", &self.desk).finish_non_exhaustive()
    }
}

/// A record that was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// Its values, as far as this desk has keys.
    pub fields: Fields,
    /// Values of fields that this version does not know.
    pub unknown: Unknown,
    /// Whether a part stayed closed.
    pub is_partial: bool,
    /// The keys for want of which it did. None for a part that this version cannot place.
    pub missing: Vec<booqing_model::Id>,
    /// When this version of it was entered, by the clock of its desk.
    pub at: Option<Moment>,
}

/// Where keys are found.
pub trait Keys {
    /// The key of that id; `None` when this desk has not got it.
    ///
    /// # Errors
    /// [`SyncError::Store`].
    fn key(&self, id: booqing_model::Id) -> Result<Option<SealingKey>, SyncError>;
}

impl Keys for Exchange<'_> {
    fn key(&self, id: booqing_model::Id) -> Result<Option<SealingKey>, SyncError> {
        Ok(Exchange::key(self, id)?)
    }
}

impl Sealer {
    /// A sealer with an administration's key. Without terms, statutory parts are sealed for an
    /// open term.
    pub fn new(administration: Id, desk: Id, key: &[u8; 32], terms: Option<Terms>) -> Self {
        let derived = |label: &str| Secret::new(blake3::derive_key(label, key));
        Self {
            administration,
            desk,
            parts_key: derived("smartbooqing 2026 administration part"),
            witness_key: derived("smartbooqing 2026 witness"),
            originals_key: derived("smartbooqing 2026 originals"),
            plain_key: derived("smartbooqing 2026 plain"),
            chain: Chain::new(key),
            terms,
            random: random::of_system(),
            register: Register::current(),
        }
    }

    /// The same, with random bytes from elsewhere: a world that is played from a seed must come out the
    /// same again.
    #[must_use]
    pub fn with_random(self, random: Random) -> Self {
        Self { random, ..self }
    }

    /// The same, of a program that knows other record types: as a version before did.
    #[must_use]
    pub fn with_register(self, register: Register) -> Self {
        Self { register, ..self }
    }

    /// The record types that this program knows.
    pub(crate) fn register(&self) -> &Register {
        &self.register
    }

    /// The record type of a class, when this program knows it.
    pub(crate) fn known(&self, class: &str) -> Option<&'static RecordType> {
        self.register.find(class)
    }

    /// An id for a key. It says nothing about when it was made; the records that name it are the shorter
    /// for its zeros.
    fn key_id(&self) -> Result<[u8; 16], SyncError> {
        let mut id = [0; 16];
        let (_, random) = id.split_at_mut(6);
        (self.random)(random)?;
        Ok(id)
    }

    /// A seed for a record that is about to be sealed.
    pub(crate) fn seed(&self) -> Result<Seed, SyncError> {
        Ok(self.random::<SEED>()?.into())
    }

    fn random<const N: usize>(&self) -> Result<[u8; N], SyncError> {
        let mut bytes = [0; N];
        (self.random)(&mut bytes)?;
        Ok(bytes)
    }

    /// The administration.
    pub fn administration(&self) -> Id {
        self.administration
    }

    /// The retention policies of the administration.
    pub(crate) fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref()
    }

    /// This desk.
    pub fn desk(&self) -> Id {
        self.desk
    }

    /// Seals the first part of a record, which has the other ones already: it is this desk's then.
    pub(crate) fn close(
        &self,
        record: SealedRecord,
        content: &[u8],
    ) -> Result<SealedRecord, SyncError> {
        let mut record = SealedRecord { author: self.desk, ..record };
        let first = Part { class: PartClass::Working, sealed: Vec::new().into(), seed: None };
        record.parts.insert(0, first);
        let statement = record.statement(self.administration)?;
        let sealed = part::seal(&self.parts_key, &record.seed, &statement, content);
        let sealed = sealed.map_err(|source| trouble(&record, source))?;
        if let Some(first) = record.parts.first_mut() {
            first.sealed = sealed.into();
        }
        Ok(record)
    }

    /// Opens the first part of a record: it is authentic then, made by a desk of this administration, and
    /// as it was made.
    ///
    /// # Errors
    /// [`SyncError::NotAuthentic`].
    pub fn open_first(&self, record: &SealedRecord) -> Result<Zeroizing<Vec<u8>>, SyncError> {
        let wrong = || SyncError::NotAuthentic { class: record.class.clone(), id: record.id };
        let first = record.parts.first().filter(|first| {
            // Nothing else of it is covered by the seal.
            first.class == PartClass::Working && first.seed.is_none()
        });
        let statement = record.statement(self.administration)?;
        part::open(&self.parts_key, &record.seed, &statement, &first.ok_or_else(wrong)?.sealed)
            .map_err(|source| match source {
                PartError::Seal(_) => wrong(),
                PartError::Content => trouble(record, source),
            })
    }

    /// The same record as this desk's next version, whatever it holds.
    ///
    /// # Errors
    /// [`SyncError::NotAuthentic`].
    pub(crate) fn close_again(
        &self,
        came: SealedRecord,
        version: u64,
        lineage: Hash,
    ) -> Result<SealedRecord, SyncError> {
        let content = self.open_first(&came)?;
        let before = came.seed;
        let mut next = SealedRecord { version, lineage, seed: self.seed()?, ..came };
        next.parts =
            next.parts.into_iter().skip(1).map(|part| part_of_before(part, before)).collect();
        self.close(next, &content)
    }

    /// Seals a record. Keys it needs and that are not there are made, and kept in the cache.
    ///
    /// # Errors
    /// [`SyncError`].
    pub fn seal(&self, cache: &Exchange<'_>, draft: &Draft<'_>) -> Result<Sealed, SyncError> {
        let Draft { record, id, fields, unknown, .. } = *draft;
        let Cut { routing, parts } = parts::cut(record, id, fields, unknown);
        let mut sealed = self.unsealed(draft, wire_routing(record, &routing))?;
        let mut needed = Vec::new();
        let mut first = First { at: draft.entered(), ..First::default() };
        let mut beside = BTreeMap::new();
        for PlainPart { key, fields: values } in parts {
            let purpose = match &key {
                PartKey::Working => {
                    first.fields = Plain(values);
                    continue;
                }
                _ => self.purpose(cache, record, fields, &key)?,
            };
            let Some(purpose) = purpose else {
                beside.insert(key.to_string(), values);
                continue;
            };
            let found = self.key_for(cache, &purpose)?;
            let class = match key {
                PartKey::Statutory => PartClass::Statutory,
                _ => PartClass::Personal,
            };
            let content = Zeroizing::new(encode(&Plain(values))?);
            let part = self.seal_part(&Secret::new(found.secret), &sealed, class, &content)?;
            sealed.parts.push(part);
            first.parts.push(Named::of(&key, found.id));
            needed.push(found.id);
        }
        first.beside = content::beside(beside);
        let known = first.parts.len();
        self.carry_closed_parts(cache, draft, &mut sealed, &mut first)?;
        let is_partial = first.parts.len() > known;
        let record = self.close(sealed, &Zeroizing::new(encode(&first)?))?;
        let plain = self.plain(fields, unknown);
        Ok(Sealed { record, keys: needed, plain, is_partial })
    }

    /// Seals the deletion of a record.
    ///
    /// # Errors
    /// [`SyncError`].
    pub fn seal_deletion(
        &self,
        draft: &Draft<'_>,
        fiscal_year: i64,
    ) -> Result<SealedRecord, SyncError> {
        // It stays counted in the year it was in.
        let mut routing = Routing::default();
        if fiscal_year != 0 {
            routing.0.insert("fiscal_year".to_owned(), Route::Number(fiscal_year));
        }
        let record = SealedRecord { deleted: true, ..self.unsealed(draft, routing)? };
        let first = First { at: draft.entered(), ..First::default() };
        self.close(record, &encode(&first)?)
    }

    /// Opens the other parts of a record, as far as this desk has keys. `content` is that of the first.
    ///
    /// # Errors
    /// [`SyncError::Part`], [`SyncError::Content`].
    pub fn open(
        &self,
        keys: &impl Keys,
        record_type: &'static RecordType,
        record: &SealedRecord,
        content: &[u8],
    ) -> Result<Opened, SyncError> {
        let (first, others) = read_first(record, content)?;
        let at = entered(record, first.at);
        let mut parts = vec![PlainPart { key: PartKey::Working, fields: first.fields.0 }];
        let (mut is_partial, mut missing) = (false, Vec::new());
        for Beside { kind, fields } in first.beside {
            match kind.parse() {
                Ok(key) => parts.push(PlainPart { key, fields: fields.0 }),
                Err(_) => is_partial = true,
            }
        }
        for (part, named) in others.iter().zip(&first.parts) {
            let id = named.key().ok_or_else(|| no_content(record))?;
            let (Some(key), Some(kind)) = (keys.key(id)?, named.part()) else {
                is_partial = true;
                // A part that this version cannot place lacks no key.
                missing.extend(Some(id).filter(|_| named.part().is_some()));
                continue;
            };
            let content = self.open_part(&Secret::new(key.secret), record, part)?;
            let fields = decode::<Plain>(&content).map_err(|_| no_content(record))?;
            parts.push(PlainPart { key: kind, fields: fields.0 });
        }
        let routing = plain_routing(record_type, &record.routing);
        let (fields, unknown) = parts::join(record_type, Cut { routing, parts });
        Ok(Opened { fields, unknown, is_partial, missing, at })
    }

    /// Parts that this desk cannot open go back as they came. A key that comes later opens the parts
    /// that wait for it at once, so that a part is closed as long as its key is not there.
    fn carry_closed_parts(
        &self,
        cache: &Exchange<'_>,
        draft: &Draft<'_>,
        sealed: &mut SealedRecord,
        first: &mut First,
    ) -> Result<(), SyncError> {
        let Some(bytes) = cache.unread(draft.id)? else { return Ok(()) };
        let came = SealedRecord::from_bytes(&bytes)?;
        if came.deleted {
            return Ok(());
        }
        let content = self.open_first(&came)?;
        let (before, others) = read_first(&came, &content)?;
        for (part, named) in others.iter().zip(before.parts) {
            let id = named.key().ok_or_else(|| no_content(&came))?;
            if named.part().is_none() || cache.key(id)?.is_none() {
                sealed.parts.push(part_of_before(part.clone(), came.seed));
                first.parts.push(named);
            }
        }
        let unknown = |beside: &Beside| beside.kind.parse::<PartKey>().is_err();
        first.beside.extend(before.beside.into_iter().filter(unknown));
        Ok(())
    }

    /// What a part's key is for; `None` for the administration's key.
    fn purpose(
        &self,
        cache: &Exchange<'_>,
        record: &RecordType,
        fields: &Fields,
        key: &PartKey,
    ) -> Result<Option<String>, SyncError> {
        Ok(match key {
            PartKey::Working | PartKey::Personal { person: None, .. } => None,
            PartKey::Personal { person: Some(person), ground } => {
                Some(format!("person/{person}/{}", ground.name()))
            }
            PartKey::Statutory => Some(match &self.terms {
                Some(terms) => terms.purpose(record, fields, &ExchangeAround(cache))?,
                None => format!("year/{}/open", fields.integer("fiscal_year").unwrap_or(0)),
            }),
        })
    }

    fn key_for(&self, cache: &Exchange<'_>, purpose: &str) -> Result<SealingKey, SyncError> {
        if let Some(key) = cache.key_for(purpose)? {
            return Ok(key);
        }
        let key = SealingKey {
            id: booqing_model::Id::from_bytes(self.key_id()?),
            purpose: purpose.to_owned(),
            secret: self.random()?,
        };
        cache.put_key(&key)?;
        Ok(key)
    }

    /// Seals a part of a record that has its seed.
    fn seal_part(
        &self,
        key: &Secret,
        record: &SealedRecord,
        class: PartClass,
        content: &[u8],
    ) -> Result<Part, SyncError> {
        let place = self.place(record, class);
        let sealed = part::seal(key, &record.seed, &place.bytes(), content)
            .map_err(|source| trouble(record, source))?;
        Ok(Part { class, sealed: sealed.into(), seed: None })
    }

    fn open_part(
        &self,
        key: &Secret,
        record: &SealedRecord,
        part: &Part,
    ) -> Result<Zeroizing<Vec<u8>>, SyncError> {
        let seed = part.seed.as_ref().unwrap_or(&record.seed);
        let place = self.place(record, part.class);
        part::open(key, seed, &place.bytes(), &part.sealed)
            .map_err(|source| trouble(record, source))
    }

    /// Where a part of a record belongs.
    fn place<'a>(&'a self, record: &'a SealedRecord, class: PartClass) -> Place<'a> {
        Place {
            administration: &self.administration.0,
            record: &record.id.0,
            class: &record.class,
            field_class: number(class),
        }
    }

    /// A record of this desk without parts, with a seed for them.
    fn unsealed(&self, draft: &Draft<'_>, routing: Routing) -> Result<SealedRecord, SyncError> {
        Ok(SealedRecord {
            id: wire_id(draft.id),
            class: draft.record.class.to_owned(),
            version: draft.version.unsigned_abs(),
            lineage: draft.lineage,
            author: self.desk,
            routing,
            seed: self.seed()?,
            parts: Vec::new(),
            deleted: false,
        })
    }
}

/// A part as it is passed on in a later version, which has another seed.
fn part_of_before(part: Part, seed: Seed) -> Part {
    Part { seed: part.seed.or(Some(seed)), ..part }
}

fn trouble(record: &SealedRecord, source: PartError) -> SyncError {
    SyncError::Part { class: record.class.clone(), id: record.id, source }
}

/// What is to be sealed.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The record class.
    pub record: &'static RecordType,
    /// The record.
    pub id: booqing_model::Id,
    /// Its version.
    pub version: i64,
    /// What it is made from at the hub.
    pub lineage: Hash,
    /// Its values.
    pub fields: &'a Fields,
    /// Values of fields that this version does not know.
    pub unknown: &'a Unknown,
    /// When it was last changed here.
    pub at: Option<Moment>,
}

impl Draft<'_> {
    /// When it was entered, where that does not follow from its id.
    fn entered(&self) -> Option<i64> {
        self.at.filter(|_| self.version > 1).map(|at| at.0)
    }
}

/// A record that was sealed, and the keys that other desks need to open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The record.
    pub record: SealedRecord,
    /// The keys.
    pub keys: Vec<booqing_model::Id>,
    /// The keyed hash of its values.
    pub plain: [u8; 16],
    /// Whether a part of it is one that this desk could not open.
    pub is_partial: bool,
}

/// The number of a field class in associated data.
fn number(class: PartClass) -> u8 {
    match class {
        PartClass::Working => 0,
        PartClass::Statutory => 1,
        PartClass::Personal => 2,
    }
}
