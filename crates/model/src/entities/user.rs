//! Users.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::codes::codes;
use crate::text::{Email, Text};
use crate::time::Date;
use crate::{Id, Record};

codes! {
    /// What a user may do.
    Role {
        /// Everything, users and keys included.
        Administrator = "administrator",
        /// Clients, bookings and documents.
        Employee = "employee",
        /// Granted archived years, read-only.
        Accountant = "accountant",
        /// Years in custody, read-only.
        Custodian = "custodian",
        /// The own dossier, at the office's desk.
        Client = "client",
    }
}

codes! {
    /// Where a user stands.
    UserState {
        /// Asked, not come yet.
        Invited = "invited",
        /// Works here.
        Active = "active",
        /// Past the last day.
        Expired = "expired",
        /// Shut out.
        Disabled = "disabled",
    }
}

/// Somebody who works with the administration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "user", person = "self", ground = "employment")]
pub struct User {
    /// The name colleagues see.
    #[field(personal)]
    pub display_name: Text,
    /// E-mail address.
    #[field(personal)]
    pub email: Option<Email>,
    /// What the user may do.
    #[field(working)]
    pub role: Role,
    /// Where the user stands.
    #[field(working)]
    pub state: UserState,
    /// The last day on which the user may work.
    #[field(working)]
    pub expires_on: Option<Date>,
    /// The client that a user with the role client is.
    #[field(working, merge = "fixed", refers = "client")]
    pub client: Option<Id>,
}
