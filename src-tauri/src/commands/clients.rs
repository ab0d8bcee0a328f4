//! Clients and what is known about one.

use booqing_desk::client::{ClientPage, ClientQuery, ClientView};
use booqing_desk::dossier::DossierSection;
use booqing_desk::history::{HistoryLine, UndoLine};
use booqing_desk::why::{Explained, WhyQuestion};
use booqing_desk::{Failure, Language, now};
use serde::Serialize;
use tauri::State;

use super::Values;
use crate::shell::Shell;

#[tauri::command]
pub(crate) async fn clients(
    shell: State<'_, Shell>,
    query: ClientQuery,
) -> Result<ClientPage, Failure> {
    shell.ask(move |desk| desk.clients(&query)).await
}

#[tauri::command]
pub(crate) async fn client(
    shell: State<'_, Shell>,
    id: String,
    language: Language,
) -> Result<ClientView, Failure> {
    shell.ask(move |desk| desk.client_view(&id, language)).await
}

#[derive(Serialize)]
pub(crate) struct Added {
    id: String,
}

#[tauri::command]
pub(crate) async fn add_client(shell: State<'_, Shell>, values: Values) -> Result<Added, Failure> {
    let added = shell.ask(move |desk| desk.add_client(&values.into_iter().collect())).await?;
    Ok(Added { id: added.id.to_string() })
}

#[tauri::command]
pub(crate) async fn set_client(
    shell: State<'_, Shell>,
    id: String,
    values: Values,
) -> Result<(), Failure> {
    shell.ask(move |desk| desk.set_client(&id, &values.into_iter().collect())).await?;
    Ok(())
}

#[tauri::command]
pub(crate) async fn dossier_sections(
    shell: State<'_, Shell>,
    client: String,
    language: Language,
) -> Result<Vec<DossierSection>, Failure> {
    shell.ask(move |desk| desk.small_sections(&client, language, now())).await
}

#[tauri::command]
pub(crate) async fn explain(
    shell: State<'_, Shell>,
    request: WhyQuestion,
) -> Result<Explained, Failure> {
    shell.ask(move |desk| desk.explain(&request, now())).await
}

#[tauri::command]
pub(crate) async fn history(
    shell: State<'_, Shell>,
    id: String,
    language: Language,
) -> Result<Vec<HistoryLine>, Failure> {
    shell.ask(move |desk| desk.history_of(&id, language)).await
}

#[tauri::command]
pub(crate) async fn last_step(
    shell: State<'_, Shell>,
    language: Language,
) -> Result<Option<UndoLine>, Failure> {
    shell.ask(move |desk| desk.last_step(language)).await
}

#[tauri::command]
pub(crate) async fn undo(shell: State<'_, Shell>, step: i64) -> Result<(), Failure> {
    shell.ask(move |desk| desk.undo(step)).await
}
