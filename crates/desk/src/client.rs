//! Clients: listed, shown, entered, changed.

use booqing_model::entities::{Client, display_name};
use booqing_model::field::{Field, FieldClass, Kind, Merge};
use booqing_model::fields::Patch;
use booqing_model::{Fields, Id, Record};
use booqing_store::{Condition, ListQuery, Reader, Row};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::record::{RecordView, default, new_id, next_number, own_number};
use crate::words::{self, Style};
use crate::{Desk, Language, Result, values};

const CLASS: &str = "client";
const NUMBER_PREFIX: &str = "C-";

/// What a list of clients is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum ClientSort {
    /// Family name or company.
    #[default]
    Name,
    /// The office's number.
    Number,
    /// Where the relation stands.
    State,
    /// The city of the first address.
    City,
}

/// Which clients are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct ClientQuery {
    /// Words, or beginnings of words, that the client must hold.
    pub text: String,
    /// The state it must be in.
    pub state: Option<String>,
    /// What the list is sorted by.
    pub sort: ClientSort,
    /// Whether the last comes first.
    pub descending: bool,
    /// How many to pass over.
    pub offset: u32,
    /// How many at the most.
    pub limit: u32,
}

/// A client in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ClientLine {
    /// The client.
    pub id: Id,
    /// The office's number.
    pub number: String,
    /// The name as it is written.
    pub name: String,
    /// Person or company.
    pub kind: String,
    /// Where the relation stands.
    pub state: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// The city of the first address.
    pub city: Option<String>,
    /// The office's own labels.
    pub tags: Vec<String>,
}

/// A stretch of the list of clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct ClientPage {
    /// How many fit the question.
    #[ts(type = "number")]
    pub total: u64,
    /// Those asked for.
    pub rows: Vec<ClientLine>,
}

/// A client with every field it can have, named in a language.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct ClientView {
    /// The client.
    pub id: Id,
    /// How many times it was changed.
    #[ts(type = "number")]
    pub version: i64,
    /// The office's number.
    pub number: String,
    /// The name as it is written.
    pub name: String,
    /// Person or company.
    pub kind: String,
    /// Where the relation stands.
    pub state: String,
    /// Every field, in the order of the register.
    pub values: Vec<FieldView>,
}

/// A field with its value and what it is.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export, rename = "FieldValue")]
pub struct FieldView {
    /// Its name.
    pub field: String,
    /// What it is called.
    pub label: String,
    /// What it takes: `text`, `note`, `integer`, `date`, `email`, `phone`, `set`, `choice`,
    /// `addresses`, `contacts` or `reference`.
    #[ts(
        type = "'text' | 'note' | 'integer' | 'date' | 'email' | 'phone' | 'set' | 'choice' | 'addresses' | 'contacts' | 'reference'"
    )]
    pub kind: &'static str,
    /// The values it may have, where they are a closed list.
    pub choices: Vec<Choice>,
    /// The value; null for none.
    #[ts(type = "unknown")]
    pub value: Value,
    /// The value as text.
    pub text: String,
    /// `routing`, `statutory`, `personal` or `working`.
    #[ts(type = "'routing' | 'statutory' | 'personal' | 'working'")]
    pub class: &'static str,
    /// The ground of a personal field.
    pub ground: Option<String>,
    /// The fields it is merged with, where there are others.
    pub group: Option<String>,
    /// Whether a person may change it here.
    pub editable: bool,
}

/// A value of a closed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// What it is called.
    pub label: String,
}

impl Desk {
    /// Clients, a stretch of the list.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn clients(&self, query: &ClientQuery) -> Result<ClientPage> {
        let state = query.state.as_ref();
        let asked = ListQuery {
            text: query.text.clone(),
            conditions: state
                .map(|state| Condition::Is("state", state.as_str().into()))
                .into_iter()
                .collect(),
            order: match query.sort {
                ClientSort::Name => vec!["derived_name"],
                ClientSort::Number => vec!["number"],
                ClientSort::State => vec!["state", "derived_name"],
                ClientSort::City => vec!["derived_city", "derived_name"],
            },
            descending: query.descending,
            offset: query.offset,
            limit: query.limit,
        };
        let (total, rows) = self.cache.read(|reader| reader.list(CLASS, &asked))?;
        Ok(ClientPage { total, rows: rows.iter().map(line).collect() })
    }

    /// One client, every field named.
    ///
    /// # Errors
    /// [`crate::DeskError::Unknown`], [`crate::DeskError::Ambiguous`].
    pub fn client_view(&self, name: &str, language: Language) -> Result<ClientView> {
        let record = self.record(CLASS, name)?;
        let style = self.style(language)?;
        let fields = &record.fields;
        let text = |name: &str| fields.text(name).unwrap_or_default().to_owned();
        Ok(ClientView {
            id: record.id,
            version: record.version,
            number: text("number"),
            name: name_of(fields),
            kind: text("kind"),
            state: text("state"),
            values: Client::TYPE.fields.iter().map(|field| view(&style, field, fields)).collect(),
        })
    }

    /// Enters a client. Without a number it gets the next one; without a kind it is a company when
    /// it has a company's name, and a person otherwise.
    ///
    /// # Errors
    /// [`crate::DeskError::Value`]; nothing is entered then.
    pub fn add_client(&self, given: &Patch) -> Result<RecordView> {
        self.add_record::<Client>(given, |reader, id, fields| {
            if fields.get("number").is_none() {
                fields.set("number", next_number(reader, CLASS, NUMBER_PREFIX, 4)?.into());
            }
            let is_company = fields.get("company_name").is_some();
            default(fields, "kind", if is_company { "company" } else { "person" });
            default(fields, "state", "active");
            complete(reader, id, fields)
        })
    }

    /// Changes a client.
    ///
    /// # Errors
    /// [`crate::DeskError::Unknown`], [`crate::DeskError::Value`]; nothing is changed then.
    pub fn set_client(&self, name: &str, patch: &Patch) -> Result<RecordView> {
        self.set_record::<Client>(name, patch, complete)
    }

    /// The name of a client, empty when there is none.
    pub(crate) fn client_name(reader: &Reader<'_>, id: Option<Id>) -> Result<String> {
        let Some(id) = id else { return Ok(String::new()) };
        Ok(reader.get(CLASS, id)?.map(|row| name_of(&row.fields)).unwrap_or_default())
    }

    /// How values are written for a person of this administration.
    pub(crate) fn style(&self, language: Language) -> Result<Style> {
        let fields = self.administration_fields()?;
        let zone = fields.text("time_zone").and_then(|zone| jiff::tz::TimeZone::get(zone).ok());
        Ok(Style { language, zone: zone.unwrap_or(jiff::tz::TimeZone::UTC) })
    }
}

/// What every client must have: a name to know it by, a number nobody else has, and keys for the
/// elements of its lists.
fn complete(reader: &Reader<'_>, id: Id, fields: &mut Fields) -> Result<()> {
    if name_of(fields).is_empty() {
        let is_company = fields.text("kind") == Some("company");
        let field = if is_company { "company_name" } else { "family_name" };
        return Err(values::wrong(
            field,
            "",
            ("is missing: a client has a name", "ontbreekt: een relatie heeft een naam"),
        ));
    }
    own_number(reader, CLASS, id, fields)?;
    for list in ["addresses", "contacts"] {
        let Some(Value::Array(elements)) = fields.get(list).cloned() else { continue };
        let mut keyed = Vec::with_capacity(elements.len());
        for mut element in elements {
            if let Some(element) = element.as_object_mut()
                && element.get("key").and_then(Value::as_str).is_none_or(str::is_empty)
            {
                element.insert("key".to_owned(), new_id()?.to_string().into());
            }
            keyed.push(element);
        }
        let keyed = if keyed.is_empty() { Value::Null } else { Value::Array(keyed) };
        fields.set(list, keyed);
    }
    Ok(())
}

/// The name as it is written.
pub(crate) fn name_of(fields: &Fields) -> String {
    display_name(
        fields.text("company_name"),
        fields.text("given_name"),
        fields.text("infix"),
        fields.text("family_name"),
    )
}

/// The city of the first address that names one.
pub(crate) fn city_of(fields: &Fields) -> Option<String> {
    let addresses = fields.get("addresses").and_then(Value::as_array);
    let mut addresses = addresses.into_iter().flatten();
    addresses.find_map(|address| address.get("city")?.as_str().map(str::to_owned))
}

fn line(row: &Row) -> ClientLine {
    let text = |name: &str| row.fields.text(name).map(str::to_owned);
    let list = |name: &str| row.fields.get(name).and_then(Value::as_array).into_iter().flatten();
    ClientLine {
        id: row.id,
        number: text("number").unwrap_or_default(),
        name: name_of(&row.fields),
        kind: text("kind").unwrap_or_default(),
        state: text("state").unwrap_or_default(),
        email: text("email"),
        phone: text("phone"),
        city: city_of(&row.fields),
        tags: list("tags").filter_map(|tag| tag.as_str().map(str::to_owned)).collect(),
    }
}

fn view(style: &Style, field: &'static Field, fields: &Fields) -> FieldView {
    let record = Client::TYPE;
    let choices = words::choices(style.language, CLASS, field.name);
    let value = fields.get(field.name).cloned().unwrap_or_default();
    let kind = match (field.kind, field.name) {
        _ if !choices.is_empty() => "choice",
        (Kind::Integer | Kind::Boolean, _) => "integer",
        (Kind::Id, _) => "reference",
        (Kind::Json, "addresses") => "addresses",
        (Kind::Json, "contacts") => "contacts",
        (Kind::Json, _) => "set",
        (Kind::Text, "email" | "newsletter_email") => "email",
        (Kind::Text, "phone") => "phone",
        (Kind::Text, "birth_date") => "date",
        (Kind::Text, _) if field.merge == Merge::Text => "note",
        (Kind::Text | Kind::Stored, _) => "text",
    };
    let ground = match field.class {
        FieldClass::Personal { ground, .. } => Some(ground.name().to_owned()),
        FieldClass::Statutory { law } => Some(law.to_owned()),
        FieldClass::Routing | FieldClass::Working => None,
    };
    FieldView {
        field: field.name.to_owned(),
        label: words::field(style.language, CLASS, field.name).to_owned(),
        kind,
        choices: choices
            .into_iter()
            .map(|(value, label)| Choice { value: value.to_owned(), label: label.to_owned() })
            .collect(),
        text: words::shown(style, record, field, &value),
        value,
        class: field.class.name(),
        ground,
        group: (record.group(field.group).count() > 1).then(|| field.group.to_owned()),
        // A merge of two clients is an operation of its own.
        editable: field.name != "merged_into",
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
