//! What must be true in the end.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use booqing_model::Id;
use booqing_model::entities::decision_of;
use booqing_model::register::{self, RECORDS};
use serde_json::json;

use crate::Failed;
use crate::desk::Desk;
use crate::entries::marks_in;
use crate::office::Office;
use crate::papers;
use crate::places;
use crate::plan::Step;

/// That something is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What.
    pub what: String,
    /// At which step, by its number; none at the end.
    pub step: Option<(usize, Step)>,
}

impl Violation {
    pub(crate) fn new(what: &str) -> Self {
        Self { what: what.to_owned(), step: None }
    }

    pub(crate) fn at(self, number: usize, step: &Step) -> Self {
        Self { step: Some((number, *step)), ..self }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.step {
            Some((number, step)) => {
                write!(
                    formatter,
                    "{} at step {number} ({:?} of desk {})",
                    self.what, step.what, step.desk
                )
            }
            None => write!(formatter, "{} in the end", self.what),
        }
    }
}

pub(crate) type Records = BTreeMap<(&'static str, Id), String>;

/// Every record of a desk, as text.
pub(crate) fn records(desk: &Desk) -> Result<Records, Failed> {
    Ok(desk.cache()?.read(|reader| {
        let mut records = Records::new();
        for record in RECORDS {
            for id in reader.ids(record.class)? {
                if let Some(row) = reader.get(record.class, id)? {
                    records.insert((record.class, id), json!(row.fields).to_string());
                }
            }
        }
        Ok(records)
    })?)
}

/// The marks that are anywhere in the records of a desk.
pub(crate) fn marks(desk: &Desk) -> Result<HashSet<usize>, Failed> {
    Ok(records(desk)?.values().flat_map(|text| marks_in(text)).collect())
}

/// The marks in records of a desk of which a change still waits.
pub(crate) fn waiting_marks(desk: &Desk) -> Result<HashSet<usize>, Failed> {
    let cache = desk.cache()?;
    let entries = cache.read(|reader| reader.outbox(u32::MAX))?;
    let mut marks = HashSet::new();
    for waiting in entries.iter().flat_map(|entry| &entry.records) {
        if register::find(&waiting.class).is_none() {
            continue;
        }
        // Whatever was entered in it, also what is no longer to be seen, is in its history.
        for entry in cache.read(|reader| reader.history(waiting.id))? {
            marks.extend(marks_in(&json!(entry.after).to_string()));
        }
        if let Some(row) = cache.read(|reader| reader.get(&waiting.class, waiting.id))? {
            marks.extend(marks_in(&json!(row.fields).to_string()));
        }
    }
    Ok(marks)
}

/// Looks at a world that has come to rest.
pub(crate) fn of(office: &mut Office) -> Result<Option<Violation>, Failed> {
    let first = office.desks.first().ok_or("no desk")?;
    let expected = records(first)?;
    for desk in &office.desks {
        if let Some(what) = of_desk(desk, &expected)? {
            return Ok(Some(Violation::new(&format!("desk {}: {what}", desk.number))));
        }
    }
    if let Some(what) = places::twice(first)? {
        for ((class, id), text) in expected.iter().filter(|((class, _), _)| *class == "booking") {
            office.tell(&format!("   {class} {id}: {text}"));
        }
        return Ok(Some(Violation::new(&what)));
    }
    if let Some(what) = papers::amiss(first, office.calamity)? {
        for ((class, id), text) in expected.iter().filter(|((class, _), _)| *class == "document") {
            office.tell(&format!("   {class} {id}: {text}"));
        }
        return Ok(Some(Violation::new(&what)));
    }
    if let Some(what) = about_decisions(first)? {
        return Ok(Some(Violation::new(&what)));
    }
    let lost = office.entries.lost(&office.present()?);
    if !lost.is_empty() {
        for ((class, id), text) in &expected {
            office.tell(&format!("   {class} {id}: {text}"));
        }
        return Ok(Some(Violation::new(&format!("entries are lost: {lost:?}"))));
    }
    Ok(twice(&expected).map(|what| Violation::new(&what)))
}

fn of_desk(desk: &Desk, expected: &Records) -> Result<Option<String>, Failed> {
    let found = records(desk)?;
    if let Some((key, _)) = found.iter().find(|(key, text)| expected.get(*key) != Some(*text)) {
        let (mine, theirs) = (found.get(key), expected.get(key));
        return Ok(Some(format!("has another {} {}: {mine:?}, {theirs:?}", key.0, key.1)));
    }
    if let Some(key) = expected.keys().find(|key| !found.contains_key(*key)) {
        return Ok(Some(format!("lacks {} {}", key.0, key.1)));
    }
    let cache = desk.cache()?;
    let refusals = cache.read(|reader| reader.refusals())?;
    if let Some(refusal) = refusals.first() {
        return Ok(Some(format!("a change was refused: {}", refusal.code)));
    }
    // What was counted on the way is what there is.
    let counted = cache.write(|writer| {
        writer.exchange(|exchange| {
            let kept = |buckets: Vec<(String, i64, i64, [u8; 16])>| -> BTreeMap<_, _> {
                let held = buckets.into_iter().filter(|(_, _, count, _)| *count != 0);
                held.map(|(class, year, count, sum)| ((class, year), (count, sum))).collect()
            };
            let before = kept(exchange.buckets()?);
            exchange.recount()?;
            Ok(before == kept(exchange.buckets()?))
        })
    })?;
    if !counted {
        return Ok(Some("counted wrongly".to_owned()));
    }
    cache.check()?;
    Ok(None)
}

/// Whether two decisions of one thing became a conflict of their own.
fn about_decisions(desk: &Desk) -> Result<Option<String>, Failed> {
    Ok(desk.cache()?.read(|reader| {
        for id in reader.ids("conflict")? {
            let Some(row) = reader.get("conflict", id)? else { continue };
            if row.fields.text("record_class").is_some_and(|class| decision_of(class).is_some()) {
                return Ok(Some(format!("conflict {id} is about a decision")));
            }
        }
        Ok(None)
    })?)
}

/// Whether something that was entered once is in one field twice.
fn twice(records: &Records) -> Option<String> {
    for ((class, id), text) in records {
        // A conflict holds a value on both sides on purpose.
        if ["conflict", "late_entry"].contains(class) {
            continue;
        }
        if let Some(mark) = marks_in(text)
            .into_iter()
            .find(|mark| text.matches(&crate::entries::mark(*mark)).count() > 1)
        {
            return Some(format!("<{mark}> is twice in {class} {id}: {text}"));
        }
    }
    None
}
