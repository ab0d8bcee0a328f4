//! Between a record as it stands in the cache and as it crosses the wire.
//!
//! A record is cut into parts by the field register. The working part lies under the
//! administration's key and names, in their order, the other parts and the keys they lie under; no
//! other place names a key. A key is itself a record, of class `key`, whose one part lies under a
//! key of its own derived from the administration's.

use std::sync::Arc;

use booqing_keys::Secret;
use booqing_keys::part::{self, Place};
use booqing_model::Fields;
use booqing_model::field::RecordType;
use booqing_model::parts::{self, Cut, Part as PlainPart, PartKey, Unknown};
use booqing_protocol::{Hash, Id, Part, PartClass, Route, Routing, SealedRecord};
use booqing_store::Exchange;
use booqing_store::tables::sealing_key::SealingKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

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
    pub(crate) keys_key: Secret,
    mac_key: Secret,
    pub(crate) witness_key: Secret,
    terms: Option<Terms>,
    random: Random,
}

/// Where random bytes come from: fills what it is given.
pub type Random = Arc<dyn Fn(&mut [u8]) -> Result<(), SyncError> + Send + Sync>;

/// Random bytes of the operating system.
fn system_random() -> Random {
    Arc::new(|bytes| booqing_keys::random::fill(bytes).map_err(|_| SyncError::NoRandom))
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sealer").field("desk", &self.desk).finish_non_exhaustive()
    }
}

/// What is sealed in the working part.
#[derive(Serialize, Deserialize)]
struct Working {
    /// The values.
    #[serde(rename = "f")]
    fields: Fields,
    /// The other parts in their order: what each is for, and the id of its key. A part without a
    /// key id lies under the administration's key.
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<(String, Option<booqing_model::Id>)>,
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
            keys_key: derived("smartbooqing 2026 sealing key"),
            mac_key: derived("smartbooqing 2026 record code"),
            witness_key: derived("smartbooqing 2026 witness"),
            terms,
            random: system_random(),
        }
    }

    /// The same, with random bytes from elsewhere: a world that is played from a seed must come out the
    /// same again.
    #[must_use]
    pub fn with_random(self, random: Random) -> Self {
        Self { random, ..self }
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

    /// Whether a record is authentic: made by a desk of this administration, and as it was made.
    ///
    /// # Errors
    /// [`SyncError::NotAuthentic`].
    pub fn verify(&self, record: &SealedRecord) -> Result<(), SyncError> {
        if record.mac_under(self.mac_key.expose(), self.administration)? == record.mac {
            Ok(())
        } else {
            Err(SyncError::NotAuthentic { class: record.class.clone(), id: record.id })
        }
    }

    /// Seals a record. Keys it needs and that are not there are made, and kept in the cache.
    ///
    /// # Errors
    /// [`SyncError`].
    pub fn seal(&self, cache: &Exchange<'_>, draft: &Draft<'_>) -> Result<Sealed, SyncError> {
        let Draft { record, id, fields, unknown, .. } = *draft;
        let Cut { routing, parts } = parts::cut(record, id, fields, unknown);
        let mut needed = Vec::new();
        let mut sealed = Vec::with_capacity(parts.len());
        let mut names = Vec::new();
        let mut working = Fields::new();
        for PlainPart { key, fields: values } in parts {
            if key == PartKey::Working {
                working = values;
                continue;
            }
            let purpose = self.purpose(cache, record, fields, &key)?;
            let found = purpose.map(|purpose| self.key_for(cache, &purpose)).transpose()?;
            let secret = match &found {
                Some(key) => Secret::new(key.secret),
                None => self.parts_key.clone(),
            };
            let class = match key {
                PartKey::Statutory => PartClass::Statutory,
                _ => PartClass::Personal,
            };
            let content = json(&values, draft)?;
            sealed.push(self.seal_part(&secret, draft.class(), id, class, &content)?);
            names.push((key.to_string(), found.as_ref().map(|key| key.id)));
            needed.extend(found.map(|key| key.id));
        }
        self.carry_closed_parts(cache, draft, &mut sealed, &mut names)?;
        let content = json(&Working { fields: working, keys: names }, draft)?;
        let first =
            self.seal_part(&self.parts_key, draft.class(), id, PartClass::Working, &content)?;
        sealed.insert(0, first);
        let record = self.finish(draft, wire_routing(record, &routing), sealed, false)?;
        Ok(Sealed { record, keys: needed })
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
        self.finish(draft, routing, Vec::new(), true)
    }

    /// The record as this desk's, with the code that it then has.
    ///
    /// # Errors
    /// [`SyncError::Framing`], which does not happen.
    pub fn sign(&self, record: SealedRecord) -> Result<SealedRecord, SyncError> {
        let mut record = SealedRecord { author: self.desk, ..record };
        record.mac = record.mac_under(self.mac_key.expose(), self.administration)?;
        Ok(record)
    }

    /// Opens a record, as far as this desk has keys.
    ///
    /// # Errors
    /// [`SyncError::Part`], [`SyncError::Content`].
    pub fn open(
        &self,
        keys: &impl Keys,
        record_type: &'static RecordType,
        record: &SealedRecord,
    ) -> Result<Opened, SyncError> {
        let wrong = || SyncError::Content { class: record.class.clone(), id: record.id };
        let (working, others) = self.open_working(record)?;
        let mut parts = vec![PlainPart { key: PartKey::Working, fields: working.fields }];
        let (mut is_partial, mut missing) = (false, Vec::new());
        for (part, (name, key)) in others.iter().zip(&working.keys) {
            let secret = match key {
                None => Some(self.parts_key.clone()),
                Some(id) => keys.key(*id)?.map(|key| Secret::new(key.secret)),
            };
            let (Some(secret), Ok(key)) = (&secret, name.parse()) else {
                is_partial = true;
                missing.extend(key.filter(|_| secret.is_none()));
                continue;
            };
            let content = self.open_part(secret, record, part)?;
            let fields = serde_json::from_slice(&content).map_err(|_| wrong())?;
            parts.push(PlainPart { key, fields });
        }
        let routing = plain_routing(record_type, &record.routing);
        let (fields, unknown) = parts::join(record_type, Cut { routing, parts });
        Ok(Opened { fields, unknown, is_partial, missing })
    }

    fn open_working<'r>(
        &self,
        record: &'r SealedRecord,
    ) -> Result<(Working, &'r [Part]), SyncError> {
        let wrong = || SyncError::Content { class: record.class.clone(), id: record.id };
        let (first, others) = record.parts.split_first().ok_or_else(wrong)?;
        let content = self.open_part(&self.parts_key, record, first)?;
        let working: Working = serde_json::from_slice(&content).map_err(|_| wrong())?;
        if first.class == PartClass::Working && working.keys.len() == others.len() {
            Ok((working, others))
        } else {
            Err(wrong())
        }
    }

    /// Parts that this desk cannot open go back as they came. A key that comes later opens the parts
    /// that wait for it at once, so that a part is closed as long as its key is not there.
    fn carry_closed_parts(
        &self,
        cache: &Exchange<'_>,
        draft: &Draft<'_>,
        sealed: &mut Vec<Part>,
        names: &mut Vec<(String, Option<booqing_model::Id>)>,
    ) -> Result<(), SyncError> {
        let Some(bytes) = cache.unread(draft.id)? else { return Ok(()) };
        let came = SealedRecord::from_bytes(&bytes)?;
        if came.deleted {
            return Ok(());
        }
        let (working, others) = self.open_working(&came)?;
        for (part, (name, key)) in others.iter().zip(working.keys) {
            let is_closed = match key {
                Some(id) => cache.key(id)?.is_none() || name.parse::<PartKey>().is_err(),
                None => name.parse::<PartKey>().is_err(),
            };
            if is_closed {
                sealed.push(part.clone());
                names.push((name, key));
            }
        }
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
            // Random throughout: the id says nothing about when it was made.
            id: booqing_model::Id::from_bytes(self.random()?),
            purpose: purpose.to_owned(),
            secret: self.random()?,
        };
        cache.put_key(&key)?;
        Ok(key)
    }

    pub(crate) fn seal_part(
        &self,
        key: &Secret,
        class: &str,
        id: booqing_model::Id,
        part_class: PartClass,
        content: &[u8],
    ) -> Result<Part, SyncError> {
        let place = Place {
            administration: &self.administration.0,
            record: id.as_bytes(),
            class,
            field_class: number(part_class),
        };
        let sealed = part::seal(key, self.random()?, place, content).map_err(|source| {
            SyncError::Part { class: class.to_owned(), id: wire_id(id), source }
        })?;
        Ok(Part { class: part_class, sealed: sealed.into() })
    }

    pub(crate) fn open_part(
        &self,
        key: &Secret,
        record: &SealedRecord,
        part: &Part,
    ) -> Result<Zeroizing<Vec<u8>>, SyncError> {
        let place = Place {
            administration: &self.administration.0,
            record: &record.id.0,
            class: &record.class,
            field_class: number(part.class),
        };
        part::open(key, place, &part.sealed).map_err(|source| SyncError::Part {
            class: record.class.clone(),
            id: record.id,
            source,
        })
    }

    fn finish(
        &self,
        draft: &Draft<'_>,
        routing: Routing,
        parts: Vec<Part>,
        deleted: bool,
    ) -> Result<SealedRecord, SyncError> {
        self.sign(SealedRecord {
            id: wire_id(draft.id),
            class: draft.class().to_owned(),
            version: draft.version.unsigned_abs(),
            lineage: draft.lineage,
            author: self.desk,
            routing,
            parts,
            deleted,
            mac: Hash::default(),
        })
    }
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
}

impl Draft<'_> {
    fn class(&self) -> &'static str {
        self.record.class
    }
}

/// A record that was sealed, and the keys that other desks need to open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The record.
    pub record: SealedRecord,
    /// The keys.
    pub keys: Vec<booqing_model::Id>,
}

fn json<T: Serialize>(value: &T, draft: &Draft<'_>) -> Result<Zeroizing<Vec<u8>>, SyncError> {
    serde_json::to_vec(value)
        .map(Zeroizing::new)
        .map_err(|_| SyncError::Content { class: draft.class().to_owned(), id: wire_id(draft.id) })
}

/// The number of a field class in associated data.
fn number(class: PartClass) -> u8 {
    match class {
        PartClass::Working => 0,
        PartClass::Statutory => 1,
        PartClass::Personal => 2,
    }
}
