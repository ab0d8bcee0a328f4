//! A desk comes in with an invitation.

use booqing_keys::Slots;
use booqing_model::entities::Administration;
use booqing_model::entities::AgreementState;
use booqing_model::money::Currency;
use booqing_model::text::Text;
use booqing_model::time::Zone;
use booqing_model::{Fields, Id};
use booqing_protocol::Invitation;
use booqing_store::{Cache, Change, ChangeSet, Edit, Identity};
use booqing_sync::driver::{self, SystemSurroundings};
use booqing_sync::inward::Surroundings;
use booqing_sync::wire::{model_id, wire_id};
use serde::Serialize;

use crate::desk::{self, Unlock};
use crate::{DeskError, Home, Result, desks};

/// A desk that has come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Joined {
    /// The administration.
    pub administration: Id,
    /// Its name.
    pub name: String,
    /// This desk.
    pub desk: Id,
    /// Whether it is the first desk, which made the administration's keys.
    pub is_first: bool,
}

/// Comes in with an invitation: opens or makes the installation, is enrolled at the hub, and makes
/// the cache.
///
/// What can fail here fails before the invitation is used: a keyring that is not there, a folder
/// that cannot be written to.
///
/// # Errors
/// [`DeskError::AlreadyJoined`], [`DeskError::Invitation`], [`DeskError::Slots`],
/// [`DeskError::Sync`].
pub async fn join(
    home: &Home,
    unlock: &Unlock,
    invitation: &str,
    desk_name: &str,
) -> Result<Joined> {
    let invitation = Invitation::from_line(invitation)?;
    if desk::joined(home)?.is_some() {
        return Err(DeskError::AlreadyJoined);
    }
    desk::make_caches(home)?;
    let surroundings = SystemSurroundings;
    let is_new = !Slots::exist(home.path());
    let (slots, key) = desk::installation(home, unlock, &surroundings.id()?.to_string())?;

    let enrolled = match driver::join(&invitation, wire_id(surroundings.id()?), desk_name).await {
        Ok(enrolled) => enrolled,
        Err(error) => {
            // Whoever tries again with another passphrase must not be held to this one.
            if is_new {
                slots.take_back()?;
            }
            return Err(DeskError::Joining(error));
        }
    };
    let administration = model_id(enrolled.administration);
    let identity = Identity { installation: slots.installation().to_owned(), administration };
    let path = desk::cache_path(home, administration);
    // Under another name until everything is in it: a home has joined when its cache is there.
    let building = path.with_extension("new");
    // What an earlier attempt left behind was never a desk.
    for left in ["new", "new-wal", "new-shm"] {
        let _ = std::fs::remove_file(path.with_extension(left));
    }
    let cache = Cache::create(&building, key.cache_key(administration.as_bytes()), &identity)?;
    let name = &enrolled.connection.name;
    cache.write(|writer| {
        writer.set_hub(&enrolled.connection)?;
        if enrolled.is_first {
            writer.commit(&first_record(administration, name, &surroundings))?;
        }
        desks::introduce(writer, enrolled.connection.desk, desk_name)
    })?;
    cache.checkpoint()?;
    drop(cache);
    std::fs::rename(&building, &path).map_err(|source| DeskError::File {
        action: "write",
        path,
        source,
    })?;
    Ok(Joined {
        administration,
        name: enrolled.connection.name,
        desk: enrolled.connection.desk,
        is_first: enrolled.is_first,
    })
}

/// The administration's own record, as its first desk makes it: a Dutch office with calendar years
/// until somebody says otherwise.
fn first_record(id: Id, name: &str, surroundings: &dyn Surroundings) -> ChangeSet {
    let fields = || -> Option<Fields> {
        let text = |typed: &str| Text::parse(typed).ok();
        Fields::from_entity(&Administration {
            legal_name: text(name)?,
            trade_name: None,
            kvk_number: None,
            vat_number: None,
            iban: None,
            street: None,
            postcode: None,
            city: None,
            country: text("NL")?,
            time_zone: Zone::parse("Europe/Amsterdam").ok()?,
            fiscal_year_end: text("12-31")?,
            currency: Currency::euro(),
            language: text("nl")?,
            controller_name: None,
            controller_email: None,
            agreement: AgreementState::Active,
            agreement_ends: None,
        })
        .ok()
    };
    ChangeSet {
        operation: "administration.create".to_owned(),
        at: surroundings.now(),
        user: None,
        changes: vec![Change {
            class: "administration".to_owned(),
            id,
            // A name that is no text is no reason to be without the record.
            edit: Edit::Create(fields().unwrap_or_default()),
        }],
    }
}
