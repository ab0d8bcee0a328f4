//! Clients: listed, shown, entered, changed.

use booqing_model::entities::{Client, display_name};
use booqing_model::fields::Patch;
use booqing_model::{Fields, Id, Record};
use booqing_store::{Change, ChangeSet, Edit, Row};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use serde::Serialize;
use serde_json::json;

use crate::{Desk, Result, values};

const CLASS: &str = "client";
const NUMBER_PREFIX: &str = "C-";

/// A client in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClientLine {
    /// The client.
    pub id: Id,
    /// The office's number.
    pub number: String,
    /// The name as it is written.
    pub name: String,
    /// Where the relation stands.
    pub state: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
}

/// A client with everything that is held of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClientRecord {
    /// The client.
    pub id: Id,
    /// How many times it was changed.
    pub version: i64,
    /// The values, by field name.
    pub fields: Fields,
}

impl Desk {
    /// Clients by name, a stretch of the list.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn clients(&self, offset: u32, limit: u32) -> Result<Vec<ClientLine>> {
        let rows = self.cache.read(|reader| reader.clients(offset, limit))?;
        Ok(rows.iter().map(line).collect())
    }

    /// One client.
    ///
    /// # Errors
    /// [`crate::DeskError::Unknown`], [`crate::DeskError::Ambiguous`].
    pub fn client(&self, name: &str) -> Result<ClientRecord> {
        let id = self.named(CLASS, name)?;
        let row = self.cache.read(|reader| reader.get(CLASS, id))?;
        let row =
            row.ok_or_else(|| crate::DeskError::Unknown { class: CLASS, name: name.to_owned() })?;
        Ok(ClientRecord { id, version: row.version, fields: row.fields })
    }

    /// Enters a client. Without a number it gets the next one; without a kind it is a company when
    /// it has a company's name, and a person otherwise.
    ///
    /// # Errors
    /// [`crate::DeskError::Value`]; nothing is entered then.
    pub fn add_client(&self, assignments: &[String]) -> Result<ClientRecord> {
        let given = values::read(Client::TYPE, assignments)?;
        let surroundings = SystemSurroundings;
        let id = surroundings.id()?;
        self.cache.write(|writer| {
            let mut fields = Fields::new().with(&given);
            if fields.get("number").is_none() {
                let last = writer.reader().last_number(CLASS, NUMBER_PREFIX)?;
                fields.set("number", next_number(last.as_deref()).into());
            }
            if fields.get("kind").is_none() {
                let is_company = fields.get("company_name").is_some();
                fields.set("kind", if is_company { "company" } else { "person" }.into());
            }
            if fields.get("state").is_none() {
                fields.set("state", "active".into());
            }
            let outcome = values::check::<Client>(&fields).and_then(|()| {
                let edit = Edit::Create(fields);
                Ok(writer.commit(&set("client.add", id, edit, &surroundings))?)
            });
            Ok(outcome)
        })??;
        self.client(&id.to_string())
    }

    /// Changes a client.
    ///
    /// # Errors
    /// [`crate::DeskError::Unknown`], [`crate::DeskError::Value`]; nothing is changed then.
    pub fn set_client(&self, name: &str, assignments: &[String]) -> Result<ClientRecord> {
        let id = self.named(CLASS, name)?;
        let patch: Patch = values::read(Client::TYPE, assignments)?;
        self.cache.write(|writer| {
            let current = writer.reader().get(CLASS, id)?.map(|row| row.fields).unwrap_or_default();
            let outcome = values::check::<Client>(&current.with(&patch)).and_then(|()| {
                let edit = Edit::Change(patch);
                Ok(writer.commit(&set("client.set", id, edit, &SystemSurroundings))?)
            });
            Ok(outcome)
        })??;
        self.client(&id.to_string())
    }
}

fn set(operation: &str, id: Id, edit: Edit, surroundings: &dyn Surroundings) -> ChangeSet {
    ChangeSet {
        operation: operation.to_owned(),
        at: surroundings.now(),
        user: None,
        changes: vec![Change { class: CLASS.to_owned(), id, edit }],
    }
}

fn line(row: &Row) -> ClientLine {
    let text = |name: &str| row.fields.text(name);
    let owned = |name: &str| text(name).map(str::to_owned);
    ClientLine {
        id: row.id,
        number: owned("number").unwrap_or_default(),
        name: display_name(
            text("company_name"),
            text("given_name"),
            text("infix"),
            text("family_name"),
        ),
        state: owned("state").unwrap_or_default(),
        email: owned("email"),
        phone: owned("phone"),
    }
}

/// The number after this one: `C-0043` after `C-0042`.
fn next_number(last: Option<&str>) -> String {
    let last: u64 =
        last.and_then(|number| number.strip_prefix(NUMBER_PREFIX)?.parse().ok()).unwrap_or(0);
    format!("{NUMBER_PREFIX}{:04}", last + 1)
}

impl ClientRecord {
    /// The name as it is written.
    pub fn name(&self) -> String {
        display_name(
            self.fields.text("company_name"),
            self.fields.text("given_name"),
            self.fields.text("infix"),
            self.fields.text("family_name"),
        )
    }

    /// What a script receives.
    pub fn to_json(&self) -> serde_json::Value {
        json!({"id": self.id, "version": self.version, "fields": self.fields})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_where_they_are() {
        assert_eq!(next_number(None), "C-0001");
        assert_eq!(next_number(Some("C-0042")), "C-0043");
        assert_eq!(next_number(Some("C-9999")), "C-10000");
    }
}
