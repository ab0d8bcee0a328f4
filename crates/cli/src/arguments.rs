//! What can be asked on the command line.

mod deciding;
mod keys;
mod series;

use std::path::PathBuf;

use booqing_desk::{Language, Unlock};
use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use deciding::{ConflictCommand, KeepSide, LateCommand, Settled};
pub(crate) use keys::KeysCommand;
pub(crate) use series::SeriesCommand;

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
    /// Do not ask before something that takes much back
    #[arg(long, global = true)]
    pub(crate) yes: bool,
    /// The language of sentences
    #[arg(long, global = true, value_enum)]
    lang: Option<Lang>,
    /// Open with the passphrase in this file instead of the keyring
    #[arg(long, global = true, value_name = "FILE", env = "BOOQING_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
    /// Open with the recovery kit: what stands on the sheet is in this file
    #[arg(long, global = true, value_name = "FILE")]
    recovery_kit_file: Option<PathBuf>,
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
    /// Join again, where the hub no longer takes changes of this desk; what waits goes along
    Rejoin {
        /// The invitation: one line that begins with booqing1
        invitation: String,
        /// What this desk is called; as before when it is left out
        #[arg(long, value_name = "DESK")]
        name: Option<String>,
    },
    /// Make an invitation for a desk beside this one: valid ten minutes, once
    Invite,
    /// Fill an empty administration with realistic, deterministic demo data
    Demo {
        /// How many clients
        #[arg(long, value_name = "N", default_value_t = 1_200)]
        clients: u32,
        /// How many bookings
        #[arg(long, value_name = "N", default_value_t = 9_000)]
        bookings: u32,
        /// From which year to which, such as 2018-2026; eight past years and this one when left out
        #[arg(long, value_name = "YEARS")]
        years: Option<String>,
        /// What the data follow from: the same seed, the same data
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
    /// Bring this desk and the hub to the same state
    Sync {
        /// Go on: sync after each change here and whenever the hub has news
        #[arg(long)]
        watch: bool,
        /// The hub was put back from a copy: give back to it what the copy lacks
        #[arg(long, conflicts_with = "watch")]
        hub_was_put_back: bool,
        /// First hold every record here against what it was when it came; this happens once a month by itself
        #[arg(long, conflicts_with = "watch")]
        examine: bool,
        /// Delete here what was deleted elsewhere, however much it is
        #[arg(long, conflicts_with = "watch")]
        allow_deletions: bool,
    },
    /// Show how this desk stands
    Status,
    /// List, show, enter and change clients
    #[command(subcommand)]
    Client(ClientCommand),
    /// List the desks of the administration, and say what this one is called
    #[command(subcommand)]
    Desk(DeskCommand),
    /// List, add, renew and remove the ways into this desk
    #[command(subcommand)]
    Keys(KeysCommand),
    /// List, show, enter, change and cancel bookings
    #[command(subcommand)]
    Booking(BookingCommand),
    /// List, show, enter and change resources
    #[command(subcommand)]
    Resource(RecordCommand),
    /// List, show, enter and change services
    #[command(subcommand)]
    Service(RecordCommand),
    /// List and show documents
    #[command(subcommand)]
    Document(DocumentCommand),
    /// List, make, close and reopen the number series of issued documents
    #[command(subcommand)]
    Series(SeriesCommand),
    /// Add scans and received files to documents, and have them back
    #[command(subcommand)]
    Original(OriginalCommand),
    /// Find clients, bookings and documents
    Search {
        /// Words, or beginnings of words
        text: String,
        /// How many at the most
        #[arg(
            long,
            value_name = "N",
            default_value_t = 50,
            value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..)
        )]
        limit: usize,
    },
    /// Show the changes of a record, the last one first
    History {
        /// Its number, or the beginning of its id
        record: String,
    },
    /// Take back the last change made here, or the step of a number
    Undo {
        /// The step; the last one when it is left out
        step: Option<i64>,
    },
    /// Read a file of somebody else's
    #[command(subcommand)]
    Import(ImportCommand),
    /// Give everything held about one client
    Dossier {
        /// The client's number, or the beginning of its id
        client: String,
        /// A document for people, or data for programs
        #[arg(long, value_enum, default_value_t = DossierFormat::Pdf)]
        format: DossierFormat,
        /// The file to write; a name of its own in this folder when it is left out
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Print it on this printer instead, or on the default one
        #[arg(long, value_name = "PRINTER", num_args = 0..=1, default_missing_value = "")]
        print: Option<String>,
    },
    /// List the printers of the system
    Printers,
    /// List, show and settle conflicts
    #[command(subcommand)]
    Conflict(ConflictCommand),
    /// List what was entered for a fiscal year that had been sealed, and say what became of it
    #[command(subcommand)]
    Late(LateCommand),
    /// Show everything an administration can hold, field by field, and what it is
    Register {
        /// A page for people, or a line a field for programs
        #[arg(long, value_enum, default_value_t = RegisterFormat::Md)]
        format: RegisterFormat,
    },
    /// Ask what is kept, until when and why
    #[command(subcommand)]
    Retention(RetentionCommand),
    /// Print what a shell needs to complete these commands
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages of these commands into a folder
    Manual {
        /// The folder
        folder: PathBuf,
    },
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum RegisterFormat {
    /// Markdown
    Md,
    /// JSON lines
    Json,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum DossierFormat {
    /// Tagged PDF/A
    Pdf,
    /// JSON, by the schema in docs/schemas
    Json,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// JSON
    Json,
    /// CSV
    Csv,
    /// Tagged PDF/A
    Pdf,
}

#[derive(Subcommand)]
pub(crate) enum RetentionCommand {
    /// Answer questions about records: one JSON object, or one a line
    Decide {
        /// The file with the questions; standard input when it is left out
        file: Option<PathBuf>,
    },
    /// Show what is held, until when, on which ground, and what falls due
    Report {
        /// The day it is about; today when it is left out
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// The form of the report; a table when it is left out
        #[arg(long, value_enum)]
        format: Option<ReportFormat>,
        /// The file to write; standard output when it is left out
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Say why a record, or one value of it, is still here
    Explain {
        /// Its number, or the beginning of its id
        record: String,
        /// The field; the whole record when it is left out
        #[arg(long, value_name = "NAME")]
        field: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// Enter clients from a CSV file
    Clients {
        /// The file
        file: PathBuf,
        /// What a column is, such as "Tel.nr=phone"; an empty field leaves the column out
        #[arg(long, value_name = "COLUMN=FIELD")]
        map: Vec<String>,
        /// Show what would be entered, and enter nothing
        #[arg(long)]
        dry_run: bool,
        /// Enter the rows that are right, and write the others to a file
        #[arg(long)]
        good_rows_only: bool,
        /// Where the rejected rows are written
        #[arg(long, value_name = "FILE")]
        rejected: Option<PathBuf>,
    },
}

/// A stretch of a list.
#[derive(clap::Args)]
pub(crate) struct Stretch {
    /// How many at the most; without it 100, and with --json all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// How many to pass over
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: u32,
}

#[derive(Subcommand)]
pub(crate) enum ClientCommand {
    /// List clients by name
    List {
        /// Only those that hold these words
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
        #[command(flatten)]
        stretch: Stretch,
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

#[derive(Subcommand)]
pub(crate) enum DeskCommand {
    /// List the desks, the first to join first
    List,
    /// Call this desk something else, for everybody
    Rename {
        /// What it is called
        name: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum BookingCommand {
    /// List bookings by their beginning
    List {
        /// From this day on
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Until this day
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
        /// Only those of this client
        #[arg(long, value_name = "CLIENT")]
        client: Option<String>,
        /// Only those in this state
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        /// Only those that hold these words
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
        #[command(flatten)]
        stretch: Stretch,
    },
    /// List bookings that lost their place to others, to be moved or cancelled
    Clashes,
    /// Show a booking
    Show {
        /// Its number, or the beginning of its id
        booking: String,
    },
    /// Enter a booking
    Add {
        /// Values, such as client=C-0001 starts=2026-12-01T10:00 service=CON60
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
    },
    /// Change a booking
    Set {
        /// Its number, or the beginning of its id
        booking: String,
        /// Values; an empty value clears
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
    },
    /// Cancel a booking: it stays, and its resource is free again
    Cancel {
        /// Its number, or the beginning of its id
        booking: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum RecordCommand {
    /// List them by name
    List,
    /// Show one
    Show {
        /// The beginning of its id, its name or its code
        record: String,
    },
    /// Enter one
    Add {
        /// Values, such as name="Spreekkamer 1"
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
    },
    /// Change one
    Set {
        /// The beginning of its id, its name or its code
        record: String,
        /// Values; an empty value clears
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum DocumentCommand {
    /// List documents, the latest first
    List {
        /// Only those of this client
        #[arg(long, value_name = "CLIENT")]
        client: Option<String>,
        /// Only those that hold these words
        #[arg(long, value_name = "TEXT", default_value = "")]
        text: String,
        #[command(flatten)]
        stretch: Stretch,
    },
    /// Show a document
    Show {
        /// Its number, or the beginning of its id
        document: String,
    },
    /// Issue a draft: it gets the next number, and does not change any more
    Issue {
        /// The beginning of its id
        document: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum OriginalCommand {
    /// List originals
    List {
        /// Only those of this document
        #[arg(long, value_name = "DOCUMENT")]
        document: Option<String>,
        /// Only those of documents of this client
        #[arg(long, value_name = "CLIENT")]
        client: Option<String>,
    },
    /// Add a file to a document
    Add {
        /// The number of the document, or the beginning of its id
        document: String,
        /// The file
        file: PathBuf,
    },
    /// Write an original to a file; what is not here comes from the hub
    Save {
        /// The beginning of its id
        original: String,
        /// The file to write; one in the folder for downloads when it is left out
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Keep an original at this desk, so that it is there without the hub
    Keep {
        /// The beginning of its id
        original: String,
    },
    /// Keep it no longer
    LetGo {
        /// The beginning of its id
        original: String,
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
        match (&self.recovery_kit_file, &self.passphrase_file) {
            (Some(path), _) => Unlock::RecoveryKitFile(path.clone()),
            (None, Some(path)) => Unlock::PassphraseFile(path.clone()),
            (None, None) => Unlock::Keyring,
        }
    }
}
