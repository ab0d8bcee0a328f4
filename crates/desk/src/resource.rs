//! Resources and services: what can be booked.

use booqing_model::entities::{Resource, ResourceKind, Service};
use booqing_model::fields::Patch;
use booqing_store::{ListQuery, Row};

use crate::record::{RecordView, default};
use crate::{Desk, Result, values};

impl Desk {
    /// All resources, by name.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn resources(&self) -> Result<Vec<RecordView>> {
        self.all("resource")
    }

    /// All services, by name.
    ///
    /// # Errors
    /// [`crate::DeskError::Store`].
    pub fn services(&self) -> Result<Vec<RecordView>> {
        self.all("service")
    }

    fn all(&self, class: &str) -> Result<Vec<RecordView>> {
        let query = ListQuery { order: vec!["name"], limit: u32::MAX, ..ListQuery::default() };
        let (_, rows) = self.cache.read(|reader| reader.list(class, &query))?;
        let view = |Row { id, version, fields, .. }| RecordView { id, version, fields };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Enters a resource: a room that takes one booking at a time, unless something else is said.
    ///
    /// # Errors
    /// [`crate::DeskError::Value`]; nothing is entered then.
    pub fn add_resource(&self, given: &Patch) -> Result<RecordView> {
        self.add_record::<Resource>(given, |_, _, fields| {
            default(fields, "kind", ResourceKind::Room.code());
            default(fields, "exclusive", true);
            default(fields, "active", true);
            Ok(())
        })
    }

    /// Changes a resource.
    ///
    /// # Errors
    /// [`crate::DeskError::Unknown`], [`crate::DeskError::Value`]; nothing is changed then.
    pub fn set_resource(&self, name: &str, patch: &Patch) -> Result<RecordView> {
        self.set_record::<Resource>(name, patch, |_, _, _| Ok(()))
    }

    /// Enters a service.
    ///
    /// # Errors
    /// [`crate::DeskError::Value`]; nothing is entered then.
    pub fn add_service(&self, given: &Patch) -> Result<RecordView> {
        self.add_record::<Service>(given, |_, _, fields| {
            let name = fields.text("name").unwrap_or_default();
            let code: String = name.chars().take(8).collect::<String>().to_uppercase();
            if code.is_empty() {
                return Err(values::wrong("name", "", crate::Reason::missing()));
            }
            default(fields, "code", code);
            for (field, value) in [("minutes", 60), ("buffer_before", 0), ("buffer_after", 0)] {
                default(fields, field, value);
            }
            default(fields, "price", 0);
            default(fields, "vat_rate", 2100);
            default(fields, "active", true);
            Ok(())
        })
    }

    /// Changes a service.
    ///
    /// # Errors
    /// [`crate::DeskError::Unknown`], [`crate::DeskError::Value`]; nothing is changed then.
    pub fn set_service(&self, name: &str, patch: &Patch) -> Result<RecordView> {
        self.set_record::<Service>(name, patch, |_, _, _| Ok(()))
    }
}
