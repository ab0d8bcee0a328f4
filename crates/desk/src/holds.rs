//! The legal holds of the administration, and what each covers.

use std::collections::HashMap;

use booqing_model::{Fields, Id};
use booqing_retention::Hold;
use booqing_store::Reader;
use jiff::Timestamp;

use crate::Result;

/// All holds, by what they cover. A hold without a scope covers everything.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    everything: Vec<Hold>,
    clients: HashMap<Id, Vec<Hold>>,
    records: HashMap<Id, Vec<Hold>>,
    years: HashMap<i64, Vec<Hold>>,
}

/// The fields of a record that say which holds cover it.
pub(crate) const SCOPE_FIELDS: &[&str] = &["client", "fiscal_year"];

impl Holds {
    /// Reads them.
    pub(crate) fn read(reader: &Reader<'_>) -> Result<Self> {
        let mut holds = Self::default();
        let fields = ["client", "record", "fiscal_year", "placed_at", "released_at"];
        reader.scan("hold", &fields, |id, fields| {
            holds.add(id, &fields);
            Ok(())
        })?;
        Ok(holds)
    }

    fn add(&mut self, id: Id, fields: &Fields) {
        let moment =
            |name| fields.integer(name).and_then(|second| Timestamp::from_second(second).ok());
        let Some(placed_at) = moment("placed_at") else { return };
        let hold = Hold { id: id.to_string(), placed_at, released_at: moment("released_at") };
        let id = |name: &str| fields.text(name).and_then(|id| id.parse::<Id>().ok());
        match (id("record"), id("client"), fields.integer("fiscal_year")) {
            (Some(record), _, _) => self.records.entry(record).or_default().push(hold),
            (_, Some(client), _) => self.clients.entry(client).or_default().push(hold),
            (_, _, Some(year)) => self.years.entry(year).or_default().push(hold),
            _ => self.everything.push(hold),
        }
    }

    /// The holds that cover a record. Nearly always none, and then nothing is made.
    pub(crate) fn on(&self, id: Id, fields: &Fields) -> Vec<Hold> {
        let client = fields.text("client").and_then(|id| id.parse::<Id>().ok());
        let lists = [
            Some(&self.everything),
            self.records.get(&id),
            self.clients.get(&client.unwrap_or(id)),
            fields.integer("fiscal_year").and_then(|year| self.years.get(&year)),
        ];
        lists.into_iter().flatten().flatten().cloned().collect()
    }
}
