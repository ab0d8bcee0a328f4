//! What was entered for a fiscal year that had been sealed.

use booqing_desk::Result;
use booqing_desk::late::{LateLine, Settlement};

use super::Context;
use crate::arguments::{LateCommand, Settled};

pub(super) fn late(context: &Context<'_>, command: &LateCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let language = context.arguments.language();
    let clock = desk.clock(language)?;
    let show = |entry: &str| -> Result<()> {
        let late = desk.late_entry(entry, language)?;
        output.answer(&late, || sentence(context, &late, &clock));
        Ok(())
    };
    match command {
        LateCommand::List { all } => {
            let heads = [
                output.words("What", "Wat"),
                output.words("Year", "Jaar"),
                output.words("Meant", "Bedoeling"),
                output.words("Became of it", "Gebeurd"),
                "Id",
            ];
            output.list(&desk.late_entries(*all, language)?, &heads, |late| {
                vec![
                    late.title.clone(),
                    late.meant_for.to_string(),
                    late.intended.clone(),
                    late.settlement.clone().unwrap_or_default(),
                    late.id.to_string(),
                ]
            });
            Ok(())
        }
        LateCommand::Show { entry } => show(entry),
        LateCommand::Settle { entry, settlement } => {
            let settlement = match settlement {
                Settled::Entered => Settlement::Entered,
                Settled::Dropped => Settlement::Dropped,
            };
            desk.settle_late_entry(entry, settlement)?;
            show(entry)
        }
    }
}

fn sentence(context: &Context<'_>, late: &LateLine, clock: &impl Fn(i64) -> String) -> String {
    let output = context.output;
    let year = output.words("meant for fiscal year", "bedoeld voor boekjaar");
    let mut lines = vec![format!("{} ({year} {})", late.title, late.meant_for)];
    let at = late.entered_at.map(clock).unwrap_or_default();
    lines.push(format!("  {}: {}, {at}", late.intended, late.found_by));
    for field in &late.fields {
        let value = |side: &Option<String>| side.clone().unwrap_or_else(|| "—".to_owned());
        let (before, after) = (value(&field.before), value(&field.after));
        lines.push(format!("  {:<24}{before} → {after}", field.label));
    }
    lines.extend(late.settlement.iter().map(|settlement| format!("{settlement}.")));
    lines.join("\n")
}
