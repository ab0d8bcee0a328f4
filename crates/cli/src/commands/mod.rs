//! Each command calls one operation of the desk and prints its answer.

mod desk;
mod desks;
mod dossier;
mod import;
mod keys;
mod late;
mod originals;
mod records;
mod retention;
mod series;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use booqing_desk::{Desk, DeskError, Home, Result, register};

use crate::arguments::{Arguments, Command, RegisterFormat};
use crate::output::Output;

/// What a command works with.
pub(crate) struct Context<'a> {
    pub(crate) arguments: &'a Arguments,
    pub(crate) output: &'a Output,
}

impl Context<'_> {
    /// The home, for this process alone.
    pub(crate) fn home(&self) -> Result<Arc<Home>> {
        let home = match &self.arguments.home {
            Some(home) => home.clone(),
            None => Home::default_path()?,
        };
        Home::open(&home).map(Arc::new)
    }

    /// The desk of the home, open.
    pub(crate) fn desk(&self) -> Result<Desk> {
        Desk::open(self.home()?, &self.arguments.unlock())
    }

    /// Asks before something that takes much back. Where nobody can be asked, `--yes` answers.
    pub(crate) fn confirm(&self, question: &str) -> Result<()> {
        if self.arguments.yes {
            return Ok(());
        }
        let mut answer = String::new();
        let is_asked = std::io::stdin().is_terminal();
        if is_asked {
            eprint!("{question} {} ", self.output.words("[y/N]", "[j/N]"));
            // Without an answer it is not done.
            let _ = std::io::stdin().read_line(&mut answer);
        }
        match answer.trim().chars().next().map(|letter| letter.to_ascii_lowercase()) {
            Some('y' | 'j') => Ok(()),
            _ => Err(DeskError::NotConfirmed { question: question.to_owned() }),
        }
    }

    /// Waits for something that goes over the network.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|source| {
                DeskError::File { action: "start", path: PathBuf::from("network"), source }
            })?;
        runtime.block_on(work)
    }
}

/// Carries out a command.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<()> {
    let context = &Context { arguments, output };
    match &arguments.command {
        Command::Join { invitation, name } => desk::join(context, invitation, name),
        Command::Rejoin { invitation, name } => desk::rejoin(context, invitation, name.as_deref()),
        Command::Invite => desk::invite(context),
        Command::Demo { clients, bookings, years, seed } => {
            import::demo(context, *clients, *bookings, years.as_deref(), *seed)
        }
        Command::Sync { watch: true, .. } => desk::watch(context),
        Command::Sync { hub_was_put_back, allow_deletions, examine, .. } => {
            desk::sync(context, *hub_was_put_back, *allow_deletions, *examine)
        }
        Command::Status => desk::status(context),
        Command::Client(command) => records::client(context, command),
        Command::Desk(command) => desks::desk(context, command),
        Command::Keys(command) => keys::keys(context, command),
        Command::Booking(command) => records::booking(context, command),
        Command::Resource(command) => records::resource(context, command),
        Command::Service(command) => records::service(context, command),
        Command::Document(command) => records::document(context, command),
        Command::Series(command) => series::series(context, command),
        Command::Original(command) => originals::original(context, command),
        Command::Search { text, limit } => records::search(context, text, *limit),
        Command::History { record } => records::history(context, record),
        Command::Undo { step } => records::undo(context, *step),
        Command::Import(command) => import::import(context, command),
        Command::Dossier { client, format, output, print } => {
            dossier::dossier(context, client, *format, output.as_deref(), print.as_deref())
        }
        Command::Printers => dossier::printers(context),
        Command::Conflict(command) => desk::conflict(context, command),
        Command::Late(command) => late::late(context, command),
        Command::Register { format } => {
            if arguments.json || *format == RegisterFormat::Json {
                output.json_lines(&register::lines());
            } else {
                output.text(&register::page());
            }
            Ok(())
        }
        Command::Retention(command) => retention::retention(context, command),
        Command::Completions { shell } => {
            crate::definitions::completions(*shell);
            Ok(())
        }
        Command::Manual { folder } => crate::definitions::manual(folder)
            .map_err(|source| DeskError::File { action: "write", path: folder.clone(), source }),
    }
}
