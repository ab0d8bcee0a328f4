//! The ways into this desk.

use std::io::BufRead;
use std::path::Path;

use booqing_desk::keys::{KeySlot, KeySlots};
use booqing_desk::kit::{AskedCharacter, RecoveryKit};
use booqing_desk::{Desk, DeskError, Result, desk, export, now};

use super::Context;
use crate::arguments::KeysCommand;

/// How often the three characters are asked for.
const ATTEMPTS: usize = 3;

pub(super) fn keys(context: &Context<'_>, command: &KeysCommand) -> Result<()> {
    let desk = context.desk()?;
    let slots = match command {
        KeysCommand::List => desk.key_slots(),
        KeysCommand::SetPassphrase { file } => {
            desk.set_passphrase(&desk::first_line(file)?, false, now())?
        }
        KeysCommand::RenewKeyring => desk.renew_keyring(now())?,
        KeysCommand::RecoveryKit { output } => recovery_kit(context, &desk, output)?,
        KeysCommand::TryRecoveryKit { file } => {
            if file == Path::new("-") {
                desk.try_recovery_kit(&answer(), now())?
            } else {
                desk.try_recovery_kit(&desk::first_line(file)?, now())?
            }
        }
        KeysCommand::Remove { number } => {
            let output = context.output;
            context.confirm(output.words(
                "What is removed no longer opens this desk. Remove it?",
                "Wat wordt verwijderd, opent deze werkplek niet meer. Verwijderen?",
            ))?;
            desk.remove_key_slot(*number)?
        }
    };
    print(context, &desk, &slots)
}

fn print(context: &Context<'_>, desk: &Desk, slots: &KeySlots) -> Result<()> {
    let output = context.output;
    let clock = desk.clock(output.language())?;
    let heads = [
        output.words("No.", "Nr."),
        output.words("Opens by", "Gaat open met"),
        output.words("Last worked", "Laatst gewerkt"),
    ];
    output.list(&slots.slots, &heads, |slot: &KeySlot| {
        let proven = match slot.proven_at {
            Some(at) => clock(at),
            None => output.words("never", "nooit").to_owned(),
        };
        vec![slot.id.to_string(), way(context, slot.kind).to_owned(), proven]
    });
    if slots.restored {
        output.notice(output.words(
            "The file of the ways in was damaged or changed; its other generation took its place, and it is kept as slots.damaged.json.",
            "Het bestand met de toegangen was beschadigd of gewijzigd; de andere versie is ervoor in de plaats gekomen, en het is bewaard als slots.damaged.json.",
        ));
    }
    let proven =
        |kind| slots.slots.iter().any(|slot| slot.kind == kind && slot.proven_at.is_some());
    if !slots.safe && proven("recovery_kit") {
        output.notice(output.words(
            "Only the recovery kit is known to open this desk: set a passphrase, or renew the keyring (booqing keys).",
            "Alleen van de herstelset is zeker dat hij deze werkplek opent: stel een wachtzin in, of vernieuw de sleutelbos (booqing keys).",
        ));
    } else if !slots.safe {
        output.notice(output.words(
            "One loss would lock this desk for good: make a recovery kit (booqing keys recovery-kit -o FILE).",
            "Eén verlies en deze werkplek blijft voorgoed dicht: maak een herstelset (booqing keys recovery-kit -o BESTAND).",
        ));
    }
    Ok(())
}

/// What opens the desk, in words.
pub(super) fn way<'a>(context: &Context<'_>, kind: &'a str) -> &'a str {
    match kind {
        "keyring" => {
            context.output.words("this computer's keyring", "de sleutelbos van deze computer")
        }
        "passphrase" => context.output.words("passphrase", "wachtzin"),
        "recovery_kit" => context.output.words("recovery kit", "herstelset"),
        other => other,
    }
}

/// The sheet is written first: the characters are read back from what was printed.
fn recovery_kit(context: &Context<'_>, desk: &Desk, path: &Path) -> Result<KeySlots> {
    let kit = desk.make_recovery_kit(context.arguments.language(), now())?;
    let path = export::write_anew(path, kit.pdf())?;
    let given_up = |error| {
        let nothing =
            context.output.words("opens nothing; destroy it", "opent niets; vernietig het");
        context.output.notice(&format!("{} {nothing}.", path.display()));
        Err(error)
    };
    for attempt in 1.. {
        eprint!("{}", question(context, &kit));
        let typed = answer();
        // Where nobody answers there is no end of the line either.
        let is_answered = typed.ends_with('\n');
        if !is_answered {
            eprintln!();
        }
        match desk.take_recovery_kit(&kit, &typed, now()) {
            Err(error @ DeskError::OtherCharacters) if is_answered && attempt < ATTEMPTS => {
                context.output.notice(&error.sentence(context.output.language()));
            }
            Ok(slots) => return Ok(slots),
            Err(error) => return given_up(error),
        }
    }
    given_up(DeskError::OtherCharacters)
}

fn question(context: &Context<'_>, kit: &RecoveryKit) -> String {
    let output = context.output;
    let place = |AskedCharacter { group, character }: AskedCharacter| {
        let (of, group_word) = (output.words("of", "van"), output.words("group", "groep"));
        format!("{} {character} {of} {group_word} {group}", output.words("character", "teken"))
    };
    let places = kit.asked().map(place).join(", ");
    let ask = output.words("Read from the sheet", "Lees van het blad");
    format!("{ask}: {places}: ")
}

/// A line from standard input; empty where nobody answers.
fn answer() -> String {
    let mut line = String::new();
    let _ = std::io::stdin().lock().read_line(&mut line);
    line
}
