//! Number series of issued documents.

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum SeriesCommand {
    /// List the number series with their last numbers, and what is wrong with them
    List,
    /// Make a number series
    Add {
        /// What its numbers begin with, such as 2026-
        prefix: String,
        /// The fiscal year whose documents it numbers
        #[arg(long, value_name = "YEAR")]
        year: i64,
        /// What it numbers: quote, order, invoice, credit_note
        #[arg(
            long = "for",
            value_name = "KIND",
            value_delimiter = ',',
            default_values = ["invoice", "credit_note"]
        )]
        kinds: Vec<String>,
        /// The first number it gives
        #[arg(long, value_name = "N", default_value_t = 1,
            value_parser = clap::value_parser!(u32).range(1..))]
        first: u32,
        /// It is of this desk alone, which then issues offline too
        #[arg(long)]
        own: bool,
    },
    /// Close a number series at its last number
    Close {
        /// What its numbers begin with
        series: String,
        /// It is of a desk that will not come back
        #[arg(long)]
        desk_lost: bool,
    },
    /// Open a number series again, so that what a desk had issued in it can still come in
    Reopen {
        /// What its numbers begin with
        series: String,
    },
}
