//! What a field can be.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// An entity of the field register.
pub trait Record: Serialize + DeserializeOwned {
    /// The declaration, read by everything that does not know the entity's Rust type.
    const TYPE: &'static RecordType;
}

/// The declaration of an entity.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct RecordType {
    /// The record class: its name on the wire, of its table, and in exports.
    pub class: &'static str,
    /// What it is, for the register.
    pub doc: &'static str,
    /// Its fields, in the order of the declaration.
    pub fields: &'static [Field],
}

impl RecordType {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields the hub reads.
    pub fn routing(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| field.class == FieldClass::Routing)
    }

    /// The fields of a merge group.
    pub fn group<'a>(&self, group: &'a str) -> impl Iterator<Item = &'static Field> + use<'a> {
        self.fields.iter().filter(move |field| field.group == group)
    }
}

/// The declaration of a field.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Field {
    /// Its name: of the column, in parts and in exports.
    pub name: &'static str,
    /// What it is, and with that under which key it is sealed and when it goes.
    pub class: FieldClass,
    /// Fields of one group are merged, or conflict, together. A field alone is its own group.
    pub group: &'static str,
    /// How two edits of it become one.
    pub merge: Merge,
    /// What its column holds.
    pub kind: Kind,
    /// Whether it may be absent.
    pub optional: bool,
    /// The record class it refers to, where it holds ids of other records.
    pub refers: Option<&'static str>,
    /// Whether search finds the record by it.
    pub search: bool,
    /// What it means, for the register.
    pub doc: &'static str,
}

/// What a field is. It decides the key, the retention, what an erasure does and what the hub sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldClass {
    /// What the hub needs to order and to check. Clear on the wire. No names, no content, no
    /// link to a person.
    Routing,
    /// What the law makes the office keep. Sealed under the key of (fiscal year, last day of
    /// retention); stays when the person is erased, and ends by itself.
    Statutory {
        /// The law that keeps it, for instance `AWR 52(4)`.
        law: &'static str,
    },
    /// About a person, with no statutory ground. Sealed under the key of (person, ground); gone
    /// when that key is destroyed.
    Personal {
        /// Whose it is.
        person: Person,
        /// Why it may be held.
        ground: Ground,
    },
    /// Neither: labels, settings, references between records. Sealed under the administration's
    /// key.
    Working,
}

impl FieldClass {
    /// Its name: `routing`, `statutory`, `personal` or `working`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Routing => "routing",
            Self::Statutory { .. } => "statutory",
            Self::Personal { .. } => "personal",
            Self::Working => "working",
        }
    }
}

/// Whose a personal field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// The record is the person.
    Itself,
    /// The person whose id stands in the named field of the same record. While that field is
    /// empty nobody is known, and the value is sealed under the administration's key.
    Named(&'static str),
    /// The field is a list, and each element names its own person in `client`: the record has one
    /// personal part per person.
    Each,
}

/// Why personal data may be held: GDPR article 6(1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// Article 6(1)(a): consent to a purpose. Ends when it is withdrawn.
    Consent,
    /// Article 6(1)(b): the contract with the client.
    Contract,
    /// Article 6(1)(c): a legal obligation other than the keeping of books, such as the proof of
    /// a consent (article 7(1)) or of a disclosure (article 5(2)).
    LegalObligation,
    /// Article 6(1)(f): a legitimate interest.
    LegitimateInterest,
    /// Article 6(1)(b): the contract with a person who works at the office.
    Employment,
}

impl Ground {
    /// All grounds.
    pub const ALL: [Self; 5] = [
        Self::Consent,
        Self::Contract,
        Self::LegalObligation,
        Self::LegitimateInterest,
        Self::Employment,
    ];

    /// Its name in parts, keys and exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::LegalObligation => "legal_obligation",
            Self::LegitimateInterest => "legitimate_interest",
            Self::Employment => "employment",
        }
    }

    /// The ground of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.name() == name)
    }

    /// Where it stands in the GDPR.
    pub fn article(self) -> &'static str {
        match self {
            Self::Consent => "6(1)(a)",
            Self::Contract | Self::Employment => "6(1)(b)",
            Self::LegalObligation => "6(1)(c)",
            Self::LegitimateInterest => "6(1)(f)",
        }
    }
}

/// How two edits of one field, made apart, become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// One value. Two different edits are a conflict of the group.
    Scalar,
    /// A set: additions and removals of both sides count.
    Set,
    /// A list of elements with a `key`: merged element by element, each as a whole.
    List,
    /// A number that is added to: both differences count.
    Counter,
    /// Lines of text: merged by line, a conflict where both changed the same lines.
    Text,
    /// Written once, when the record is made.
    Fixed,
    /// Follows from other fields; computed again after a merge.
    Computed,
    /// Decided once: of two decisions the one that the hub has stands, and the other is told.
    First,
}

impl Merge {
    /// Its name in the register.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Set => "set",
            Self::List => "list",
            Self::Counter => "counter",
            Self::Text => "text",
            Self::Fixed => "fixed",
            Self::Computed => "computed",
            Self::First => "first",
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text, dates and moments in their ISO 8601 form among it, so that they sort.
    Text,
    /// A signed 64-bit number.
    Integer,
    /// Zero or one.
    Boolean,
    /// The 16 bytes of an id.
    Id,
    /// A list or a structure, as JSON.
    Json,
    /// Where bytes are that are kept beside the records, and the key to them, as JSON. For the program
    /// alone.
    Stored,
}

impl Kind {
    /// Whether a person has a use for it: what is not for people is never shown, printed or given out.
    pub fn is_for_people(self) -> bool {
        self != Self::Stored
    }

    /// Its name in the register.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Id => "id",
            Self::Json => "json",
            Self::Stored => "stored",
        }
    }
}

/// A Rust type that a field may have.
pub trait FieldValue {
    /// What its column holds.
    const KIND: Kind;
    /// Whether it may be absent.
    const OPTIONAL: bool = false;
    /// How it merges, unless the field says otherwise.
    const MERGE: Merge = Merge::Scalar;
}

impl<T: FieldValue> FieldValue for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;
    const MERGE: Merge = T::MERGE;
}

impl FieldValue for bool {
    const KIND: Kind = Kind::Boolean;
}

impl FieldValue for i64 {
    const KIND: Kind = Kind::Integer;
}

impl FieldValue for u32 {
    const KIND: Kind = Kind::Integer;
}

impl FieldValue for String {
    const KIND: Kind = Kind::Text;
}

impl<T> FieldValue for Vec<T> {
    const KIND: Kind = Kind::Json;
    const MERGE: Merge = Merge::List;
}

impl<T> FieldValue for std::collections::BTreeSet<T> {
    const KIND: Kind = Kind::Json;
    const MERGE: Merge = Merge::Set;
}

impl FieldValue for serde_json::Value {
    const KIND: Kind = Kind::Json;
}
