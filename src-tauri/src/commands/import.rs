//! Lists that somebody hands in. The bytes of the file are the body of the question; what is asked
//! about them stands in a header.

use std::io::Cursor;

use booqing_desk::import::{self, ImportPreview, ImportRequest, Imported, RejectedTo};
use booqing_desk::{Desk, Failure, Language};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, Emitter, State};

use crate::shell::Shell;

const HEADER: &str = "x-request";

/// How far an import is, in bytes of the file.
#[derive(Clone, Serialize)]
struct Progress {
    done: u64,
    total: u64,
}

#[tauri::command]
pub(crate) async fn preview_import(
    shell: State<'_, Shell>,
    request: Request<'_>,
) -> Result<ImportPreview, Failure> {
    let (bytes, asked): (_, ImportRequest) = read(&request, shell.language())?;
    shell.ask(move |desk| import::preview(desk, Cursor::new(bytes), &asked)).await
}

#[tauri::command]
pub(crate) async fn import_clients(
    app: AppHandle,
    shell: State<'_, Shell>,
    request: Request<'_>,
) -> Result<Imported, Failure> {
    let (bytes, asked): (_, ImportRequest) = read(&request, shell.language())?;
    let rejected_to = asked.good_only.then_some(RejectedTo::Downloads);
    shell
        .ask(move |desk| {
            let tell = |done, total| {
                // A window that is closing hears nothing.
                let _ = app.emit("import-progress", Progress { done, total });
            };
            import::import(desk, Cursor::new(bytes), &asked, rejected_to, tell)
        })
        .await
}

#[tauri::command]
pub(crate) async fn save_rejected(
    shell: State<'_, Shell>,
    request: Request<'_>,
) -> Result<Option<String>, Failure> {
    let (bytes, asked): (_, ImportRequest) = read(&request, shell.language())?;
    let save = move |desk: &Desk| {
        import::save_rejected(desk, Cursor::new(bytes), &asked, RejectedTo::Downloads)
    };
    shell.ask(save).await
}

/// The bytes of a file, and what is asked beside them.
pub(super) fn read<Asked: DeserializeOwned>(
    request: &Request<'_>,
    language: Language,
) -> Result<(Vec<u8>, Asked), Failure> {
    let asked = request.headers().get(HEADER).and_then(|header| header.to_str().ok());
    match (request.body(), asked) {
        (InvokeBody::Raw(bytes), Some(asked)) => {
            Ok((bytes.clone(), import::read_request(asked, language)?))
        }
        _ => import::read_request("", language).map(|asked| (Vec::new(), asked)),
    }
}
