//! Each command calls one operation of the desk and prints its answer.

use std::path::Path;

use booqing_desk::client::ClientRecord;
use booqing_desk::{Desk, DeskError, Home, Result, join, register, retention};
use serde_json::json;

use crate::arguments::{Arguments, ClientCommand, Command, RegisterFormat, RetentionCommand};
use crate::output::Output;

/// Carries out a command.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<()> {
    let home = match &arguments.home {
        Some(home) => home.clone(),
        None => Home::default_path()?,
    };
    let open = || Desk::open(&home, &arguments.unlock());
    match &arguments.command {
        Command::Join { invitation, name } => {
            let joined = wait(&home, join::join(&home, &arguments.unlock(), invitation, name))?;
            output.answer(&joined, || {
                let words = output.words("This desk has joined", "Deze werkplek is aangesloten op");
                format!("{words} {}.", joined.name)
            });
        }
        Command::Invite => {
            let invitation = wait(&home, open()?.invite())?;
            output.answer(&json!({"invitation": invitation}), || invitation.clone());
        }
        Command::Sync => sync(&home, &open()?, output)?,
        Command::Status => status(&open()?, output)?,
        Command::Client(command) => client(&open()?, command, output)?,
        Command::Register { format } => {
            if arguments.json || *format == RegisterFormat::Json {
                output.json_lines(&register::lines());
            } else {
                output.text(&register::page());
            }
        }
        Command::Retention(RetentionCommand::Decide { file }) => {
            output.json_lines(&retention::decide(&questions(file.as_deref())?)?);
        }
        Command::Search { text, limit } => {
            let found = open()?.search(text, *limit)?;
            let heads = [output.words("What", "Wat"), output.words("Name", "Naam"), "Id"];
            output.list(&found, &heads, |hit| {
                vec![hit.class.clone(), hit.title.clone(), hit.id.to_string()]
            });
        }
    }
    Ok(())
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

/// Waits for something that goes over the network.
fn wait<T>(home: &Path, work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| DeskError::File { action: "start", path: home.to_path_buf(), source })?;
    runtime.block_on(work)
}

fn sync(home: &Path, desk: &Desk, output: &Output) -> Result<()> {
    let bar = output.progress();
    let watched = bar.clone();
    let done = wait(
        home,
        desk.synchronise(move |came, total| {
            watched.set_length(total);
            watched.set_position(came.min(total));
        }),
    )?;
    bar.finish_and_clear();
    output.answer(&done, || {
        let state = if done.equal {
            output.words("In sync.", "Gesynchroniseerd.")
        } else {
            output.words(
                "Not the same as the hub yet; sync again.",
                "Nog niet gelijk aan de hub; synchroniseer opnieuw.",
            )
        };
        let (sent, came, found) = (
            output.words("sent", "verzonden"),
            output.words("received", "ontvangen"),
            output.words("conflicts", "conflicten"),
        );
        format!(
            "{state} {} {sent}, {} {came}, {} {found}.",
            done.pushed, done.pulled, done.conflicts
        )
    });
    Ok(())
}

fn status(desk: &Desk, output: &Output) -> Result<()> {
    let status = desk.status()?;
    output.answer(&status, || {
        let lines = [
            (output.words("Administration", "Administratie"), status.administration.clone()),
            (output.words("Hub", "Hub"), status.hub.clone()),
            (output.words("Waiting changes", "Wachtende wijzigingen"), status.waiting.to_string()),
            (output.words("Conflicts", "Conflicten"), status.conflicts.to_string()),
            (output.words("Refused", "Geweigerd"), status.refused.to_string()),
            (output.words("Opens by", "Gaat open met"), status.slots.join(", ")),
            (output.words("Clients", "Relaties"), status.records.clients.to_string()),
            (output.words("Bookings", "Boekingen"), status.records.bookings.to_string()),
            (output.words("Documents", "Documenten"), status.records.documents.to_string()),
        ];
        lines.map(|(name, value)| format!("{name:<24}{value}")).join("\n")
    });
    Ok(())
}

fn client(desk: &Desk, command: &ClientCommand, output: &Output) -> Result<()> {
    match command {
        ClientCommand::List { limit, offset } => {
            let clients = desk.clients(*offset, *limit)?;
            let heads = [
                output.words("Number", "Nummer"),
                output.words("Name", "Naam"),
                "E-mail",
                output.words("Phone", "Telefoon"),
            ];
            output.list(&clients, &heads, |client| {
                vec![
                    client.number.clone(),
                    client.name.clone(),
                    client.email.clone().unwrap_or_default(),
                    client.phone.clone().unwrap_or_default(),
                ]
            });
        }
        ClientCommand::Show { client } => show(&desk.client(client)?, output),
        ClientCommand::Add { values } => show(&desk.add_client(values)?, output),
        ClientCommand::Set { client, values } => show(&desk.set_client(client, values)?, output),
    }
    Ok(())
}

fn show(client: &ClientRecord, output: &Output) {
    output.answer(&client.to_json(), || {
        let mut lines = vec![client.name()];
        for (name, value) in client.fields.iter() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            lines.push(format!("  {name:<20}{value}"));
        }
        lines.join("\n")
    });
}
