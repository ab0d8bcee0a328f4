//! The desk itself: joining, inviting, syncing, its state, its conflicts.

use std::sync::Arc;

use booqing_desk::conflict::{ConflictLine, Keep};
use booqing_desk::live::{self, Phase};
use booqing_desk::synchronise::Examined;
use booqing_desk::synchronise::{Consent, Intake, Synchronised};
use booqing_desk::{Result, join};
use serde::Serialize;
use serde_json::json;

use super::originals::Carried;
use super::{Context, keys};
use crate::arguments::{ConflictCommand, KeepSide};

pub(super) fn join(context: &Context<'_>, invitation: &str, name: &str) -> Result<()> {
    let home = context.home()?;
    let unlock = context.arguments.unlock();
    let joined = context.wait(join::join(&home, &unlock, invitation, name))?;
    context.output.answer(&joined, || {
        let words = context.output.words("This desk has joined", "Deze werkplek is aangesloten op");
        format!("{words} {}.", joined.name)
    });
    Ok(())
}

pub(super) fn rejoin(context: &Context<'_>, invitation: &str, name: Option<&str>) -> Result<()> {
    let desk = context.desk()?;
    let (_, rejoined) = context.wait(desk.rejoin(invitation, name))?;
    context.output.answer(&rejoined, || {
        let words = context.output.words(
            "This desk has joined again; sync to send what waits:",
            "Deze werkplek is opnieuw aangesloten; synchroniseer om te versturen wat wacht:",
        );
        let waiting = context.output.count(
            rejoined.waiting,
            ("change", "changes"),
            ("wijziging", "wijzigingen"),
        );
        format!("{words} {waiting}.")
    });
    Ok(())
}

pub(super) fn invite(context: &Context<'_>) -> Result<()> {
    let desk = context.desk()?;
    let invitation = context.wait(desk.invite())?;
    context.output.answer(&json!({"invitation": invitation}), || invitation.clone());
    Ok(())
}

pub(super) fn sync(
    context: &Context<'_>,
    put_back: bool,
    deletions: bool,
    examine: bool,
) -> Result<()> {
    let desk = context.desk()?;
    let examined = if examine { Some(context.wait(desk.examine())?) } else { None };
    let consent = Consent { put_back, deletions };
    let bar = context.output.records_bar(0);
    let watched = bar.clone();
    let done = context.wait(desk.synchronise(consent, move |Intake { came, total, .. }| {
        watched.set_length(total);
        watched.set_position(came.min(total));
    }))?;
    bar.finish_and_clear();
    // What came of the records is told, whatever comes of originals and archives.
    let carried = context.wait(desk.carry_originals(|_| ()));
    let originals = carried.as_ref().ok().map(|carried| Carried::from(*carried));
    let answer = Synced { records: done, originals, examined };
    context.output.answer(&answer, || {
        let originals = answer.originals.as_ref().map(|carried| carried.sentence(context.output));
        let examined = examined.map(|examined| looked_at(context, examined)).unwrap_or_default();
        format!("{examined}{}{}", sentence(context, &done), originals.unwrap_or_default())
    });
    carried.map(drop)
}

/// What a sync came to.
#[derive(Serialize)]
struct Synced {
    #[serde(flatten)]
    records: Synchronised,
    originals: Option<Carried>,
    #[serde(skip_serializing_if = "Option::is_none")]
    examined: Option<Examined>,
}

fn looked_at(context: &Context<'_>, examined: Examined) -> String {
    let output = context.output;
    let records = output.count(
        examined.records,
        ("record examined", "records examined"),
        ("gegeven nagekeken", "gegevens nagekeken"),
    );
    let damaged = output.words("not as they had been", "niet zoals het was");
    format!("{records}, {} {damaged}. ", examined.damaged)
}

fn sentence(context: &Context<'_>, done: &Synchronised) -> String {
    let output = context.output;
    let state = if done.equal {
        output.words("In sync.", "Gesynchroniseerd.")
    } else {
        output.words(
            "Not the same as the hub yet; sync again.",
            "Nog niet gelijk aan de hub; synchroniseer opnieuw.",
        )
    };
    let sent = output.count(
        done.pushed,
        ("change sent", "changes sent"),
        ("wijziging verzonden", "wijzigingen verzonden"),
    );
    let came = output.count(
        done.pulled,
        ("record received", "records received"),
        ("gegeven ontvangen", "gegevens ontvangen"),
    );
    let found = output.count(done.conflicts, ("conflict", "conflicts"), ("conflict", "conflicten"));
    let mut sentence = format!("{state} {sent}, {came}, {found}.");
    let extraordinary = [
        (
            done.clashes,
            ("booking lost its place to another", "bookings lost their place to others"),
            (
                "boeking verloor haar plaats aan een andere",
                "boekingen verloren hun plaats aan andere",
            ),
            output.words("; see booqing booking clashes", "; zie booqing booking clashes"),
        ),
        (
            done.late,
            ("change came too late for a sealed year", "changes came too late for a sealed year"),
            (
                "wijziging kwam te laat voor een verzegeld jaar",
                "wijzigingen kwamen te laat voor een verzegeld jaar",
            ),
            output.words("; see booqing late list", "; zie booqing late list"),
        ),
        (
            done.repaired,
            ("record differed and was fetched again", "records differed and were fetched again"),
            (
                "gegeven verschilde en is opnieuw opgehaald",
                "gegevens verschilden en zijn opnieuw opgehaald",
            ),
            "",
        ),
        (
            done.given_back,
            ("record was given back to the hub", "records were given back to the hub"),
            ("gegeven is aan de hub teruggegeven", "gegevens zijn aan de hub teruggegeven"),
            "",
        ),
    ];
    for (count, english, dutch, see) in extraordinary.into_iter().filter(|one| one.0 > 0) {
        sentence = format!("{sentence} {}{see}.", output.count(count, english, dutch));
    }
    if done.refused == 0 {
        return sentence;
    }
    let refused = output.words(
        "refused by the hub, or waiting for the next sync; see booqing status",
        "geweigerd door de hub, of wachtend op de volgende keer; zie booqing status",
    );
    format!("{sentence} {} {refused}.", done.refused)
}

/// Syncs until it is interrupted, a line for each state.
pub(super) fn watch(context: &Context<'_>) -> Result<()> {
    let desk = Arc::new(context.desk()?);
    let language = context.arguments.language();
    let output = *context.output;
    context.wait(async move {
        let tell = move |state: live::SyncState| {
            output.answer(&state, || match (state.phase, &state.problem) {
                (_, Some(problem)) => problem.message.clone(),
                (Phase::Running, None) => {
                    let words = output.words("received", "ontvangen");
                    format!("{}/{} {words}", state.came, state.total)
                }
                _ => {
                    let waiting = output.count(
                        state.waiting,
                        ("change waits", "changes wait"),
                        ("wijziging wacht", "wijzigingen wachten"),
                    );
                    format!("{} {waiting}.", output.words("Synced.", "Gesynchroniseerd."))
                }
            });
        };
        tokio::select! {
            () = live::run(desk, move || language, tell) => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        Ok(())
    })
}

pub(super) fn status(context: &Context<'_>) -> Result<()> {
    let output = context.output;
    let desk = context.desk()?;
    desk.check()?;
    let status = desk.status()?;
    let synced = match status.synced_at {
        Some(at) => desk.clock(output.language())?(at),
        None => output.words("never", "nooit").to_owned(),
    };
    output.answer(&status, || {
        let waiting_bytes = match status.originals_waiting {
            0 => "0".to_owned(),
            bytes => format!("{} kB", bytes.div_ceil(1_000)),
        };
        let megabytes = format!("{} MB", status.storage.div_ceil(1_000_000));
        let lines = [
            (output.words("Administration", "Administratie"), status.administration.clone()),
            (output.words("State", "Stand"), state(context, status.state).to_owned()),
            (output.words("Hub", "Hub"), status.hub.clone()),
            (output.words("Last sync", "Laatste synchronisatie"), synced),
            (output.words("Waiting changes", "Wachtende wijzigingen"), status.waiting.to_string()),
            (output.words("Waiting originals", "Wachtende originelen"), waiting_bytes),
            (output.words("Conflicts", "Conflicten"), status.conflicts.to_string()),
            (output.words("Double booked", "Dubbel geboekt"), status.clashes.to_string()),
            (output.words("Late entries", "Te late invoer"), status.late_entries.to_string()),
            (output.words("Decided too late", "Te laat beslist"), status.overtaken.to_string()),
            (
                output.words("Numbers not in order", "Nummers niet in orde"),
                status.number_faults.to_string(),
            ),
            (output.words("Refused", "Geweigerd"), status.refused.to_string()),
            (output.words("Opens by", "Gaat open met"), ways(context, &status.slots)),
            (output.words("Clients", "Relaties"), status.records.clients.to_string()),
            (output.words("Bookings", "Boekingen"), status.records.bookings.to_string()),
            (output.words("Documents", "Documenten"), status.records.documents.to_string()),
            (output.words("On the disk", "Op de schijf"), megabytes),
        ];
        lines.map(|(name, value)| format!("{name:<24}{value}")).join("\n")
    });
    Ok(())
}

/// What opens the desk, in words.
fn ways(context: &Context<'_>, slots: &[&'static str]) -> String {
    slots.iter().map(|kind| keys::way(context, kind)).collect::<Vec<_>>().join(", ")
}

fn state(context: &Context<'_>, state: &'static str) -> &'static str {
    match state {
        "saved" => context.output.words("all is at the hub", "alles is bij de hub"),
        "waiting" => {
            context.output.words("changes wait for the hub", "wijzigingen wachten op de hub")
        }
        "attention" => context.output.words("somebody must decide", "iemand moet iets beslissen"),
        other => other,
    }
}

pub(super) fn conflict(context: &Context<'_>, command: &ConflictCommand) -> Result<()> {
    let (desk, output) = (context.desk()?, context.output);
    let language = context.arguments.language();
    match command {
        ConflictCommand::List { all } => {
            let conflicts = desk.conflicts(*all, language)?;
            let heads = [
                output.words("What", "Wat"),
                output.words("Fields", "Velden"),
                output.words("Settled", "Beslist"),
                "Id",
            ];
            output.list(&conflicts, &heads, |conflict| {
                let fields: Vec<&str> =
                    conflict.fields.iter().map(|field| field.label.as_str()).collect();
                vec![
                    conflict.title.clone(),
                    fields.join(", "),
                    conflict.resolution.clone().unwrap_or_default(),
                    conflict.id.to_string(),
                ]
            });
        }
        ConflictCommand::Show { conflict } => {
            let conflict = desk.conflict(conflict, language)?;
            let clock = desk.clock(language)?;
            output.answer(&conflict, || sides(context, &conflict, &clock));
        }
        ConflictCommand::Resolve { conflict, keep } => {
            let keep = match keep {
                KeepSide::Mine => Keep::Mine,
                KeepSide::Theirs => Keep::Theirs,
            };
            desk.resolve_conflict(conflict, keep)?;
            let conflict = desk.conflict(conflict, language)?;
            let clock = desk.clock(language)?;
            output.answer(&conflict, || sides(context, &conflict, &clock));
        }
        ConflictCommand::Overtaken => {
            let heads = [
                output.words("What", "Wat"),
                output.words("Decided here", "Hier beslist"),
                output.words("What stands", "Wat geldt"),
                "Id",
            ];
            output.list(&desk.overtaken(language)?, &heads, |line| {
                let columns = [&line.title, &line.decided, &line.stands];
                let columns = columns.into_iter().cloned();
                columns.chain([line.id.to_string()]).collect()
            });
        }
        ConflictCommand::Seen { decision } => {
            desk.see_overtaken(decision)?;
            output.answer(&serde_json::json!({"seen": decision}), || {
                output.words("Noted.", "Genoteerd.").to_owned()
            });
        }
    }
    Ok(())
}

fn sides(context: &Context<'_>, conflict: &ConflictLine, clock: &impl Fn(i64) -> String) -> String {
    let output = context.output;
    let entered = |desk: &str, at: Option<i64>| match at {
        Some(at) => format!("{desk}, {}", clock(at)),
        None => desk.to_owned(),
    };
    let mut lines = vec![conflict.title.clone()];
    for field in &conflict.fields {
        lines.push(format!("  {}", field.label));
        let sides = [
            (output.words("before", "ervoor").to_owned(), &field.base),
            (entered(&conflict.found_by, conflict.mine_at), &field.mine),
            (entered(&conflict.theirs_by, conflict.theirs_at), &field.theirs),
        ];
        for (name, value) in sides {
            lines.push(format!("    {name:<36}{}", value.as_deref().unwrap_or("—")));
        }
    }
    let settled = output.words("Settled", "Beslist");
    lines.extend(conflict.resolution.iter().map(|kept| format!("{settled}: {kept}.")));
    lines.join("\n")
}
