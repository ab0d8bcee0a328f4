//! The ways into this desk.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// List the ways into this desk, and whether they are proven to work
    List,
    /// Let the passphrase in a file open this desk, instead of the one there was
    SetPassphrase {
        /// The file: its first line is the passphrase
        file: PathBuf,
    },
    /// Put a new secret into the keyring of this computer, instead of the one there was
    RenewKeyring,
    /// Make a recovery kit, ask three of its characters back, and let it open this desk instead of the
    /// one there was
    RecoveryKit {
        /// Where the sheet goes, as a PDF: print it and destroy the file
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Try what stands on the recovery kit, without changing what opens this desk
    TryRecoveryKit {
        /// The file: its first line is what stands on the sheet; - for standard input
        file: PathBuf,
    },
    /// Take a way in away, if another one is proven to work
    Remove {
        /// Its number, as the list says
        number: u32,
    },
}
