//! What the window works on: a home, and the desk in it once that is open.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use booqing_desk::appearance::{self, Appearance};
use booqing_desk::live::{self, SyncState};
use booqing_desk::opening::{self, Opening};
use booqing_desk::{Desk, DeskError, Failure, Home, Language};
use tauri::async_runtime::JoinHandle;
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::watch;

use crate::commands::keys::Kits;

/// How a desk stands after an attempt to open it, and the desk when it is open.
type Opened = (Opening, Option<Desk>);

/// So long after the page has come the desk begins to check itself and to sync: by then it listens,
/// so that no news and no damage is told to nobody.
const PAGE_FIRST: Duration = Duration::from_millis(1500);

/// What the window works on.
pub(crate) struct Shell {
    pub(crate) home: Arc<Home>,
    /// The language of the operating system, for a person who has not chosen one.
    pub(crate) system_language: Language,
    /// How the first opening went, for who asks first. It begins with the program: the web view
    /// takes as long to start.
    opening: Mutex<Option<JoinHandle<Result<Opening, Failure>>>>,
    /// Closed when the first opening has ended. Questions that come before wait for that.
    settled: OnceLock<watch::Receiver<()>>,
    /// Whether a page has asked how the desk stands.
    has_page: watch::Sender<bool>,
    open: RwLock<Option<Open>>,
    /// The last state of the sync that was told: a page that is loaded later asks for it.
    sync: Arc<RwLock<Option<SyncState>>>,
    /// A recovery kit that was made and not yet taken. The page never sees it.
    pub(crate) kits: Mutex<Kits>,
}

struct Open {
    desk: Arc<Desk>,
    /// What syncs and what tells of changes; they end with the desk.
    work: Vec<JoinHandle<()>>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.work.iter().for_each(JoinHandle::abort);
    }
}

impl Shell {
    pub(crate) fn new(home: Home, system_language: Language) -> Self {
        Self {
            home: Arc::new(home),
            system_language,
            opening: Mutex::new(None),
            settled: OnceLock::new(),
            has_page: watch::Sender::new(false),
            open: RwLock::new(None),
            sync: Arc::default(),
            kits: Mutex::default(),
        }
    }

    /// Begins to open the desk, before the page asks for it.
    pub(crate) fn begin_opening(app: &AppHandle) {
        let (opens, settled) = watch::channel(());
        let shell = app.state::<Self>();
        let _ = shell.settled.set(settled);
        let begun = tauri::async_runtime::spawn({
            let app = app.clone();
            async move {
                // Dropped however this ends: nobody waits for an opening that failed.
                let _opens = opens;
                app.state::<Self>().open_by_keyring(&app).await
            }
        });
        *shell.opening.lock().unwrap_or_else(PoisonError::into_inner) = Some(begun);
    }

    /// How the desk stands: as the opening that has begun says, the first time; afterwards as it is,
    /// opened anew where it is not open.
    pub(crate) async fn opening(&self, app: &AppHandle) -> Result<Opening, Failure> {
        self.has_page.send_replace(true);
        let begun = self.opening.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(begun) = begun {
            return self.finished(begun.await);
        }
        match self.settled().await {
            Some(desk) => desk.opening().map_err(|error| self.failure(&error)),
            None => self.open_by_keyring(app).await,
        }
    }

    async fn open_by_keyring(&self, app: &AppHandle) -> Result<Opening, Failure> {
        let (opening, desk) = self.blocking(self.way_in()).await?;
        if let Some(desk) = desk {
            self.take(app, desk);
        }
        Ok(opening)
    }

    fn way_in(&self) -> impl FnOnce() -> Result<Opened, Failure> + Send + 'static {
        let (home, language) = (Arc::clone(&self.home), self.language());
        move || opening::open(&home, language).map_err(|error| error.failure(language))
    }

    pub(crate) fn appearance(&self) -> Result<Appearance, Failure> {
        appearance::read(&self.home, self.system_language)
            .map_err(|error| error.failure(self.system_language))
    }

    /// The language of sentences: the person's, or the system's where none was chosen.
    pub(crate) fn language(&self) -> Language {
        self.appearance().map_or(self.system_language, |appearance| appearance.language)
    }

    /// An error in the person's language.
    pub(crate) fn failure(&self, error: &DeskError) -> Failure {
        error.failure(self.language())
    }

    /// The open desk. While it is being opened for the first time this waits: the page asks for
    /// what it shows first before it knows that the desk is open.
    pub(crate) async fn desk(&self) -> Result<Arc<Desk>, Failure> {
        self.settled().await.ok_or_else(|| self.failure(&DeskError::NotJoined))
    }

    /// The desk that is open, if one is, once the first opening has ended.
    async fn settled(&self) -> Option<Arc<Desk>> {
        if let Some(settled) = self.settled.get() {
            // Nothing is ever sent: this ends when the other side is dropped.
            let _ = settled.clone().changed().await;
        }
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().map(|open| Arc::clone(&open.desk))
    }

    /// Asks the open desk something, on a thread that may wait for the disk.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Desk) -> booqing_desk::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let desk = self.desk().await?;
        let language = self.language();
        self.blocking(move || question(&desk).map_err(|error| error.failure(language))).await
    }

    /// Works on a thread that may wait.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.finished(tauri::async_runtime::spawn_blocking(work).await)
    }

    /// What work came to that may have been stopped.
    fn finished<T>(&self, work: tauri::Result<Result<T, Failure>>) -> Result<T, Failure> {
        match work {
            Ok(done) => done,
            Err(error) => Err(self.failure(&DeskError::File {
                action: "finish",
                path: PathBuf::new(),
                source: std::io::Error::other(error.to_string()),
            })),
        }
    }

    /// Takes a desk that was opened, and lets it sync by itself and tell of changes.
    pub(crate) fn take(&self, app: &AppHandle, desk: Desk) {
        let desk = Arc::new(desk);
        let (to_sync, to_tell, to_ask) = (app.clone(), app.clone(), app.clone());
        let mut changes = desk.listen();
        let (synced, last) = (Arc::clone(&desk), Arc::clone(&self.sync));
        let mut has_page = self.has_page.subscribe();
        let work = vec![
            tauri::async_runtime::spawn(async move {
                let tell = move |state: SyncState| {
                    *last.write().unwrap_or_else(PoisonError::into_inner) = Some(state.clone());
                    // A window that is closing hears nothing.
                    let _ = to_sync.emit("sync-state", state);
                };
                if has_page.wait_for(|has_page| *has_page).await.is_err() {
                    // The program ends.
                    return;
                }
                tokio::time::sleep(PAGE_FIRST).await;
                let checked = Arc::clone(&synced);
                let check = tauri::async_runtime::spawn_blocking(move || checked.check());
                if let Ok(Err(damage)) = check.await {
                    let failure = to_ask.state::<Self>().failure(&damage);
                    let _ = to_ask.emit("damaged", failure);
                }
                let language = move || to_ask.state::<Self>().language();
                live::run(synced, language, tell).await;
            }),
            tauri::async_runtime::spawn(async move {
                while let Some(classes) = changes.next().await {
                    let _ = to_tell.emit("changed", classes);
                }
            }),
        ];
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        *open = Some(Open { desk, work });
    }

    /// The last state of the sync that was told.
    pub(crate) fn last_sync_state(&self) -> Option<SyncState> {
        self.sync.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
