//! The legal holds of the administration, and what each covers.

use std::collections::HashMap;

use booqing_model::{Id, Values};
use booqing_retention::Hold;
use booqing_retention::records::belongs_to;
use booqing_store::{Reader, StoreError};
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
            holds.add(id, fields);
            Ok(())
        })?;
        Ok(holds)
    }

    fn add(&mut self, id: Id, fields: &impl Values) {
        let moment =
            |name| fields.integer(name).and_then(|second| Timestamp::from_second(second).ok());
        let Some(placed_at) = moment("placed_at") else { return };
        let hold = Hold { id: id.to_string(), placed_at, released_at: moment("released_at") };
        match (fields.id("record"), fields.id("client"), fields.integer("fiscal_year")) {
            (Some(record), _, _) => self.records.entry(record).or_default().push(hold),
            (_, Some(client), _) => self.clients.entry(client).or_default().push(hold),
            (_, _, Some(year)) => self.years.entry(year).or_default().push(hold),
            _ => self.everything.push(hold),
        }
    }

    /// The holds that cover a record, or what it belongs to: an original is held with its document.
    /// Nearly always none, and then nothing is made.
    pub(crate) fn on(
        &self,
        reader: &Reader<'_>,
        class: &str,
        id: Id,
        fields: &impl Values,
    ) -> std::result::Result<Vec<Hold>, StoreError> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let mut records = vec![id];
        let mut clients: Vec<Id> = fields.id("client").into_iter().collect();
        let mut years: Vec<i64> = fields.integer("fiscal_year").into_iter().collect();
        if let Some((owner, id)) = belongs_to(class, fields) {
            records.push(id);
            if let Some(owner) = reader.get_some(owner, id, SCOPE_FIELDS)? {
                clients.extend(Values::id(&owner, "client"));
                years.extend(owner.integer("fiscal_year").filter(|year| !years.contains(year)));
            }
        }
        // A hold on a client covers the client too.
        clients.extend(records.iter().copied());
        let of = records.iter().filter_map(|id| self.records.get(id));
        let of = of.chain(clients.iter().filter_map(|id| self.clients.get(id)));
        let of = of.chain(years.iter().filter_map(|year| self.years.get(year)));
        Ok(of.chain([&self.everything]).flatten().cloned().collect())
    }

    fn is_empty(&self) -> bool {
        self.everything.is_empty()
            && self.clients.is_empty()
            && self.records.is_empty()
            && self.years.is_empty()
    }
}
