//! What the desks of all worlds are installed with: making a key slot takes longer than playing a world.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use booqing_keys::{InstallationKey, NewSlot, Passphrase, Slots};
use booqing_model::Id;
use booqing_store::{Cache, Identity};

use crate::hub::ADMINISTRATION;
use crate::{Failed, failing};

/// The installation of every desk, and a cache with nothing in it: made once.
struct Template {
    key: InstallationKey,
    folder: tempfile::TempDir,
}

/// That installation.
///
/// # Errors
/// When it cannot be made.
fn template() -> Result<&'static Template, Failed> {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    if let Some(made) = TEMPLATE.get() {
        return Ok(made);
    }
    failing::prepare()?;
    let folder = tempfile::tempdir()?;
    let passphrase = Passphrase::new("vijf woorden voor een spel".to_owned());
    let (_, key) = Slots::create(folder.path(), "i", &NewSlot::Passphrase(&passphrase))?;
    let cache = Cache::create(
        &folder.path().join("cache.db"),
        key.cache_key(&ADMINISTRATION.0),
        &identity(),
    )?;
    cache.checkpoint()?;
    drop(cache);
    Ok(TEMPLATE.get_or_init(|| Template { key, folder }))
}

fn identity() -> Identity {
    Identity { installation: "i".to_owned(), administration: Id::from_bytes(ADMINISTRATION.0) }
}

/// Opens the cache of a desk.
///
/// # Errors
/// When it does not open: the data would be lost.
pub(crate) fn open(path: &Path) -> Result<Arc<Cache>, Failed> {
    let key = template()?.key.cache_key(&ADMINISTRATION.0);
    Ok(Arc::new(Cache::open(path, key, &identity())?))
}

/// Gives a new desk its cache, with nothing in it.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn lay_out(path: &Path) -> Result<(), Failed> {
    fs::copy(template()?.folder.path().join("cache.db"), path)?;
    Ok(())
}
