//! Lists over everything: bookings, documents, search, retention.

use booqing_desk::Failure;
use booqing_desk::booking::{BookingPage, BookingQuery};
use booqing_desk::document::{DocumentPage, DocumentQuery};
use booqing_desk::report::{RetentionQuery, RetentionView};
use booqing_desk::search::Found;
use tauri::State;

use crate::shell::Shell;

#[tauri::command]
pub(crate) async fn bookings(
    shell: State<'_, Shell>,
    query: BookingQuery,
) -> Result<BookingPage, Failure> {
    shell.ask(move |desk| desk.bookings(&query)).await
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
