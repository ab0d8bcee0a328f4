//! Originals: added, listed, saved, kept.

use booqing_desk::Result;
use booqing_desk::originals::{OriginalLine, OriginalQuery, Transferred, Whereabouts};
use serde::Serialize;

use super::Context;
use crate::arguments::OriginalCommand;
use crate::output::Output;

pub(super) fn original(context: &Context<'_>, command: &OriginalCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let one = |line: &OriginalLine| output.answer(line, || cells(output, line).join("  "));
    match command {
        OriginalCommand::List { document, client } => {
            let id = |class, name: &Option<String>| {
                name.as_deref().map(|name| desk.record(class, name)).transpose()
            };
            let query = OriginalQuery {
                document: id("document", document)?.map(|record| record.id),
                client: id("client", client)?.map(|record| record.id),
            };
            let heads = [
                "Id",
                output.words("Document", "Stuk"),
                output.words("Client", "Relatie"),
                output.words("File", "Bestand"),
                output.words("Type", "Type"),
                output.words("Bytes", "Bytes"),
                output.words("Where", "Waar"),
            ];
            output.list(&desk.originals(&query)?, &heads, |line| cells(output, line));
        }
        OriginalCommand::Add { document, file } => one(&desk.add_original(document, file)?),
        OriginalCommand::Save { original, output: path } => {
            let saved = context.wait(desk.save_original(original, path.as_deref()))?;
            output.answer(&saved, || saved.path.clone());
        }
        OriginalCommand::Keep { original } => one(&desk.keep_original(original, true)?),
        OriginalCommand::LetGo { original } => one(&desk.keep_original(original, false)?),
    }
    Ok(())
}

fn cells(output: &Output, line: &OriginalLine) -> Vec<String> {
    let place = match (line.whereabouts, line.pinned) {
        (Whereabouts::Here, false) => output.words("here", "hier"),
        (Whereabouts::Here, true) => output.words("here, kept", "hier, blijft"),
        (Whereabouts::Waiting, _) => {
            output.words("here, waits for the hub", "hier, wacht op de hub")
        }
        (Whereabouts::Hub, false) => output.words("not here", "niet hier"),
        (Whereabouts::Hub, true) => output.words("not here yet, comes", "nog niet hier, komt"),
        (Whereabouts::Unknown, _) => output.words("not known", "niet bekend"),
    };
    vec![
        line.id.to_string(),
        line.document_number.clone(),
        line.client_name.clone(),
        line.file_name.clone(),
        line.media_type.clone(),
        line.size.to_string(),
        place.to_owned(),
    ]
}

/// What a transfer came to.
#[derive(Serialize)]
pub(super) struct Carried {
    sent: u64,
    came: u64,
    absent: u64,
}

impl From<Transferred> for Carried {
    fn from(Transferred { sent, came, absent }: Transferred) -> Self {
        Self { sent, came, absent }
    }
}

impl Carried {
    /// In words; empty when there was nothing to carry.
    pub(super) fn sentence(&self, output: &Output) -> String {
        let mut told = String::new();
        if self.sent + self.came > 0 {
            let parts = output.count(self.sent + self.came, ("part", "parts"), ("deel", "delen"));
            let carried = output.words("of originals carried", "van originelen vervoerd");
            told = format!(" {parts} {carried}.");
        }
        if self.absent > 0 {
            let parts = output.count(self.absent, ("part", "parts"), ("deel", "delen"));
            let absent = output.words(
                "of originals not at the hub yet: the desk where they were added has not sent them",
                "van originelen nog niet bij de hub: de werkplek waar ze zijn toegevoegd heeft ze niet verstuurd",
            );
            told = format!("{told} {parts} {absent}.");
        }
        told
    }
}
