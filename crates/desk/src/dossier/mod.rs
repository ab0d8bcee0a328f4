//! The dossier: everything held about one client, why, and until when.
//!
//! The sections follow from the field register: one for the client, and one for each record class
//! with a field that refers to a client.

pub mod file;
pub mod keeping;
pub(crate) mod pdf;

use booqing_model::field::{Field, FieldClass, Person, RecordType};
use booqing_model::register::RECORDS;
use booqing_model::{Fields, Id};
use booqing_store::{Condition, ListQuery, Reader, Row};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use ts_rs::TS;

use crate::client::name_of;
use crate::words::{self, Style};
use crate::{Desk, Language, Result};
pub use file::{DossierFormat, MadeFile};
pub use keeping::Keeping;

/// Everything held about one client.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Dossier {
    /// The form of this file: `smartbooqing.dossier.1`.
    pub format: &'static str,
    /// When it was made, in seconds since 1970-01-01T00:00:00Z.
    pub made_at: i64,
    /// The language of the labels: `nl` or `en`.
    pub language: String,
    /// The administration it comes from.
    pub administration: Issuer,
    /// The client's id.
    pub client: String,
    /// The office's number for the client.
    pub number: String,
    /// The client's name.
    pub name: String,
    /// What is held, by kind of record.
    pub sections: Vec<DossierSection>,
}

/// The office a dossier comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Issuer {
    /// Its name.
    pub name: String,
    /// Its address, on one line.
    pub address: String,
    /// Whom the client can ask about the data (GDPR article 13(1)(a)).
    pub controller: Option<String>,
    /// Where that person can be reached.
    pub controller_email: Option<String>,
}

/// The records of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export)]
pub struct DossierSection {
    /// The record class.
    pub id: String,
    /// What the records are called.
    pub title: String,
    /// The records, the latest first.
    pub records: Vec<DossierRecord>,
    /// Why they are kept, and until when.
    pub kept: Vec<Keeping>,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export)]
pub struct DossierRecord {
    /// The record class.
    pub class: String,
    /// The record.
    pub id: String,
    /// By what a person recognises it.
    pub title: String,
    /// Its values; empty fields are left out.
    pub values: Vec<DossierValue>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema, TS)]
#[ts(export)]
pub struct DossierValue {
    /// The field.
    pub field: String,
    /// What it is called.
    pub label: String,
    /// The value as a person reads it.
    pub text: String,
    /// The value as it is stored.
    #[ts(skip)]
    pub value: Value,
    /// `routing`, `statutory`, `personal` or `working`.
    pub class: String,
}

/// The form of the JSON, for programs that check it.
const FORMAT: &str = "smartbooqing.dossier.1";

impl Desk {
    /// Everything held about a client.
    ///
    /// # Errors
    /// [`crate::DeskError::Unknown`], [`crate::DeskError::Ambiguous`].
    pub fn dossier(&self, name: &str, language: Language, now: Timestamp) -> Result<Dossier> {
        let client = self.record("client", name)?;
        let text = |name: &str| client.fields.text(name).unwrap_or_default().to_owned();
        Ok(Dossier {
            format: FORMAT,
            made_at: now.as_second(),
            language: language.code().to_owned(),
            administration: issuer(&self.administration_fields()?),
            client: client.id.to_string(),
            number: text("number"),
            name: name_of(&client.fields),
            sections: self.dossier_sections(client.id, language, now, |_| true)?,
        })
    }

    /// The sections that a page shows as a whole: all but the client itself, which it edits, and
    /// bookings and documents, which it lists.
    ///
    /// # Errors
    /// As [`Self::dossier`].
    pub fn small_sections(
        &self,
        name: &str,
        language: Language,
        now: Timestamp,
    ) -> Result<Vec<DossierSection>> {
        let client = self.named("client", name)?;
        self.dossier_sections(client, language, now, |class| {
            !["client", "booking", "document"].contains(&class)
        })
    }

    fn dossier_sections(
        &self,
        client: Id,
        language: Language,
        now: Timestamp,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<DossierSection>> {
        let (style, tenant) = (self.style(language)?, self.tenant()?);
        self.cache.read(|reader| {
            let sections = || -> Result<Vec<DossierSection>> {
                let mut sections = Vec::new();
                for record in RECORDS.iter().copied().filter(|record| wanted(record.class)) {
                    let Some(rows) = rows_about(reader, record, client)? else { continue };
                    let records = rows
                        .iter()
                        .map(|row| describe(reader, &style, record, row, client))
                        .collect::<Result<_>>()?;
                    sections.push(DossierSection {
                        id: record.class.to_owned(),
                        title: section_title(language, record.class).to_owned(),
                        records,
                        kept: keeping::of(reader, record, &rows, &tenant, &style, now)?,
                    });
                }
                Ok(sections)
            };
            Ok(sections())
        })?
    }
}

/// What a section is called: the client itself is no list of clients.
fn section_title(language: Language, class: &str) -> &'static str {
    match class {
        "client" => words::pick(language, "Details", "Gegevens"),
        class => words::classes(language, class),
    }
}

/// The JSON schema of a dossier, as `docs/schemas/dossier.json` publishes it.
pub fn schema() -> Value {
    schemars::schema_for!(Dossier).to_value()
}

fn issuer(fields: &Fields) -> Issuer {
    let text = |name: &str| fields.text(name).map(str::to_owned);
    let place = [text("postcode"), text("city")].into_iter().flatten().collect::<Vec<_>>();
    let address = [text("street"), Some(place.join("  "))];
    Issuer {
        name: text("trade_name").or_else(|| text("legal_name")).unwrap_or_default(),
        address: address
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        controller: text("controller_name"),
        controller_email: text("controller_email"),
    }
}

/// The records of a class that are about a client, the latest first; `None` for a class that is
/// never about one.
fn rows_about(
    reader: &Reader<'_>,
    record: &'static RecordType,
    client: Id,
) -> Result<Option<Vec<Row>>> {
    if record.class == "client" {
        return Ok(Some(reader.get("client", client)?.into_iter().collect()));
    }
    let mut conditions: Vec<Condition> = Vec::new();
    for field in record.fields {
        if field.refers == Some("client") {
            conditions.push(Condition::Is(field.name, client.to_string().into()));
        }
        if let FieldClass::Personal { person: Person::Each, .. } = field.class {
            conditions.push(Condition::Holds(field.name, client.to_string()));
        }
    }
    if conditions.is_empty() {
        return Ok(None);
    }
    let mut rows: Vec<Row> = Vec::new();
    for condition in conditions {
        let query = ListQuery {
            conditions: vec![condition],
            descending: true,
            limit: u32::MAX,
            ..ListQuery::default()
        };
        for row in reader.list(record.class, &query)?.1 {
            if !rows.iter().any(|there| there.id == row.id) {
                rows.push(row);
            }
        }
    }
    if let Some(field) = date_field(record) {
        rows.sort_by_key(|row| std::cmp::Reverse(order(row, field)));
    }
    Ok(Some(rows))
}

/// The field that says when a record was, for sorting.
fn date_field(record: &RecordType) -> Option<&'static str> {
    ["starts", "document_date", "given_at", "placed_at", "found_at", "at"]
        .into_iter()
        .find(|name| record.field(name).is_some())
}

fn order(row: &Row, field: &str) -> (String, i64) {
    (
        row.fields.text(field).unwrap_or_default().to_owned(),
        row.fields.integer(field).unwrap_or_default(),
    )
}

fn describe(
    reader: &Reader<'_>,
    style: &Style,
    record: &'static RecordType,
    row: &Row,
    client: Id,
) -> Result<DossierRecord> {
    let mut values = Vec::new();
    let client_text = client.to_string();
    let is_of_another = record.class != "client"
        && row.fields.text("client").is_some_and(|owner| owner != client_text);
    for field in record.fields.iter().filter(|field| field.kind.is_for_people()) {
        let Some(value) = row.fields.get(field.name) else { continue };
        if is_of_another && is_private(field) {
            continue;
        }
        let value = &of_client(field, value, client);
        let text = match reference(reader, field, value)? {
            // That it is about this client goes without saying.
            Some((id, _)) if id == client && record.class != "client" => continue,
            // Who else it is about is theirs (GDPR article 15(4)).
            Some(_) if field.refers == Some("client") && field.name == "client" => {
                let another = words::pick(style.language, "Another client", "Een andere relatie");
                values.push(DossierValue {
                    field: field.name.to_owned(),
                    label: words::field(style.language, record.class, field.name).to_owned(),
                    text: another.to_owned(),
                    value: Value::Null,
                    class: field.class.name().to_owned(),
                });
                continue;
            }
            Some((_, name)) => name,
            None => words::shown(style, record, field, value),
        };
        if text.is_empty() {
            continue;
        }
        values.push(DossierValue {
            field: field.name.to_owned(),
            label: words::field(style.language, record.class, field.name).to_owned(),
            text,
            value: value.clone(),
            class: field.class.name().to_owned(),
        });
    }
    Ok(DossierRecord {
        class: record.class.to_owned(),
        id: row.id.to_string(),
        title: title_of(style, record, row),
        values,
    })
}

/// What stays between the office and the client a record is of, when somebody else only takes part:
/// notes, lines, amounts. That it takes place, and when, is not (GDPR article 15(4)).
fn is_private(field: &Field) -> bool {
    match field.class {
        FieldClass::Personal { person, .. } => person != Person::Each,
        FieldClass::Statutory { .. } => !["starts", "ends", "zone", "number"].contains(&field.name),
        FieldClass::Routing | FieldClass::Working => false,
    }
}

/// What a field holds of this client: of a list in which each element has its own person, the
/// client's own elements.
fn of_client(field: &Field, value: &Value, client: Id) -> Value {
    let of_each = matches!(field.class, FieldClass::Personal { person: Person::Each, .. });
    match value {
        Value::Array(elements) if of_each => {
            let client = client.to_string();
            let own =
                |element: &&Value| element.get("client").and_then(Value::as_str) == Some(&client);
            elements.iter().filter(own).cloned().collect()
        }
        other => other.clone(),
    }
}

/// The record a value refers to, with what that is called.
pub(crate) fn reference(
    reader: &Reader<'_>,
    field: &Field,
    value: &Value,
) -> Result<Option<(Id, String)>> {
    let (Some(class), Some(id)) = (field.refers, value.as_str().and_then(|id| id.parse().ok()))
    else {
        return Ok(None);
    };
    let row = reader.get(class, id)?;
    Ok(Some((id, row.map_or_else(|| id.to_string(), |row| called(class, &row)))))
}

/// A value as people read it: what it refers to by its name, anything else as the style writes it.
pub(crate) fn text_of(
    reader: &Reader<'_>,
    style: &Style,
    record: &RecordType,
    field: &Field,
    value: &Value,
) -> Result<String> {
    let named = reference(reader, field, value)?;
    Ok(named.map_or_else(|| words::shown(style, record, field, value), |(_, name)| name))
}

/// What a record is called: its name, number or title; its id when it has none.
pub(crate) fn called(class: &str, row: &Row) -> String {
    if class == "client" {
        let name = name_of(&row.fields);
        let number = row.fields.text("number").unwrap_or_default();
        return format!("{name} ({number})");
    }
    [
        "number",
        "name",
        "title",
        "prefix",
        "display_name",
        "purpose",
        "recipient",
        "file_name",
        "legal_name",
    ]
    .iter()
    .find_map(|name| row.fields.text(name))
    .map_or_else(|| row.id.to_string(), str::to_owned)
}

fn title_of(style: &Style, record: &RecordType, row: &Row) -> String {
    match record.class {
        "document" => {
            let kind = row.fields.text("kind").unwrap_or_default();
            let kind = words::code(style.language, "document", "kind", kind).unwrap_or(kind);
            match row.fields.text("number") {
                Some(number) => format!("{kind} {number}"),
                None => kind.to_owned(),
            }
        }
        class => called(class, row),
    }
}

#[cfg(test)]
mod tests;
