//! What is kept, until when and why.

use std::path::Path;

use booqing_desk::report::{RetentionQuery, RetentionView};
use booqing_desk::why::WhyQuestion;
use booqing_desk::{DeskError, Result, export, now, report, retention};

use super::Context;
use crate::arguments::{ReportFormat, RetentionCommand};

pub(super) fn retention(context: &Context<'_>, command: &RetentionCommand) -> Result<()> {
    match command {
        RetentionCommand::Decide { file } => {
            context.output.json_lines(&retention::decide(&questions(file.as_deref())?)?);
            Ok(())
        }
        RetentionCommand::Report { as_of, format, output } => {
            report(context, as_of.as_deref(), *format, output.as_deref())
        }
        RetentionCommand::Explain { record, field } => {
            let desk = context.desk()?;
            let (class, id) = desk.any(record)?;
            let question = WhyQuestion {
                class: class.to_owned(),
                id,
                field: field.clone(),
                language: context.arguments.language(),
            };
            let why = desk.explain(&question, now())?;
            context.output.answer(&why, || {
                std::iter::once(format!("{}: {}", why.title, why.sentence))
                    .chain(why.steps.iter().map(|step| format!("  {step}")))
                    .collect::<Vec<_>>()
                    .join("\n")
            });
            Ok(())
        }
    }
}

/// The questions of a file, or of standard input.
fn questions(file: Option<&Path>) -> Result<String> {
    let read = match file {
        Some(path) => std::fs::read_to_string(path),
        None => std::io::read_to_string(std::io::stdin()),
    };
    read.map_err(|source| DeskError::File {
        action: "read",
        path: file.unwrap_or(Path::new("-")).to_path_buf(),
        source,
    })
}

fn report(
    context: &Context<'_>,
    as_of: Option<&str>,
    format: Option<ReportFormat>,
    path: Option<&Path>,
) -> Result<()> {
    let desk = context.desk()?;
    let language = context.arguments.language();
    let as_of = match as_of {
        Some(day) => day.to_owned(),
        None => desk.today(now())?.to_string(),
    };
    let query = RetentionQuery { as_of, language };
    let format = match (format, context.arguments.json) {
        (None, true) => ReportFormat::Json,
        (None, false) => {
            table(context, &desk.retention_view(&query)?);
            return Ok(());
        }
        (Some(format), _) => format,
    };
    let format = match format {
        ReportFormat::Json => report::ReportFormat::Json,
        ReportFormat::Csv => report::ReportFormat::Csv,
        ReportFormat::Pdf => report::ReportFormat::Pdf,
    };
    let bytes = desk.retention_file(&query, format, now())?;
    match path.filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let path = export::write(path, &bytes)?.display().to_string();
            context.output.answer(&serde_json::json!({"path": path}), || path.clone());
        }
        None => context.output.bytes(&bytes),
    }
    Ok(())
}

fn table(context: &Context<'_>, view: &RetentionView) {
    let output = context.output;
    let heads = [
        output.words("Due", "Vervalt"),
        output.words("Law", "Wet"),
        output.words("Status", "Status"),
        output.words("Records", "Gegevens"),
        output.words("Persons", "Personen"),
        output.words("Certainty", "Zekerheid"),
    ];
    output.list(&view.lines, &heads, |line| {
        vec![
            line.year.map_or_else(|| "—".to_owned(), |year| year.to_string()),
            if line.ground.is_empty() { line.title.clone() } else { line.ground.clone() },
            line.status_label.clone(),
            line.records.to_string(),
            line.persons.to_string(),
            line.confidence.clone().unwrap_or_default(),
        ]
    });
}
