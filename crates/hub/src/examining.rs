//! A hub that serves examines what it stores once a month, and says in its log what it found.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Service;

/// The file that says when everything was last examined, in seconds since 1970.
const EXAMINED: &str = "examined";
/// How long it is until everything is examined again.
const EVERY: Duration = Duration::from_secs(30 * 86_400);
/// How often it is looked whether that is so.
const LOOK: Duration = Duration::from_secs(3_600);

/// Whether it is time. Before the first time a month begins.
///
/// # Errors
/// When the file that says so cannot be written.
pub fn is_due(data: &Path, now: SystemTime) -> std::io::Result<bool> {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let last = std::fs::read_to_string(data.join(EXAMINED)).ok();
    match last.and_then(|last| last.trim().parse::<u64>().ok()) {
        // A clock that went back does not keep it from being done.
        Some(last) => Ok(!(last..last + EVERY.as_secs()).contains(&seconds)),
        None => note(data, now).map(|()| false),
    }
}

/// Notes that everything was examined.
///
/// # Errors
/// When the file cannot be written.
pub fn note(data: &Path, now: SystemTime) -> std::io::Result<()> {
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut file = OpenOptions::new();
    file.create(true).truncate(true).write(true).mode(0o600);
    file.open(data.join(EXAMINED))?.write_all(seconds.to_string().as_bytes())
}

/// Examines everything, for as long as it goes on; whether what was looked at is as it was.
pub fn examine(service: &Service, goes_on: &dyn Fn() -> bool) -> bool {
    let (mut is_sound, mut records) = (true, 0);
    let done = service.examine(goes_on, |administration, examined| {
        let examined = match examined {
            Ok(examined) => examined,
            Err(error) => {
                is_sound = false;
                tracing::error!(%administration, %error, "what is stored cannot be examined");
                return;
            }
        };
        records += examined.records;
        if examined.is_sound() {
            return;
        }
        is_sound = false;
        let named = examined.named.first().map(ToString::to_string).unwrap_or_default();
        tracing::error!(
            %administration,
            damaged = examined.damaged,
            first = named,
            miscounted = examined.is_miscounted,
            "records are not as they were stored: put back a copy that has them"
        );
    });
    if let Err(error) = done {
        tracing::error!(%error, "what is stored could not be examined");
        return false;
    }
    tracing::info!(records, is_sound, "everything was examined");
    is_sound
}

/// That an examination goes on, until it is dropped.
#[derive(Debug, Default)]
struct GoingOn(Arc<AtomicBool>);

impl Drop for GoingOn {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Examines everything once a month. What is under way when it is given up ends soon.
pub async fn monthly(service: Arc<Service>, data: PathBuf) {
    let going_on = GoingOn::default();
    loop {
        tokio::time::sleep(LOOK).await;
        let (service, data) = (Arc::clone(&service), data.clone());
        let ended = Arc::clone(&going_on.0);
        let examined = tokio::task::spawn_blocking(move || {
            let goes_on = || !ended.load(Ordering::Relaxed);
            if is_due(&data, SystemTime::now())? {
                examine(&service, &goes_on);
                if goes_on() {
                    note(&data, SystemTime::now())?;
                }
            }
            std::io::Result::Ok(())
        });
        if let Ok(Err(error)) = examined.await {
            tracing::error!(%error, "when everything was examined could not be noted");
        }
    }
}
