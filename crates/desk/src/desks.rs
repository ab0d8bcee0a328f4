//! What desks are called.

use booqing_model::parts::Unknown;
use booqing_model::text::Text;
use booqing_model::{Fields, Id, entities};
use booqing_store::tables::outbox::Waiting;
use booqing_store::{Reader, Row, StoreError, Writer};
use booqing_sync::driver::SystemSurroundings;
use booqing_sync::inward::Surroundings;
use serde::Serialize;

use crate::{Desk, RecordView, Result};

const CLASS: &str = "desk";

/// A desk of the administration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeskLine {
    /// The desk.
    pub id: Id,
    /// What people call it.
    pub name: String,
    /// When it joined, in seconds since 1970.
    pub joined_at: i64,
    /// Whether it is this one.
    pub is_this: bool,
}

/// Enters what a desk that has just joined is called, for the others to know it by. Nobody takes that
/// back as if it were a change of theirs.
pub(crate) fn introduce(
    writer: &mut Writer<'_>,
    desk: Id,
    name: &str,
) -> std::result::Result<(), StoreError> {
    let now = SystemSurroundings.now();
    // A name that is no text is no reason not to join.
    let Ok(name) = Text::parse(name.trim()) else { return Ok(()) };
    let fields = Fields::from_entity(&entities::Desk { name, joined_at: now });
    let Ok(fields) = fields else { return Ok(()) };
    writer.exchange(|exchange| {
        let row = Row { seq: 0, id: desk, version: 1, fields, unknown: Unknown::new() };
        exchange.put_row(CLASS, &row, None, now)?;
        let waiting = Waiting::new(CLASS, desk, 1);
        exchange.put_outbox(now, &[waiting]).map(|_| ())
    })
}

/// What a desk is called; by the end of its id where nobody has said.
pub(crate) fn name_of(reader: &Reader<'_>, desk: &str) -> Result<String> {
    let named = match desk.parse() {
        Ok(id) => reader.get(CLASS, id)?,
        Err(_) => None,
    };
    let name = named.and_then(|row| row.fields.text("name").map(str::to_owned));
    Ok(name.unwrap_or_else(|| short(desk)))
}

/// The end of the id of a desk without a name.
fn short(desk: &str) -> String {
    desk.char_indices().rev().nth(5).map_or(desk, |(at, _)| &desk[at..]).to_owned()
}

impl Desk {
    /// The desks of the administration that have said what they are called, the first to join first.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn desks(&self) -> Result<Vec<DeskLine>> {
        let here = self.connection.desk;
        let mut desks = self.cache.read(|reader| {
            let mut desks = Vec::new();
            for id in reader.ids(CLASS)? {
                let Some(row) = reader.get(CLASS, id)? else { continue };
                let name = row.fields.text("name").unwrap_or_default().to_owned();
                let joined_at = row.fields.integer("joined_at").unwrap_or_default();
                desks.push(DeskLine { id, name, joined_at, is_this: id == here });
            }
            Ok(desks)
        })?;
        desks.sort_by_key(|desk| (desk.joined_at, desk.id));
        Ok(desks)
    }

    /// Calls this desk something else, for everybody.
    ///
    /// # Errors
    /// [`crate::DeskError::Value`] for a name that is none; [`crate::DeskError::Store`].
    pub fn rename(&self, name: &str) -> Result<RecordView> {
        let patch = [("name".to_owned(), name.into())].into_iter().collect();
        let id = self.connection.desk;
        if self.cache.read(|reader| reader.get(CLASS, id))?.is_none() {
            // It joined before desks had names.
            self.cache.write(|writer| introduce(writer, id, &short(&id.to_string())))?;
        }
        self.set_record::<entities::Desk>(&id.to_string(), &patch, |_, _, _| Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;
    use crate::testing::{desk, id};

    #[test]
    fn a_desk_is_known_by_its_name_and_before_it_has_one_by_the_end_of_its_id() {
        let office = desk();
        let here = office.connection.desk.to_string();
        let name = |of: &str| office.cache.read(|reader| Ok(name_of(reader, of))).unwrap().unwrap();
        assert_eq!(name(&here), short(&here));
        assert_eq!(name("0123456789"), "456789");
        assert!(office.desks().expect("listed").is_empty());

        office.rename("Balie").expect("renamed");
        office.put("desk", id(9), serde_json::json!({"name": "Laptop", "joined_at": 5}));
        assert_eq!((name(&here).as_str(), name(&id(9).to_string()).as_str()), ("Balie", "Laptop"));
        let desks = office.desks().expect("listed");
        let lines: Vec<_> = desks.iter().map(|one| (one.name.as_str(), one.is_this)).collect();
        assert_eq!(lines, [("Laptop", false), ("Balie", true)]);
        assert!(office.rename("  ").is_err(), "a name is not empty");
    }

    #[test]
    fn that_it_joined_is_told_to_the_others_and_nothing_to_take_back() {
        let office = desk();
        let step =
            |office: &Desk| office.last_step(Language::En).expect("read").map(|one| one.step);
        let before = step(&office);
        let waiting = office.status().expect("read").waiting;
        office.cache.write(|writer| introduce(writer, id(5), " Kantoor 2 ")).expect("entered");
        assert_eq!(office.desks().expect("listed")[0].name, "Kantoor 2");
        assert_eq!(office.status().expect("read").waiting, waiting + 1);
        assert_eq!(step(&office), before);
    }
}
