//! The slots file and its two generations.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::slot::Slot;
use super::{Slots, SlotsError};
use crate::installation::InstallationKey;
use crate::private_file;

pub(super) const FILE: &str = "slots.json";
pub(super) const PREVIOUS: &str = "slots.previous.json";
/// A generation that was damaged, or changed by somebody who has no key.
const DAMAGED: &str = "slots.damaged.json";
/// What is written. 1 knew no recovery kit and no proofs.
pub(super) const FORMAT: u32 = 2;

/// What is authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    pub(super) format: u32,
    pub(super) installation: String,
    pub(super) generation: u64,
    pub(super) next_id: u32,
    pub(super) slots: Vec<Slot>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    #[serde(flatten)]
    content: Content,
    mac: String,
}

impl Slots {
    /// Writes the next generation. Until it stands there whole, the one before opens.
    pub(super) fn write(
        &mut self,
        key: &InstallationKey,
        mut content: Content,
    ) -> Result<(), SlotsError> {
        if self.content.slots.is_empty() {
            // A new installation: both generations are the first one.
            return self.write_both(key, content);
        }
        content.format = FORMAT;
        content.generation += 1;
        let mac = mac(key, &content)?;
        let next = Self { folder: self.folder.clone(), content, mac, is_previous: false };
        // From memory, where it opened, and not from the disk, where it may be damaged.
        replace(&self.folder.join(PREVIOUS), &self.bytes()?)?;
        replace(&self.folder.join(FILE), &next.bytes()?)?;
        *self = next;
        Ok(())
    }

    /// Writes the next generation where the one before stood too: what was taken away is in neither. It
    /// is written there first, so that nothing opens by the one before that this one does not hold.
    pub(super) fn write_both(
        &mut self,
        key: &InstallationKey,
        mut content: Content,
    ) -> Result<(), SlotsError> {
        content.format = FORMAT;
        content.generation += 1;
        let mac = mac(key, &content)?;
        let next = Self { folder: self.folder.clone(), content, mac, is_previous: false };
        let bytes = next.bytes()?;
        replace(&self.folder.join(PREVIOUS), &bytes)?;
        replace(&self.folder.join(FILE), &bytes)?;
        *self = next;
        Ok(())
    }

    /// Writes this generation in the place of one that is damaged, which is kept beside it for whoever wants
    /// to look into it.
    pub(super) fn restore(&self) -> Result<(), SlotsError> {
        let path = self.folder.join(FILE);
        // What cannot be kept is no reason to leave it in its place.
        let _ = std::fs::rename(&path, self.folder.join(DAMAGED));
        replace(&path, &self.bytes()?)
    }

    pub(super) fn bytes(&self) -> Result<Vec<u8>, SlotsError> {
        let document = Document { content: self.content.clone(), mac: self.mac.clone() };
        serde_json::to_vec_pretty(&document).map_err(|error| SlotsError::Damaged {
            path: self.folder.join(FILE),
            reason: error.to_string(),
        })
    }
}

fn replace(path: &Path, bytes: &[u8]) -> Result<(), SlotsError> {
    private_file::replace(path, bytes)
        .map_err(|source| SlotsError::File { path: path.to_path_buf(), source })
}

/// Takes both generations away.
pub(super) fn remove(folder: &Path) -> Result<(), SlotsError> {
    for name in [FILE, PREVIOUS] {
        let path = folder.join(name);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(SlotsError::File { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

/// What authenticates the content.
pub(super) fn mac(key: &InstallationKey, content: &Content) -> Result<String, SlotsError> {
    let bytes = serde_json::to_vec(content).map_err(|error| SlotsError::Damaged {
        path: PathBuf::from(FILE),
        reason: error.to_string(),
    })?;
    Ok(blake3::keyed_hash(key.slots_key().expose(), &bytes).to_hex().to_string())
}

/// Reads one generation; whether it is authentic shows when it opens.
pub(super) fn read_generation(folder: &Path, name: &str) -> Result<Slots, SlotsError> {
    let path = folder.join(name);
    let bytes = private_file::read(&path)
        .map_err(|source| SlotsError::File { path: path.clone(), source })?
        .ok_or_else(|| SlotsError::Absent(path.clone()))?;
    let damaged = |reason: String| SlotsError::Damaged { path: path.clone(), reason };
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } =
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if format > FORMAT {
        return Err(SlotsError::Newer { path, found: format });
    }
    let Document { content, mac } =
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if content.slots.is_empty() {
        return Err(damaged("it has no slots".to_owned()));
    }
    Ok(Slots { folder: folder.to_path_buf(), content, mac, is_previous: false })
}
