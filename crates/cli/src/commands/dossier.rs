//! Everything held about one client, as a file or on paper.

use std::path::Path;

use booqing_desk::dossier::DossierFormat as Format;
use booqing_desk::{Result, export, now, print};

use super::Context;
use crate::arguments::DossierFormat;

pub(super) fn dossier(
    context: &Context<'_>,
    client: &str,
    format: DossierFormat,
    path: Option<&Path>,
    printer: Option<&str>,
) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let language = context.arguments.language();
    if let Some(printer) = printer {
        let printer = Some(printer).filter(|name| !name.is_empty());
        let printed = desk.print_dossier(client, language, printer, now())?;
        output.answer(&printed, || {
            format!(
                "{} {} ({}).",
                output.words("Printing on", "Wordt afgedrukt op"),
                printed.printer,
                printed.job
            )
        });
        return Ok(());
    }
    let format = match format {
        DossierFormat::Pdf => Format::Pdf,
        DossierFormat::Json => Format::Json,
    };
    let file = desk.dossier_file(client, language, format, now())?;
    let path = match path {
        Some(path) if path == Path::new("-") => {
            output.bytes(&file.bytes);
            return Ok(());
        }
        Some(path) => export::write(path, &file.bytes)?.display().to_string(),
        None => export::save_in(Path::new("."), &file.name, &file.bytes)?.path,
    };
    output.answer(&serde_json::json!({"path": path}), || path.clone());
    Ok(())
}

pub(super) fn printers(context: &Context<'_>) -> Result<()> {
    let output = context.output;
    let heads = [output.words("Name", "Naam"), output.words("Description", "Omschrijving"), ""];
    output.list(&print::printers()?, &heads, |printer| {
        let default = if printer.is_default { output.words("default", "standaard") } else { "" };
        vec![printer.name.clone(), printer.description.clone(), default.to_owned()]
    });
    Ok(())
}
