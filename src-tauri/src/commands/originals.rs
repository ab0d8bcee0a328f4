//! Originals of documents. The bytes of a file that is added are the body of the question.

use booqing_desk::Failure;
use booqing_desk::export::Saved;
use booqing_desk::originals::{OriginalLine, OriginalQuery};
use serde::Deserialize;
use tauri::State;
use tauri::ipc::Request;

use super::import::read;
use crate::shell::Shell;

#[tauri::command]
pub(crate) async fn originals(
    shell: State<'_, Shell>,
    query: OriginalQuery,
) -> Result<Vec<OriginalLine>, Failure> {
    shell.ask(move |desk| desk.originals(&query)).await
}

/// What is asked beside the bytes of a file.
#[derive(Deserialize)]
struct AddOriginal {
    name: String,
    document: String,
}

#[tauri::command]
pub(crate) async fn add_original(
    shell: State<'_, Shell>,
    request: Request<'_>,
) -> Result<OriginalLine, Failure> {
    let (bytes, asked): (_, AddOriginal) = read(&request, shell.language())?;
    shell.ask(move |desk| desk.add_original_bytes(&asked.document, &asked.name, &bytes)).await
}

#[tauri::command]
pub(crate) async fn save_original(shell: State<'_, Shell>, id: String) -> Result<Saved, Failure> {
    let desk = shell.desk().await?;
    desk.save_original(&id, None).await.map_err(|error| shell.failure(&error))
}

#[tauri::command]
pub(crate) async fn keep_original(
    shell: State<'_, Shell>,
    id: String,
    keep: bool,
) -> Result<OriginalLine, Failure> {
    shell.ask(move |desk| desk.keep_original(&id, keep)).await
}
