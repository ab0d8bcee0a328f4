//! What is kept, until when and why.

use std::path::Path;

use booqing_desk::report::{RetentionQuery, RetentionView};
use booqing_desk::why::WhyQuestion;
use booqing_desk::{DeskError, Reason, Result, day_text, export, now, report, retention};

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
            let until = |day: &str| {
                let words = context.output.words("until", "tot en met");
                format!("{words} {}", day_text(question.language, day))
            };
            context.output.answer(&why, || {
                let values = why.values.iter().map(|alike| {
                    let stands = alike.until.as_deref().map(until);
                    let stands = stands.as_ref().unwrap_or(&alike.status_label);
                    format!("  {}: {}; {stands}", alike.names.join(", "), alike.ground)
                });
                std::iter::once(format!("{}: {}", why.title, why.sentence))
                    .chain(why.steps.iter().map(|step| format!("  {step}")))
                    .chain(values)
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
    let path = path.filter(|path| *path != Path::new("-"));
    let format = match (format, path) {
        (Some(format), _) => format,
        (None, Some(path)) => format_of(path)?,
        (None, None) if context.arguments.json => ReportFormat::Json,
        (None, None) => {
            table(context, &desk.retention_view(&query)?);
            return Ok(());
        }
    };
    let format = match format {
        ReportFormat::Json => report::ReportFormat::Json,
        ReportFormat::Csv => report::ReportFormat::Csv,
        ReportFormat::Pdf => report::ReportFormat::Pdf,
    };
    let bytes = desk.retention_file(&query, format, now())?;
    match path {
        Some(path) => {
            let path = export::write(path, &bytes)?.display().to_string();
            context.output.answer(&serde_json::json!({"path": path}), || path.clone());
        }
        None => context.output.bytes(&bytes),
    }
    Ok(())
}

/// What a file is by the end of its name.
fn format_of(path: &Path) -> Result<ReportFormat> {
    let end = path.extension().unwrap_or_default().to_ascii_lowercase();
    match end.to_str() {
        Some("json") => Ok(ReportFormat::Json),
        Some("csv") => Ok(ReportFormat::Csv),
        Some("pdf") => Ok(ReportFormat::Pdf),
        _ => Err(DeskError::Value {
            field: "output".to_owned(),
            value: path.display().to_string(),
            reason: Reason::both(
                "does not end in .pdf, .csv or .json; say which with --format",
                "eindigt niet op .pdf, .csv of .json; geef het aan met --format",
            ),
        }),
    }
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
