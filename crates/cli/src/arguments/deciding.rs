//! What a person decides after a sync: conflicts, and what came too late for a sealed year.

use clap::{Subcommand, ValueEnum};

#[derive(Subcommand)]
pub(crate) enum LateCommand {
    /// List the late entries that nobody has seen to
    List {
        /// Those that somebody has seen to as well
        #[arg(long)]
        all: bool,
    },
    /// Show what was entered
    Show {
        /// The beginning of its id
        entry: String,
    },
    /// Say that it was entered in a year that is open, or is not wanted any more
    Settle {
        /// The beginning of its id
        entry: String,
        /// What became of it
        #[arg(long = "as", value_enum)]
        settlement: Settled,
    },
}

/// What became of a late entry.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Settled {
    /// It was entered in a year that is open
    Entered,
    /// It is not wanted any more
    Dropped,
}

#[derive(Subcommand)]
pub(crate) enum ConflictCommand {
    /// List the conflicts nobody has settled
    List {
        /// Those that are settled too
        #[arg(long)]
        all: bool,
    },
    /// Show a conflict side by side
    Show {
        /// The beginning of its id
        conflict: String,
    },
    /// Settle a conflict
    Resolve {
        /// The beginning of its id
        conflict: String,
        /// Which side is kept
        #[arg(long, value_enum)]
        keep: KeepSide,
    },
    /// List what this desk decided after another one, about conflicts and late entries: that does not stand
    Overtaken,
    /// Mark one of these as seen
    Seen {
        /// The beginning of the id of the conflict or late entry
        decision: String,
    },
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(crate) enum KeepSide {
    /// What this desk had, or on a third one, the desk that found the conflict
    Mine,
    /// What the other desk had
    Theirs,
}
