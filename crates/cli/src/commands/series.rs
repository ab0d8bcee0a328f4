//! Number series of issued documents.

use std::collections::BTreeSet;

use booqing_desk::series::{NewSeries, SeriesLine};
use booqing_desk::{Result, series};

use super::Context;
use crate::arguments::SeriesCommand;

pub(super) fn series(context: &Context<'_>, command: &SeriesCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    match command {
        SeriesCommand::List => {}
        SeriesCommand::Add { prefix, year, kinds, first, own } => {
            let kinds =
                kinds.iter().map(|kind| series::kind(kind)).collect::<Result<BTreeSet<_>>>()?;
            let (prefix, fiscal_year) = (prefix.clone(), *year);
            desk.add_series(&NewSeries { prefix, fiscal_year, kinds, first: *first, own: *own })?;
        }
        SeriesCommand::Close { series, desk_lost } => {
            desk.close_series(series, series::end(*desk_lost))?;
        }
        SeriesCommand::Reopen { series } => {
            desk.reopen_series(series)?;
        }
    }
    let heads = [
        output.words("Numbers", "Nummers"),
        output.words("Year", "Jaar"),
        output.words("For", "Voor"),
        output.words("Desk", "Werkplek"),
        output.words("First", "Eerste"),
        output.words("Last", "Laatste"),
        output.words("Closed", "Afgesloten"),
        output.words("Not right", "Niet in orde"),
    ];
    output.list(&desk.series(output.language())?, &heads, |line: &SeriesLine| {
        vec![
            line.prefix.clone(),
            line.fiscal_year.to_string(),
            line.kinds.join(", "),
            line.desk.clone().unwrap_or_default(),
            line.first.to_string(),
            line.last.map(|last| last.to_string()).unwrap_or_default(),
            line.closed.clone().unwrap_or_default(),
            line.faults.join("; "),
        ]
    });
    Ok(())
}
