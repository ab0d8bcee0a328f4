//! What desks and hub say to each other in a world, word for word.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use booqing_protocol::message::{Answer, ChangeResult, Outcome, Pushed};
use booqing_protocol::{Id, Refusal, decode};

use crate::Failed;
use crate::desk::certificate;
use crate::hub::{Backing, Hub};
use crate::plan::{Calamity, Plan, What};

/// Something that the hub was told or asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A desk was let in.
    Admitted(Id),
    /// A desk asked, and was answered.
    Asked {
        /// The desk.
        desk: Id,
        /// When, in seconds since 1970.
        at: i64,
        /// What for.
        path: String,
        /// The request.
        body: Vec<u8>,
        /// The answer.
        answer: Vec<u8>,
    },
}

/// The plan of a world in which nothing happens that would not come out the same again.
#[must_use]
pub fn plan(seed: u64, steps: usize) -> Plan {
    let mut plan = Plan::new(seed, steps);
    plan.calamity = Calamity::Weather;
    plan.desks = 2;
    // A program that is killed leaves what the operating system happened to write.
    let again = [What::Edit, What::Resolve, What::Sync, What::GoOn, What::Lose, What::Repeat];
    let carried = [What::Join, What::Clock, What::AddOriginal, What::Carry];
    plan.steps.retain(|step| again.contains(&step.what) || carried.contains(&step.what));
    plan
}

/// What was asked for, and what became of what was sent: one word each.
///
/// # Errors
/// When an answer is none.
pub fn kinds(heard: &[Heard]) -> Result<BTreeSet<String>, Failed> {
    let mut kinds = BTreeSet::new();
    for one in heard {
        let Heard::Asked { path, answer, .. } = one else { continue };
        kinds.insert(path.clone());
        if let Ok(Answer::Refused(refusal)) = decode::<Answer<()>>(answer) {
            let refusal: Refusal = refusal;
            kinds.insert(refusal.code().to_owned());
            continue;
        }
        if path != "/v1/push" {
            continue;
        }
        let Answer::Done(pushed) = decode::<Answer<Pushed>>(answer)? else { continue };
        for result in &pushed.results {
            let kind = match decode::<ChangeResult>(result)?.outcome {
                Outcome::Accepted { .. } => "accepted",
                Outcome::Stale { .. } => "stale",
                Outcome::Refused { .. } => "refused",
                Outcome::Occupied { .. } => "occupied",
                Outcome::NotNext { .. } => "not_next",
            };
            kinds.insert(kind.to_owned());
        }
    }
    Ok(kinds)
}

/// As text: a line for each desk that was let in, and two for a question and its answer.
#[must_use]
pub fn written(heard: &[Heard]) -> String {
    let mut desks: BTreeMap<Id, usize> = BTreeMap::new();
    let mut text = String::new();
    for one in heard {
        // Writing to a string does not fail.
        let _ = match one {
            Heard::Admitted(desk) => {
                let number = desks.len() + 1;
                desks.insert(*desk, number);
                writeln!(text, "desk {number} {}", hex(&desk.0))
            }
            Heard::Asked { desk, at, path, body, answer } => {
                let number = desks.get(desk).copied().unwrap_or_default();
                let (body, answer) = (hex(body), hex(answer));
                writeln!(text, "{number} {at} {path} {body}\n= {answer}")
            }
        };
    }
    text
}

/// What was written so.
///
/// # Errors
/// With the number of the line that makes no sense.
pub fn read(text: &str) -> Result<Vec<Heard>, Failed> {
    let mut desks: Vec<Id> = Vec::new();
    let mut heard = Vec::new();
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#'));
    while let Some((line, number)) = lines.next() {
        let wrong = || Failed::from(format!("line {number} of the transcript makes no sense"));
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["desk", _, id] => {
                let id = unhex(id).and_then(|id| id.try_into().ok()).ok_or_else(wrong)?;
                desks.push(Id(id));
                heard.push(Heard::Admitted(Id(id)));
            }
            [desk, at, path, body] => {
                let place = desk.parse::<usize>()?.checked_sub(1).ok_or_else(wrong)?;
                let answer = lines.next().and_then(|(line, _)| line.strip_prefix("= "));
                heard.push(Heard::Asked {
                    desk: *desks.get(place).ok_or_else(wrong)?,
                    at: at.parse()?,
                    path: (*path).to_owned(),
                    body: unhex(body).ok_or_else(wrong)?,
                    answer: answer.and_then(unhex).ok_or_else(wrong)?,
                });
            }
            _ => return Err(wrong()),
        }
    }
    Ok(heard)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.map(byte).collect()
}

/// Asks a new hub the same, and gives what it answers.
///
/// # Errors
/// When the hub fails.
pub fn asked_again(heard: &[Heard], folder: &Path) -> Result<(Hub, Vec<Heard>), Failed> {
    let hub = Hub::new(folder, Backing::Files)?;
    let mut again = Vec::with_capacity(heard.len());
    for one in heard {
        again.push(match one {
            Heard::Admitted(desk) => {
                hub.admit(*desk, certificate(*desk))?;
                one.clone()
            }
            Heard::Asked { desk, at, path, body, .. } => {
                let answer = hub.answer(&certificate(*desk), path, body, *at)?;
                let (desk, at, path, body) = (*desk, *at, path.clone(), body.clone());
                Heard::Asked { desk, at, path, body, answer }
            }
        });
    }
    Ok((hub, again))
}
