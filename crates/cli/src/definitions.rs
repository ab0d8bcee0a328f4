//! What follows from the definition of the commands: completions for shells, and manual pages.

use std::path::Path;

use clap::CommandFactory;

use crate::arguments::Arguments;

/// Prints what a shell needs.
pub(crate) fn completions(shell: clap_complete::Shell) {
    let mut output = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "booqing", &mut output);
    crate::output::raw(&output);
}

/// Writes a manual page for each command.
pub(crate) fn manual(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Arguments::command(), folder)
}
