//! What can be asked on the command line.

use std::path::PathBuf;

use booqing_desk::{Language, Unlock};
use clap::{Parser, Subcommand, ValueEnum};

/// The desk without a window: the same use cases, for scripts and for trying everything
#[derive(Parser)]
#[command(name = "booqing", version)]
pub(crate) struct Arguments {
    /// The folder that holds everything of one desk
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Print JSON and nothing else on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The language of sentences
    #[arg(long, global = true, value_enum)]
    lang: Option<Lang>,
    /// Open with the passphrase in this file instead of the keyring
    #[arg(long, global = true, value_name = "FILE", env = "BOOQING_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    Nl,
    En,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Join an administration with an invitation
    Join {
        /// The invitation: one line that begins with booqing1
        invitation: String,
        /// What this desk is called
        #[arg(long, value_name = "DESK", default_value = "booqing")]
        name: String,
    },
    /// Make an invitation for a desk beside this one: valid ten minutes, once
    Invite,
    /// Bring this desk and the hub to the same state
    Sync,
    /// Show how this desk stands
    Status,
    /// List, show, enter and change clients
    #[command(subcommand)]
    Client(ClientCommand),
    /// Show everything an administration can hold, field by field, and what it is
    Register {
        /// A page for people, or a line a field for programs
        #[arg(long, value_enum, default_value_t = RegisterFormat::Md)]
        format: RegisterFormat,
    },
    /// Ask what is kept, until when and why
    #[command(subcommand)]
    Retention(RetentionCommand),
    /// Find clients, bookings and documents
    Search {
        /// Words, or beginnings of words
        text: String,
        /// How many at the most
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum RegisterFormat {
    /// Markdown
    Md,
    /// JSON lines
    Json,
}

#[derive(Subcommand)]
pub(crate) enum RetentionCommand {
    /// Answer questions about records: one JSON object, or one a line
    Decide {
        /// The file with the questions; standard input when it is left out
        file: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
pub(crate) enum ClientCommand {
    /// List clients by name
    List {
        /// How many at the most
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
        /// How many to pass over
        #[arg(long, value_name = "N", default_value_t = 0)]
        offset: u32,
    },
    /// Show a client
    Show {
        /// Its number, or the beginning of its id
        client: String,
    },
    /// Enter a client
    Add {
        /// Values, such as family_name=Jansen
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
    },
    /// Change a client
    Set {
        /// Its number, or the beginning of its id
        client: String,
        /// Values, such as phone=06-1234; an empty value clears
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
    },
}

impl Arguments {
    /// The language asked for, or the system's.
    pub(crate) fn language(&self) -> Language {
        match self.lang {
            Some(Lang::Nl) => Language::Nl,
            Some(Lang::En) => Language::En,
            None => Language::of_system(),
        }
    }

    /// How the desk is opened.
    pub(crate) fn unlock(&self) -> Unlock {
        match &self.passphrase_file {
            Some(path) => Unlock::PassphraseFile(path.clone()),
            None => Unlock::Keyring,
        }
    }
}
