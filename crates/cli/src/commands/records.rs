//! Records: listed, shown, entered, changed, found, taken back.

use booqing_desk::booking::BookingQuery;
use booqing_desk::client::ClientQuery;
use booqing_desk::document::DocumentQuery;
use booqing_desk::{Desk, RecordView, Result};
use serde_json::json;

use super::Context;
use crate::arguments::{BookingCommand, ClientCommand, DocumentCommand, RecordCommand};

pub(super) fn client(context: &Context<'_>, command: &ClientCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    match command {
        ClientCommand::List { text, stretch } => {
            let query = ClientQuery {
                text: text.clone(),
                offset: stretch.offset,
                limit: stretch.limit,
                ..ClientQuery::default()
            };
            let heads = [
                output.words("Number", "Nummer"),
                output.words("Name", "Naam"),
                "E-mail",
                output.words("Phone", "Telefoon"),
            ];
            let page = desk.clients(&query)?;
            more(context, page.total, stretch.offset, page.rows.len());
            output.list(&page.rows, &heads, |client| {
                vec![
                    client.number.clone(),
                    client.name.clone(),
                    client.email.clone().unwrap_or_default(),
                    client.phone.clone().unwrap_or_default(),
                ]
            });
        }
        ClientCommand::Show { client } => show(context, &desk.record("client", client)?),
        ClientCommand::Add { values } => {
            show(context, &desk.add_client(&desk.read_values("client", values)?)?);
        }
        ClientCommand::Set { client, values } => {
            show(context, &desk.set_client(client, &desk.read_values("client", values)?)?);
        }
    }
    Ok(())
}

pub(super) fn booking(context: &Context<'_>, command: &BookingCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    match command {
        BookingCommand::List { from, until, client, state, text, stretch } => {
            let query = BookingQuery {
                text: text.clone(),
                state: state.clone(),
                client: client_id(&desk, client.as_deref())?,
                from: from.clone(),
                until: until.clone(),
                offset: stretch.offset,
                limit: stretch.limit,
                ..BookingQuery::default()
            };
            let heads = [
                output.words("Number", "Nummer"),
                output.words("Starts", "Begint"),
                output.words("Client", "Relatie"),
                output.words("Subject", "Onderwerp"),
                output.words("State", "Status"),
            ];
            let page = desk.bookings(&query)?;
            more(context, page.total, stretch.offset, page.rows.len());
            output.list(&page.rows, &heads, |booking| {
                vec![
                    booking.number.clone(),
                    booking.starts.replace('T', " "),
                    booking.client_name.clone(),
                    booking.title.clone().unwrap_or_default(),
                    booking.state.clone(),
                ]
            });
        }
        BookingCommand::Show { booking } => show(context, &desk.record("booking", booking)?),
        BookingCommand::Add { values } => {
            show(context, &desk.add_booking(&desk.read_values("booking", values)?)?);
        }
        BookingCommand::Set { booking, values } => {
            show(context, &desk.set_booking(booking, &desk.read_values("booking", values)?)?);
        }
        BookingCommand::Cancel { booking } => show(context, &desk.cancel_booking(booking)?),
    }
    Ok(())
}

pub(super) fn resource(context: &Context<'_>, command: &RecordCommand) -> Result<()> {
    let desk = context.desk()?;
    match command {
        RecordCommand::List => named(context, &desk.resources()?, "kind"),
        RecordCommand::Show { record } => show(context, &desk.record("resource", record)?),
        RecordCommand::Add { values } => {
            show(context, &desk.add_resource(&desk.read_values("resource", values)?)?);
        }
        RecordCommand::Set { record, values } => {
            show(context, &desk.set_resource(record, &desk.read_values("resource", values)?)?);
        }
    }
    Ok(())
}

pub(super) fn service(context: &Context<'_>, command: &RecordCommand) -> Result<()> {
    let desk = context.desk()?;
    match command {
        RecordCommand::List => named(context, &desk.services()?, "code"),
        RecordCommand::Show { record } => show(context, &desk.record("service", record)?),
        RecordCommand::Add { values } => {
            show(context, &desk.add_service(&desk.read_values("service", values)?)?);
        }
        RecordCommand::Set { record, values } => {
            show(context, &desk.set_service(record, &desk.read_values("service", values)?)?);
        }
    }
    Ok(())
}

pub(super) fn document(context: &Context<'_>, command: &DocumentCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    match command {
        DocumentCommand::List { client, text, stretch } => {
            let query = DocumentQuery {
                text: text.clone(),
                client: client_id(&desk, client.as_deref())?,
                offset: stretch.offset,
                limit: stretch.limit,
            };
            let heads = [
                output.words("Kind", "Soort"),
                output.words("Number", "Nummer"),
                output.words("Date", "Datum"),
                output.words("Client", "Relatie"),
                output.words("State", "Status"),
            ];
            let page = desk.documents(&query)?;
            more(context, page.total, stretch.offset, page.rows.len());
            output.list(&page.rows, &heads, |document| {
                vec![
                    document.kind.clone(),
                    document.number.clone().unwrap_or_default(),
                    document.document_date.clone(),
                    document.client_name.clone(),
                    document.state.clone(),
                ]
            });
        }
        DocumentCommand::Show { document } => show(context, &desk.record("document", document)?),
    }
    Ok(())
}

pub(super) fn search(context: &Context<'_>, text: &str, limit: usize) -> Result<()> {
    let output = context.output;
    let found = context.desk()?.search(text, limit)?;
    let heads = [output.words("What", "Wat"), output.words("Name", "Naam"), "", "Id"];
    output.list(&found, &heads, |hit| {
        vec![hit.class.clone(), hit.title.clone(), hit.detail.clone(), hit.id.to_string()]
    });
    Ok(())
}

pub(super) fn history(context: &Context<'_>, record: &str) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let (_, id) = desk.any(record)?;
    let changes = desk.history_of(&id.to_string(), context.arguments.language())?;
    let heads = [
        output.words("When", "Wanneer"),
        output.words("What", "Wat"),
        output.words("Fields", "Velden"),
    ];
    output.list(&changes, &heads, |change| {
        let fields: Vec<String> = change
            .fields
            .iter()
            .map(|field| {
                let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "—".to_owned());
                format!("{}: {} → {}", field.label, side(&field.before), side(&field.after))
            })
            .collect();
        vec![booqing_desk::time_text(change.at), change.kind.to_owned(), fields.join("; ")]
    });
    Ok(())
}

pub(super) fn undo(context: &Context<'_>, step: Option<i64>) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let last = desk.last_step(context.arguments.language())?;
    // Step 0 does not exist: that there is nothing to undo is then said by the desk.
    let step = step.or_else(|| last.as_ref().map(|last| last.step)).unwrap_or(0);
    desk.undo(step)?;
    output.answer(&json!({"undone": step}), || {
        let label = last.filter(|last| last.step == step).map(|last| last.label);
        let words = output.words("Undone", "Ongedaan gemaakt");
        format!("{words}: {}.", label.unwrap_or_else(|| step.to_string()))
    });
    Ok(())
}

/// Says on standard error that a list goes on.
fn more(context: &Context<'_>, total: u64, offset: u32, shown: usize) {
    let (first, shown) = (u64::from(offset), u64::try_from(shown).unwrap_or(u64::MAX));
    if first + shown < total && !context.arguments.json {
        let words = context
            .output
            .words("there are more: --limit and --offset", "er zijn er meer: --limit en --offset");
        context.output.notice(&format!("{}–{} / {total}; {words}", first + 1, first + shown));
    }
}

fn client_id(desk: &Desk, client: Option<&str>) -> Result<Option<booqing_desk::Id>> {
    client.map(|client| Ok(desk.record("client", client)?.id)).transpose()
}

/// A list of records that have a name.
fn named(context: &Context<'_>, records: &[RecordView], second: &str) {
    let output = context.output;
    let heads = [output.words("Name", "Naam"), "", "Id"];
    output.list(records, &heads, |record| {
        let text = |name: &str| record.fields.text(name).unwrap_or_default().to_owned();
        vec![text("name"), text(second), record.id.to_string()]
    });
}

fn show(context: &Context<'_>, record: &RecordView) {
    context.output.answer(record, || {
        let mut lines = vec![record.title()];
        for (name, value) in record.fields.iter() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            lines.push(format!("  {name:<20}{value}"));
        }
        lines.join("\n")
    });
}
