//! What desks are called.

use booqing_desk::Result;
use booqing_desk::desks::DeskLine;

use super::Context;
use crate::arguments::DeskCommand;

pub(super) fn desk(context: &Context<'_>, command: &DeskCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    if let DeskCommand::Rename { name } = command {
        desk.rename(name)?;
    }
    let clock = desk.clock(output.language())?;
    let heads = [
        output.words("Name", "Naam"),
        output.words("Joined", "Aangesloten op"),
        output.words("This desk", "Deze werkplek"),
        "Id",
    ];
    output.list(&desk.desks()?, &heads, |desk: &DeskLine| {
        let is_this = if desk.is_this { output.words("yes", "ja") } else { "" };
        vec![desk.name.clone(), clock(desk.joined_at), is_this.to_owned(), desk.id.to_string()]
    });
    Ok(())
}
