//! What comes in: demo data, and lists of somebody else's.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use booqing_desk::demo::Plan;
use booqing_desk::import::{self, ImportPreview, ImportRequest, Imported, Mapping, RejectedTo};
use booqing_desk::{DeskError, Reason, Result, classes_label, now};

use super::Context;
use crate::arguments::ImportCommand;

pub(super) fn demo(
    context: &Context<'_>,
    clients: u32,
    bookings: u32,
    years: Option<&str>,
    seed: u64,
) -> Result<()> {
    let desk = context.desk()?;
    let today = desk.today(now())?;
    let (first_year, last_year) = match years {
        Some(years) => years_of(years)?,
        None => (i64::from(today.year()) - 8, i64::from(today.year())),
    };
    let plan = Plan { clients, bookings, first_year, last_year, seed, today };
    let bar = context.output.records_bar(u64::from(clients) + u64::from(bookings));
    let summary = desk.fill_with_demo(&plan, |made| {
        // Documents and the rest come on top of what was asked for.
        bar.set_length(made.max(bar.length().unwrap_or(0)));
        bar.set_position(made);
    })?;
    bar.finish_and_clear();
    context.output.answer(&summary, || {
        summary
            .records
            .iter()
            .map(|(class, count)| {
                let classes = classes_label(context.output.language(), class);
                format!("{classes:<24}{count}")
            })
            .collect::<Vec<_>>()
            .join("\n")
    });
    Ok(())
}

/// `2018-2026`, or one year.
fn years_of(years: &str) -> Result<(i64, i64)> {
    let (first, last) = years.split_once('-').unwrap_or((years, years));
    let year = |text: &str| text.trim().parse::<i64>().ok();
    year(first).zip(year(last)).ok_or_else(|| DeskError::Value {
        field: "years".to_owned(),
        value: years.to_owned(),
        reason: Reason::both(
            "is not two years such as 2018-2026",
            "is geen twee jaren zoals 2018-2026",
        ),
    })
}

pub(super) fn import(context: &Context<'_>, command: &ImportCommand) -> Result<()> {
    let ImportCommand::Clients { file, map, dry_run, good_rows_only, rejected } = command;
    let (desk, output) = (context.desk()?, context.output);
    let request = ImportRequest {
        name: file.display().to_string(),
        mapping: Some(mapping(map)?),
        good_only: *good_rows_only,
        language: context.arguments.language(),
    };
    let open = || File::open(file).map(BufReader::new);
    let source =
        open().map_err(|source| DeskError::File { action: "read", path: file.clone(), source })?;
    if rejected.as_deref().is_some_and(|path| path == file) {
        return Err(DeskError::Value {
            field: "rejected".to_owned(),
            value: file.display().to_string(),
            reason: Reason::both(
                "is the list itself; name another file",
                "is de lijst zelf; noem een ander bestand",
            ),
        });
    }
    if *dry_run {
        let preview = import::preview(&desk, source, &request)?;
        if let Some(path) = rejected {
            let again = open().map_err(|source| DeskError::File {
                action: "read",
                path: file.clone(),
                source,
            })?;
            import::save_rejected(&desk, again, &request, RejectedTo::File(path))?;
        }
        output.answer(&preview, || shown(context, &preview));
        return Ok(());
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let target = match (rejected, good_rows_only) {
        (Some(path), _) => Some(RejectedTo::File(path)),
        (None, true) => Some(RejectedTo::Folder(folder)),
        (None, false) => None,
    };
    let bar = output.file_bar();
    let told = bar.clone();
    let done = import::import(&desk, source, &request, target, move |read, total| {
        told.set_length(total);
        told.set_position(read);
    });
    bar.finish_and_clear();
    if let Err(DeskError::RowsRejected { first, .. }) = &done
        && !context.arguments.json
    {
        problems(context, first);
    }
    let done = done?;
    output.answer(&done, || outcome(context, &done));
    if !context.arguments.json {
        problems(context, &done.rejected);
    }
    Ok(())
}

/// `Tel.nr=phone`; nothing behind the sign leaves the column out.
fn mapping(map: &[String]) -> Result<Mapping> {
    map.iter()
        .map(|assignment| {
            // A column may have the sign in its name; a field has not.
            let (column, field) = assignment.rsplit_once('=').ok_or_else(|| DeskError::Value {
                field: "map".to_owned(),
                value: assignment.clone(),
                reason: Reason::both(
                    "is not of the form column=field",
                    "heeft niet de vorm kolom=veld",
                ),
            })?;
            Ok((column.to_owned(), Some(field.to_owned()).filter(|field| !field.is_empty())))
        })
        .collect()
}

fn shown(context: &Context<'_>, preview: &ImportPreview) -> String {
    let output = context.output;
    let mut lines = vec![format!(
        "{}, {} {} ({}, \"{}\")",
        output.count(preview.rows, ("row", "rows"), ("rij", "rijen")),
        preview.rejected_count,
        output.words("rejected", "afgewezen"),
        preview.encoding,
        preview.delimiter.escape_debug()
    )];
    for column in &preview.columns {
        let unused = output.words("(left out)", "(niet overgenomen)");
        let field = column.field.as_deref().unwrap_or(unused);
        lines.push(format!("  {:<28}{field}", column.name));
    }
    lines.extend(preview.rejected.iter().map(problem));
    lines.join("\n")
}

fn outcome(context: &Context<'_>, done: &Imported) -> String {
    let output = context.output;
    let sentence = format!(
        "{} {} {} {}.",
        done.imported,
        output.words("of", "van de"),
        done.rows,
        output.words("rows imported", "rijen geïmporteerd")
    );
    match &done.rejected_file {
        None => sentence,
        Some(file) => {
            format!(
                "{sentence} {} {file}.",
                output.words("The others are in", "De andere staan in")
            )
        }
    }
}

fn problems(context: &Context<'_>, rejected: &[import::RejectedLine]) {
    rejected.iter().for_each(|line| context.output.notice(&problem(line)));
}

fn problem(line: &import::RejectedLine) -> String {
    let place = [line.column.as_str(), line.value.as_str()];
    let place = place.iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>();
    format!("  {}: {}: {}", line.row, place.join(" "), line.reason)
}
