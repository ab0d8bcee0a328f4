//! Why the records of a section are kept, and until when: counted, not told one by one.

use std::collections::{BTreeMap, BTreeSet};

use booqing_model::field::{FieldClass, Ground, RecordType};
use booqing_retention::Tenant;
use booqing_store::{Reader, Row};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::Result;
use crate::appearance::Language;
use crate::why::Why;
use crate::words::{self, Style};

/// Why something is kept, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, TS)]
#[ts(export)]
pub struct Keeping {
    /// What it is about: fields, or a number of records.
    pub what: String,
    /// The law or ground.
    pub ground: String,
    /// The last day on which it may not be destroyed; null where no day is known.
    pub until: Option<String>,
    /// The answer in a sentence.
    pub sentence: String,
}

/// Why the records of a class are kept: what the law keeps by its last day, then what is held on
/// another ground, field by field.
pub(super) fn of(
    reader: &Reader<'_>,
    record: &'static RecordType,
    rows: &[Row],
    tenant: &Tenant,
    style: &Style,
    now: Timestamp,
) -> Result<Vec<Keeping>> {
    let mut by_law: BTreeMap<(String, Option<String>, String), u64> = BTreeMap::new();
    let mut by_ground: BTreeMap<Ground, BTreeSet<&'static str>> = BTreeMap::new();
    let has_statute =
        record.fields.iter().any(|field| matches!(field.class, FieldClass::Statutory { .. }));
    for row in rows {
        if has_statute || record.class == "consent" {
            let why = Why { class: record, id: row.id, fields: &row.fields, tenant };
            let explained = why.explain(reader, None, style, now)?;
            let key = (explained.ground, explained.until, explained.sentence);
            *by_law.entry(key).or_default() += 1;
        }
        for field in record.fields.iter().filter(|field| row.fields.get(field.name).is_some()) {
            if let FieldClass::Personal { ground, .. } = field.class {
                let label = words::field(style.language, record.class, field.name);
                by_ground.entry(ground).or_default().insert(label);
            }
        }
    }
    let mut kept: Vec<Keeping> = by_law
        .into_iter()
        .map(|((ground, until, sentence), count)| Keeping {
            what: counted(style, record.class, count),
            ground,
            until,
            sentence,
        })
        .collect();
    kept.sort_by(|a, b| (&a.until, &a.ground).cmp(&(&b.until, &b.ground)));
    for (ground, labels) in by_ground {
        let Some(row) = rows.first() else { continue };
        let why = Why { class: record, id: row.id, fields: &row.fields, tenant };
        let field = record.fields.iter().find(
            |field| matches!(field.class, FieldClass::Personal { ground: of, .. } if of == ground),
        );
        let explained = why.explain(reader, field.map(|field| field.name), style, now)?;
        kept.push(Keeping {
            what: labels.into_iter().collect::<Vec<_>>().join(", "),
            ground: explained.ground,
            until: explained.until,
            sentence: explained.sentence,
        });
    }
    Ok(kept)
}

/// `1 booking`, `14 bookings`.
fn counted(style: &Style, class: &str, count: u64) -> String {
    let name = if count == 1 {
        words::class(style.language, class)
    } else {
        words::classes(style.language, class)
    };
    match style.language {
        Language::En | Language::Nl => format!("{count} {}", name.to_lowercase()),
    }
}
