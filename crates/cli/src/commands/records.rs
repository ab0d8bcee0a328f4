//! Records: listed, shown, entered, changed, found, taken back.

use booqing_desk::booking::BookingQuery;
use booqing_desk::client::ClientQuery;
use booqing_desk::document::DocumentQuery;
use booqing_desk::{Desk, Language, RecordView, Result, class_label, day_text, label};
use serde::Serialize;
use serde_json::json;

use super::Context;
use crate::arguments::{BookingCommand, ClientCommand, DocumentCommand, RecordCommand, Stretch};

pub(super) fn client(context: &Context<'_>, command: &ClientCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let shown = |record: RecordView| show(context, &desk, "client", &record);
    match command {
        ClientCommand::List { text, stretch } => {
            let query = ClientQuery { text: text.clone(), ..ClientQuery::default() };
            let heads = [
                output.words("Number", "Nummer"),
                output.words("Name", "Naam"),
                "E-mail",
                output.words("Phone", "Telefoon"),
            ];
            let page = |offset, limit| {
                let page = desk.clients(&ClientQuery { offset, limit, ..query.clone() })?;
                Ok((page.total, page.rows))
            };
            list(context, stretch, &heads, page, |client| {
                vec![
                    client.number.clone(),
                    client.name.clone(),
                    client.email.clone().unwrap_or_default(),
                    client.phone.clone().unwrap_or_default(),
                ]
            })?;
        }
        ClientCommand::Show { client } => shown(desk.record("client", client)?)?,
        ClientCommand::Add { values } => {
            shown(desk.add_client(&desk.read_values("client", values)?)?)?;
        }
        ClientCommand::Set { client, values } => {
            shown(desk.set_client(client, &desk.read_values("client", values)?)?)?;
        }
    }
    Ok(())
}

pub(super) fn booking(context: &Context<'_>, command: &BookingCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let shown = |record: RecordView| show(context, &desk, "booking", &record);
    match command {
        BookingCommand::List { from, until, client, state, text, stretch } => {
            let query = BookingQuery {
                text: text.clone(),
                state: state.clone(),
                client: client_id(&desk, client.as_deref())?,
                from: from.clone(),
                until: until.clone(),
                ..BookingQuery::default()
            };
            let heads = [
                output.words("Number", "Nummer"),
                output.words("Starts", "Begint"),
                output.words("Client", "Relatie"),
                output.words("Subject", "Onderwerp"),
                output.words("State", "Status"),
            ];
            let page = |offset, limit| {
                let page = desk.bookings(&BookingQuery { offset, limit, ..query.clone() })?;
                Ok((page.total, page.rows))
            };
            list(context, stretch, &heads, page, |booking| {
                vec![
                    booking.number.clone(),
                    day_text(output.language(), &booking.starts),
                    booking.client_name.clone(),
                    booking.title.clone().unwrap_or_default(),
                    label(output.language(), "booking", "state", &booking.state),
                ]
            })?;
        }
        BookingCommand::Clashes => {
            let heads = [
                output.words("Number", "Nummer"),
                output.words("Starts", "Begint"),
                output.words("Client", "Relatie"),
                output.words("Subject", "Onderwerp"),
                output.words("Lost its place to", "Plaats verloren aan"),
            ];
            output.list(&desk.clashes()?, &heads, |clash| {
                let by = clash
                    .by
                    .as_ref()
                    .map(|by| format!("{} {}", by.number, day_text(output.language(), &by.starts)));
                vec![
                    clash.booking.number.clone(),
                    day_text(output.language(), &clash.booking.starts),
                    clash.booking.client_name.clone(),
                    clash.booking.title.clone().unwrap_or_default(),
                    by.unwrap_or_default(),
                ]
            });
        }
        BookingCommand::Show { booking } => shown(desk.record("booking", booking)?)?,
        BookingCommand::Add { values } => {
            shown(desk.add_booking(&desk.read_values("booking", values)?)?)?;
        }
        BookingCommand::Set { booking, values } => {
            shown(desk.set_booking(booking, &desk.read_values("booking", values)?)?)?;
        }
        BookingCommand::Cancel { booking } => {
            shown(desk.cancel_booking(booking)?)?;
        }
    }
    Ok(())
}

pub(super) fn resource(context: &Context<'_>, command: &RecordCommand) -> Result<()> {
    let desk = context.desk()?;
    let shown = |record: RecordView| show(context, &desk, "resource", &record);
    match command {
        RecordCommand::List => {
            let kind = context.output.words("Kind", "Soort");
            named(context, "resource", &desk.resources()?, ("kind", kind));
        }
        RecordCommand::Show { record } => shown(desk.record("resource", record)?)?,
        RecordCommand::Add { values } => {
            shown(desk.add_resource(&desk.read_values("resource", values)?)?)?;
        }
        RecordCommand::Set { record, values } => {
            shown(desk.set_resource(record, &desk.read_values("resource", values)?)?)?;
        }
    }
    Ok(())
}

pub(super) fn service(context: &Context<'_>, command: &RecordCommand) -> Result<()> {
    let desk = context.desk()?;
    let shown = |record: RecordView| show(context, &desk, "service", &record);
    match command {
        RecordCommand::List => {
            named(context, "service", &desk.services()?, ("code", "Code"));
        }
        RecordCommand::Show { record } => shown(desk.record("service", record)?)?,
        RecordCommand::Add { values } => {
            shown(desk.add_service(&desk.read_values("service", values)?)?)?;
        }
        RecordCommand::Set { record, values } => {
            shown(desk.set_service(record, &desk.read_values("service", values)?)?)?;
        }
    }
    Ok(())
}

pub(super) fn document(context: &Context<'_>, command: &DocumentCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let shown = |record: RecordView| show(context, &desk, "document", &record);
    match command {
        DocumentCommand::List { client, text, stretch } => {
            let query = DocumentQuery {
                text: text.clone(),
                client: client_id(&desk, client.as_deref())?,
                ..DocumentQuery::default()
            };
            let heads = [
                output.words("Kind", "Soort"),
                output.words("Number or id", "Nummer of id"),
                output.words("Date", "Datum"),
                output.words("Client", "Relatie"),
                output.words("State", "Status"),
            ];
            let page = |offset, limit| {
                let page = desk.documents(&DocumentQuery { offset, limit, ..query.clone() })?;
                Ok((page.total, page.rows))
            };
            list(context, stretch, &heads, page, |document| {
                vec![
                    label(output.language(), "document", "kind", &document.kind),
                    // What has none yet is named by its id.
                    document.number.clone().unwrap_or_else(|| document.id.to_string()),
                    day_text(output.language(), &document.document_date),
                    document.client_name.clone(),
                    label(output.language(), "document", "state", &document.state),
                ]
            })?;
        }
        DocumentCommand::Show { document } => shown(desk.record("document", document)?)?,
        DocumentCommand::Issue { document } => shown(desk.issue(document)?)?,
    }
    Ok(())
}

pub(super) fn search(context: &Context<'_>, text: &str, limit: usize) -> Result<()> {
    let output = context.output;
    let found = context.desk()?.search(text, limit)?;
    let heads = [
        output.words("What", "Wat"),
        output.words("Name", "Naam"),
        output.words("Detail", "Bijzonderheid"),
        "Id",
    ];
    output.list(&found, &heads, |hit| {
        let what = class_label(output.language(), &hit.class).to_owned();
        vec![what, hit.title.clone(), hit.detail.clone(), hit.id.to_string()]
    });
    Ok(())
}

pub(super) fn history(context: &Context<'_>, record: &str) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let (_, id) = desk.any(record)?;
    let language = context.arguments.language();
    let changes = desk.history_of(&id.to_string(), language)?;
    let heads = [
        output.words("When", "Wanneer"),
        output.words("What", "Wat"),
        output.words("By", "Door"),
        output.words("Fields", "Velden"),
    ];
    let when = desk.clock(language)?;
    output.list(&changes, &heads, |change| {
        let fields: Vec<String> = change
            .fields
            .iter()
            .map(|field| {
                let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "—".to_owned());
                format!("{}: {} → {}", field.label, side(&field.before), side(&field.after))
            })
            .collect();
        vec![
            change.at.map_or_else(|| "—".to_owned(), &when),
            change.label(language),
            change.user.clone().unwrap_or_else(|| "—".to_owned()),
            fields.join("; "),
        ]
    });
    Ok(())
}

pub(super) fn undo(context: &Context<'_>, step: Option<i64>) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let language = context.arguments.language();
    let last = match step {
        Some(step) => desk.step(step, language)?,
        None => desk.last_step(language)?,
    };
    // Step 0 does not exist: that there is nothing to undo is then said by the desk.
    let step = step.or_else(|| last.as_ref().map(|last| last.step)).unwrap_or(0);
    if let Some(last) = last.as_ref().filter(|last| last.records > 1) {
        let question = match language {
            Language::En => format!("Undo {} ({} records)?", last.label, last.records),
            Language::Nl => format!("{} ongedaan maken ({} gegevens)?", last.label, last.records),
        };
        context.confirm(&question)?;
    }
    desk.undo(step)?;
    output.answer(&json!({"undone": step}), || {
        let words = output.words("Undone", "Ongedaan gemaakt");
        format!("{words}: {}.", last.map_or_else(|| step.to_string(), |last| last.label))
    });
    Ok(())
}

/// What people see of a list at once.
const SCREEN: u32 = 100;
/// What is read at once of a list that is printed whole.
const STRETCH: u32 = 5_000;

/// A list as it was asked for. Programs get all of it when they name no limit; people are told that
/// there is more. `page` gives how many there are, and those from a place on.
fn list<T: Serialize>(
    context: &Context<'_>,
    asked: &Stretch,
    heads: &[&str],
    page: impl Fn(u32, u32) -> Result<(u64, Vec<T>)>,
    cells: impl Fn(&T) -> Vec<String>,
) -> Result<()> {
    let output = context.output;
    if !context.arguments.json || asked.limit.is_some() {
        let (total, rows) = page(asked.offset, asked.limit.unwrap_or(SCREEN))?;
        output.list(&rows, heads, cells);
        let (first, shown) = (u64::from(asked.offset), u64::try_from(rows.len()).unwrap_or(0));
        if first + shown < total {
            let words = output.words(
                "there are more: --limit and --offset",
                "er zijn er meer: --limit en --offset",
            );
            output.notice(&format!("{}–{} / {total}; {words}", first + 1, first + shown));
        }
        return Ok(());
    }
    let mut offset = asked.offset;
    loop {
        let (_, rows) = page(offset, STRETCH)?;
        output.json_lines(&rows);
        if rows.len() < STRETCH as usize || crate::output::has_no_reader() {
            return Ok(());
        }
        offset += STRETCH;
    }
}

fn client_id(desk: &Desk, client: Option<&str>) -> Result<Option<booqing_desk::Id>> {
    client.map(|client| Ok(desk.record("client", client)?.id)).transpose()
}

/// A list of records that have a name.
fn named(context: &Context<'_>, class: &str, records: &[RecordView], second: (&str, &str)) {
    let output = context.output;
    let (field, head) = second;
    let heads = [output.words("Name", "Naam"), head, "Id"];
    output.list(records, &heads, |record| {
        let text = |name: &str| record.fields.text(name).unwrap_or_default().to_owned();
        let second = label(output.language(), class, field, &text(field));
        vec![text("name"), second, record.id.to_string()]
    });
}

/// A record: as JSON, or each value as people read it beside the name of its field.
fn show(
    context: &Context<'_>,
    desk: &Desk,
    class: &'static str,
    record: &RecordView,
) -> Result<()> {
    let values = desk.lines_of(class, record, context.output.language())?;
    context.output.answer(record, || {
        let mut lines = vec![record.title()];
        for value in values {
            // Further lines of a value stand under its first.
            let text = value.text.replace('\n', &format!("\n{:22}", ""));
            lines.push(format!("  {:<20}{text}", value.field));
        }
        lines.join("\n")
    });
    Ok(())
}
