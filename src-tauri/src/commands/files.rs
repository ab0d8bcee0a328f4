//! What goes out: dossiers and reports, as files and on paper.

use booqing_desk::dossier::DossierFormat;
use booqing_desk::export::Saved;
use booqing_desk::print::{self, Printed, Printer};
use booqing_desk::report::{ReportFormat, RetentionQuery};
use booqing_desk::{Failure, Language, now};
use serde::Deserialize;
use tauri::State;

use crate::shell::Shell;

#[tauri::command]
pub(crate) async fn printers(shell: State<'_, Shell>) -> Result<Vec<Printer>, Failure> {
    shell.ask(|_| print::printers()).await
}

#[derive(Deserialize)]
pub(crate) struct PrintDossier {
    client: String,
    language: Language,
    printer: Option<String>,
}

#[tauri::command]
pub(crate) async fn print_dossier(
    shell: State<'_, Shell>,
    request: PrintDossier,
) -> Result<Printed, Failure> {
    let PrintDossier { client, language, printer } = request;
    shell.ask(move |desk| desk.print_dossier(&client, language, printer.as_deref(), now())).await
}

#[derive(Deserialize)]
pub(crate) struct SaveDossier {
    client: String,
    language: Language,
    format: DossierFormat,
}

#[tauri::command]
pub(crate) async fn save_dossier(
    shell: State<'_, Shell>,
    request: SaveDossier,
) -> Result<Saved, Failure> {
    let SaveDossier { client, language, format } = request;
    shell.ask(move |desk| desk.save_dossier(&client, language, format, now())).await
}

#[derive(Deserialize)]
pub(crate) struct SaveRetention {
    #[serde(flatten)]
    query: RetentionQuery,
    format: ReportFormat,
}

#[tauri::command]
pub(crate) async fn save_retention(
    shell: State<'_, Shell>,
    request: SaveRetention,
) -> Result<Saved, Failure> {
    shell.ask(move |desk| desk.save_retention(&request.query, request.format, now())).await
}

#[derive(Deserialize)]
pub(crate) struct PrintRetention {
    #[serde(flatten)]
    query: RetentionQuery,
    printer: Option<String>,
}

#[tauri::command]
pub(crate) async fn print_retention(
    shell: State<'_, Shell>,
    request: PrintRetention,
) -> Result<Printed, Failure> {
    shell
        .ask(move |desk| desk.print_retention(&request.query, request.printer.as_deref(), now()))
        .await
}
