//! Lists over everything: bookings, documents, search, retention; bookings changed and cancelled.

use booqing_desk::Failure;
use booqing_desk::booking::{BookingPage, BookingQuery};
use booqing_desk::document::{DocumentPage, DocumentQuery};
use booqing_desk::report::{RetentionQuery, RetentionView};
use booqing_desk::search::Found;
use tauri::State;

use super::Values;
use crate::shell::Shell;

#[tauri::command]
pub(crate) async fn bookings(
    shell: State<'_, Shell>,
    query: BookingQuery,
) -> Result<BookingPage, Failure> {
    shell.ask(move |desk| desk.bookings(&query)).await
}

#[tauri::command]
pub(crate) async fn set_booking(
    shell: State<'_, Shell>,
    id: String,
    values: Values,
) -> Result<(), Failure> {
    shell.ask(move |desk| desk.set_booking(&id, &values.into_iter().collect())).await?;
    Ok(())
}

#[tauri::command]
pub(crate) async fn cancel_booking(shell: State<'_, Shell>, id: String) -> Result<(), Failure> {
    shell.ask(move |desk| desk.cancel_booking(&id)).await?;
    Ok(())
}

#[tauri::command]
pub(crate) async fn documents(
    shell: State<'_, Shell>,
    query: DocumentQuery,
) -> Result<DocumentPage, Failure> {
    shell.ask(move |desk| desk.documents(&query)).await
}

#[tauri::command]
pub(crate) async fn search(
    shell: State<'_, Shell>,
    text: String,
    limit: usize,
) -> Result<Vec<Found>, Failure> {
    shell.ask(move |desk| desk.search(&text, limit)).await
}

#[tauri::command]
pub(crate) async fn retention(
    shell: State<'_, Shell>,
    request: RetentionQuery,
) -> Result<RetentionView, Failure> {
    shell.ask(move |desk| desk.retention_view(&request)).await
}
