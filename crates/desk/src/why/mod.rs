//! "Why is this still here?": for a record, or one value of it, the ground and the end.

mod alike;
mod steps;

use booqing_model::field::{FieldClass, Ground, RecordType};
use booqing_model::{Fields, Id, Values, register};
use booqing_retention::explain::{Explanation, PolicyExplanation};
use booqing_retention::{Status, Tenant, embedded_book, facts_with};
use booqing_store::{Condition, ListQuery, Reader};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::around::CacheAround;
use crate::holds::Holds;
use crate::reason::Reason;
use crate::words::{self, Style};
use crate::{Desk, DeskError, Language, Result, values};
pub use alike::KeptAlike;
use steps::steps;

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[ts(export)]
pub struct WhyQuestion {
    /// The record class.
    pub class: String,
    /// The record.
    pub id: Id,
    /// The field; the whole record when left out.
    pub field: Option<String>,
    /// The language of the answer.
    pub language: Language,
}

/// Why something is held, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct Explained {
    /// What it is about: the field or the record.
    pub title: String,
    /// The answer in a sentence.
    pub sentence: String,
    /// Where it stands, by the retention engine's word; `purpose` for what no law keeps.
    pub status: String,
    /// The same in the asked language.
    pub status_label: String,
    /// The law or ground it rests on.
    pub ground: String,
    /// The last day on which it may not be destroyed; null where no day is known.
    pub until: Option<String>,
    /// The policy that governs.
    pub policy: Option<String>,
    /// Where the rule was read.
    pub source: Option<String>,
    /// How sure the rule is.
    pub confidence: Option<String>,
    /// Whether a legal hold covers it.
    pub held: bool,
    /// How the day follows, step by step.
    pub steps: Vec<String>,
    /// For a whole record: each value it has, by why it is held. Empty for one value.
    pub values: Vec<KeptAlike>,
}

impl Desk {
    /// Why a record, or one value of it, is held, and until when.
    ///
    /// # Errors
    /// [`DeskError::Unknown`] for a record that is not here; [`DeskError::Value`] for a field that
    /// it has not.
    pub fn explain(&self, question: &WhyQuestion, now: Timestamp) -> Result<Explained> {
        let class = register::find(&question.class).ok_or_else(|| {
            values::wrong(
                "class",
                &question.class,
                ("is no kind of record", "is geen soort gegeven"),
            )
        })?;
        let (tenant, style) = (self.tenant()?, self.style(question.language)?);
        self.cache.read(|reader| {
            let Some(row) = reader.get(class.class, question.id)? else {
                let name = question.id.to_string();
                return Ok(Err(DeskError::Unknown { class: class.class, name }));
            };
            let why = || -> Result<Explained> {
                let why = Why { class, id: question.id, fields: &row.fields, tenant: &tenant };
                let explained = why.explain(reader, question.field.as_deref(), &style, now)?;
                let values = match question.field {
                    Some(_) => Vec::new(),
                    None => why.values(reader, &style, now)?,
                };
                Ok(Explained { values, ..explained })
            };
            Ok(why())
        })?
    }

    /// Whose records they are, as retention asks.
    pub(crate) fn tenant(&self) -> Result<Tenant> {
        let fields = self.administration_fields()?;
        let text = |name: &str| fields.text(name).unwrap_or_default();
        Tenant::new(text("country"), text("time_zone"), text("fiscal_year_end"))
            .map_err(|error| values::wrong("administration", "", error))
    }
}

/// A record about which somebody asks.
pub(crate) struct Why<'a> {
    pub(crate) class: &'static RecordType,
    pub(crate) id: Id,
    pub(crate) fields: &'a Fields,
    pub(crate) tenant: &'a Tenant,
}

impl Why<'_> {
    /// The answer for the whole record, or for one field of it.
    pub(crate) fn explain(
        &self,
        reader: &Reader<'_>,
        field: Option<&str>,
        style: &Style,
        now: Timestamp,
    ) -> Result<Explained> {
        let named = match field {
            None => None,
            Some(name) => Some(values::field_of(self.class, name)?),
        };
        let title = match named {
            Some(field) => words::field(style.language, self.class.class, field.name),
            None => words::class(style.language, self.class.class),
        };
        let holds = Holds::read(reader)?.on(reader, self.class.class, self.id, self.fields)?;
        let held = holds.iter().any(|hold| hold.in_force_at(now));
        let by_law = match named.map(|field| field.class) {
            Some(FieldClass::Personal { ground, .. }) => {
                if ground == Ground::Consent && !self.has_consent(reader, style, now)? {
                    return Ok(without_consent(style, title, held));
                }
                return Ok(of_purpose(style, title, ground, held));
            }
            Some(FieldClass::Statutory { .. }) => true,
            Some(FieldClass::Routing | FieldClass::Working) => false,
            None => true,
        };
        let around = CacheAround::read(reader)?;
        let facts = facts_with(self.class.class, self.fields, &around)?;
        let Some(facts) = facts.filter(|_| by_law) else {
            return Ok(self.of_record(style, title, held));
        };
        let book = embedded_book().map_err(|error| policies(&error.to_string()))?;
        let wrong = |error: booqing_retention::DecideError| policies(&error.to_string());
        let explanation = book.explain(self.tenant, &facts, None).map_err(wrong)?;
        let decision = book.decide(self.tenant, &facts, None).map_err(wrong)?;
        let status = decision.status_at(self.tenant, now, &holds);
        Ok(of_law(style, title, &explanation, status, held))
    }

    /// Whether a consent of the person stands.
    fn has_consent(&self, reader: &Reader<'_>, style: &Style, now: Timestamp) -> Result<bool> {
        let person = if self.class.class == "client" {
            Some(self.id)
        } else {
            Values::id(self.fields, "client")
        };
        let Some(person) = person else { return Ok(false) };
        let conditions = vec![Condition::Is("client", person.to_string().into())];
        let query = ListQuery { conditions, limit: u32::MAX, ..ListQuery::default() };
        let today = style.zone.to_datetime(now).date().to_string();
        Ok(reader.list("consent", &query)?.1.iter().any(|consent| {
            let fields = &consent.fields;
            let is_given = matches!(fields.text("kind"), Some("opt_in" | "soft_opt_in"));
            is_given
                && fields.get("withdrawn_at").is_none()
                && fields.text("expires_on").is_none_or(|last| last >= today.as_str())
        }))
    }

    /// What no law and no person's ground keeps: it goes with the record.
    fn of_record(&self, style: &Style, title: &str, held: bool) -> Explained {
        let is_person = self.class.class == "client";
        let sentence = match (style.language, is_person) {
            (Language::En, true) => {
                "Held while the office deals with this client: each value has its own ground. \
                 What is personal goes when its ground ends; what the law keeps stays in the \
                 bookings and documents."
            }
            (Language::Nl, true) => {
                "Bewaard zolang het kantoor met deze relatie te maken heeft: elke waarde heeft een \
                 eigen grondslag. Wat persoonlijk is verdwijnt als de grondslag vervalt; wat de wet \
                 bewaart blijft in de boekingen en documenten."
            }
            (Language::En, false) => {
                "The office's own data: needed to run the administration, about nobody, and gone \
                 with the record."
            }
            (Language::Nl, false) => {
                "Gegeven van het kantoor zelf: nodig om de administratie te voeren, over niemand, \
                 en weg met het gegeven waar het bij hoort."
            }
        };
        Explained {
            ground: words::pick(
                style.language,
                "Needed to run the administration",
                "Nodig om de administratie te voeren",
            )
            .to_owned(),
            ..purpose(style, title, sentence.to_owned(), held)
        }
    }
}

/// That the policies cannot be used.
pub(crate) fn policies(reason: &str) -> DeskError {
    let reason = Reason::both(
        format!("has no policies that can be used: {reason}"),
        format!("heeft geen bewaarregels die te gebruiken zijn: {reason}"),
    );
    values::wrong("administration", "", reason)
}

/// An answer without a day.
fn purpose(style: &Style, title: &str, sentence: String, held: bool) -> Explained {
    let status = if held { Status::Held.word() } else { "purpose" };
    Explained {
        title: title.to_owned(),
        sentence,
        status: status.to_owned(),
        status_label: words::code(style.language, "retention", "status", status)
            .unwrap_or(words::pick(style.language, "Held for a purpose", "Bewaard voor een doel"))
            .to_owned(),
        ground: String::new(),
        until: None,
        policy: None,
        source: None,
        confidence: None,
        held,
        steps: Vec::new(),
        values: Vec::new(),
    }
}

fn of_purpose(style: &Style, title: &str, ground: Ground, held: bool) -> Explained {
    let (english, dutch) = match ground {
        Ground::Consent => (
            "Held with the consent of this person: one that stands is on record. It goes when that \
             consent is withdrawn or ends.",
            "Bewaard met toestemming van deze persoon: er is een geldige toestemming bekend. Het \
             verdwijnt als die wordt ingetrokken of afloopt.",
        ),
        Ground::Contract => (
            "Held to serve the client under the contract. It goes when the contract has ended and \
             nothing needs it any more, or when the client asks for erasure.",
            "Bewaard om de relatie volgens de overeenkomst te bedienen. Het verdwijnt als de \
             overeenkomst is geëindigd en niets het meer nodig heeft, of als de relatie om \
             verwijdering vraagt.",
        ),
        Ground::LegalObligation => (
            "Held as proof that a legal duty was met. It stays as long as that can be asked for.",
            "Bewaard als bewijs dat aan een wettelijke plicht is voldaan. Het blijft zolang daarom \
             gevraagd kan worden.",
        ),
        Ground::LegitimateInterest => (
            "Held because the office has an interest in it that weighs up. It goes when the person \
             objects and the office has no stronger reason.",
            "Bewaard omdat het kantoor er een gerechtvaardigd belang bij heeft. Het verdwijnt als \
             de persoon bezwaar maakt en het kantoor geen zwaarder belang heeft.",
        ),
        Ground::Employment => (
            "Held because the person works here. It goes when that ends.",
            "Bewaard omdat de persoon hier werkt. Het verdwijnt als dat eindigt.",
        ),
    };
    let sentence = words::pick(style.language, english, dutch).to_owned();
    let name = words::code(style.language, "record", "ground", ground.name());
    Explained {
        ground: name.unwrap_or(ground.name()).to_owned(),
        ..purpose(style, title, sentence, held)
    }
}

/// The answer for a value that is held on consent, while no consent is known.
fn without_consent(style: &Style, title: &str, held: bool) -> Explained {
    let sentence = words::pick(
        style.language,
        "It may be held only while this person agrees to it, and no consent that stands is on \
         record. Ask for it and enter it, or clear the value.",
        "Het mag alleen worden bewaard zolang deze persoon daarmee instemt, en er is geen geldige \
         toestemming bekend. Vraag die en voer hem in, of wis de waarde.",
    );
    Explained {
        sentence: sentence.to_owned(),
        status_label: words::pick(
            style.language,
            "No consent on record",
            "Geen toestemming bekend",
        )
        .to_owned(),
        ..of_purpose(style, title, Ground::Consent, held)
    }
}

fn of_law(
    style: &Style,
    title: &str,
    explanation: &Explanation,
    status: Status,
    held: bool,
) -> Explained {
    let governing = explanation.policies.iter().find(|policy| policy.governs);
    let until = explanation.retain_through;
    let law = governing.map_or_else(String::new, |policy| policy.ground.article.clone());
    let sentence = match (until, governing) {
        (Some(day), Some(_)) => match style.language {
            Language::En => format!("{law} keeps this until {} inclusive.", style.day(day)),
            Language::Nl => format!("{law} bewaart dit tot en met {}.", style.day(day)),
        },
        (None, Some(_)) => match style.language {
            Language::En => format!("{law} keeps this; the end is not known yet."),
            Language::Nl => format!("{law} bewaart dit; het einde is nog niet bekend."),
        },
        (_, None) => words::pick(
            style.language,
            "No law keeps this: it is held for its purpose and may go when that has ended.",
            "Geen wet bewaart dit: het wordt bewaard voor zijn doel en mag weg als dat is geëindigd.",
        )
        .to_owned(),
    };
    let confidence = governing.map(|policy| policy.confidence.word());
    Explained {
        title: title.to_owned(),
        sentence,
        status: status.word().to_owned(),
        status_label: words::code(style.language, "retention", "status", status.word())
            .unwrap_or(status.word())
            .to_owned(),
        ground: law,
        until: until.map(|day| day.to_string()),
        policy: governing.map(|policy| policy_title(style, policy)),
        source: governing.map(|policy| policy.ground.source.clone()),
        confidence: confidence.map(|word| {
            let name = words::code(style.language, "retention", "confidence", word);
            name.unwrap_or(word).to_owned()
        }),
        held,
        steps: governing.into_iter().flat_map(|policy| steps(style, policy)).collect(),
        values: Vec::new(),
    }
}

fn policy_title(style: &Style, policy: &PolicyExplanation) -> String {
    match style.language {
        Language::En => policy.title.en.clone(),
        Language::Nl => policy.title.nl.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{TestDesk, desk, id};

    fn explain(desk: &TestDesk, class: &str, id: Id, field: Option<&str>) -> Result<Explained> {
        let question = WhyQuestion {
            class: class.to_owned(),
            id,
            field: field.map(str::to_owned),
            language: Language::En,
        };
        desk.explain(&question, "2026-11-25T12:00:00Z".parse().expect("a moment"))
    }

    #[test]
    fn what_is_held_on_consent_says_so_only_while_one_stands() {
        let desk = desk();
        let anna = desk.client(&["family_name=Berg", "birth_date=1980-02-29"]);
        let label = || {
            let why = explain(&desk, "client", anna.id, Some("birth_date")).expect("an answer");
            (why.status_label, why.sentence.starts_with("Held with the consent"))
        };
        let none = ("No consent on record".to_owned(), false);
        assert_eq!(label(), none);
        let consent = |kind: &str, rest: serde_json::Value| {
            let mut values = json!({"client": anna.id, "purpose": "x", "kind": kind,
                "given_at": 1_700_000_000, "text_version": "1", "channel": "form"});
            let all = values.as_object_mut().expect("a map");
            all.extend(rest.as_object().cloned().unwrap_or_default());
            values
        };
        desk.put("consent", id(70), consent("opt_out", json!({})));
        desk.put("consent", id(71), consent("opt_in", json!({"withdrawn_at": 1_710_000_000})));
        desk.put("consent", id(72), consent("opt_in", json!({"expires_on": "2026-11-24"})));
        assert_eq!(label(), none);
        desk.put("consent", id(73), consent("opt_in", json!({"expires_on": "2026-11-25"})));
        assert_eq!(label(), ("Held for a purpose".to_owned(), true));
    }

    fn invoice(desk: &TestDesk, client: Id) -> Id {
        desk.put(
            "document",
            id(60),
            json!({"state": "issued", "fiscal_year": 2018, "kind": "invoice", "note": "Let op",
                "document_date": "2018-05-01", "client": client, "currency": "EUR", "net": 1,
                "vat": 0, "gross": 1}),
        );
        id(60)
    }

    #[test]
    fn each_value_has_its_own_answer() {
        let desk = desk();
        let anna = desk.client(&["family_name=Berg", "phone=06"]);
        let invoice = invoice(&desk, anna.id);

        let law = explain(&desk, "document", invoice, Some("gross")).expect("explained");
        assert_eq!(law.until.as_deref(), Some("2025-12-31"));
        assert_eq!((law.status.as_str(), law.held), ("due_for_disposition", false));
        assert_eq!(law.steps.len(), 2, "{:?}", law.steps);
        assert!(law.source.is_some() && law.confidence.is_some());

        let personal = explain(&desk, "document", invoice, Some("note")).expect("explained");
        assert_eq!((personal.until, personal.status.as_str()), (None, "purpose"));
        assert!(personal.ground.contains("6(1)(b)"), "{}", personal.ground);

        let phone = explain(&desk, "client", anna.id, Some("phone")).expect("explained");
        assert_eq!(phone.title, "Phone");
        let tags = explain(&desk, "client", anna.id, Some("tags")).expect("explained");
        assert!(tags.ground.contains("administration"), "{}", tags.ground);
    }

    #[test]
    fn a_record_names_each_value_it_has_once_by_why_it_is_held() {
        let desk = desk();
        let anna = desk.client(&["family_name=Berg", "phone=06"]);
        let invoice = invoice(&desk, anna.id);
        let whole = explain(&desk, "document", invoice, None).expect("explained");
        let named: Vec<_> = whole.values.iter().flat_map(|alike| &alike.names).collect();
        assert_eq!(named.len(), 10, "{named:?}");
        let holds = |name: &str| {
            let mut found =
                whole.values.iter().filter(|alike| alike.names.iter().any(|n| n == name));
            (found.next().expect("the value is named"), found.count())
        };
        let (gross, others) = holds("Amount incl. VAT");
        assert_eq!((gross.until.as_deref(), others), (Some("2025-12-31"), 0));
        let (note, others) = holds("Note");
        assert_eq!((note.until.as_deref(), others), (None, 0));
        assert!(note.ground.contains("6(1)(b)"), "{}", note.ground);
        let gross = explain(&desk, "document", invoice, Some("gross")).expect("explained");
        assert!(gross.values.is_empty());
    }

    #[test]
    fn a_hold_is_said_and_moves_no_date() {
        let desk = desk();
        let anna = desk.client(&["family_name=Berg"]);
        let invoice = invoice(&desk, anna.id);
        let hold = json!({"title": "Beslag", "client": anna.id, "placed_at": 1_700_000_000,
            "reason": "x"});
        desk.put("hold", id(70), hold);
        for (class, id) in [("document", invoice), ("client", anna.id)] {
            let held = explain(&desk, class, id, None).expect("explained");
            assert_eq!((held.status.as_str(), held.held), ("held", true), "{class}");
        }
        let law = explain(&desk, "document", invoice, Some("gross")).expect("explained");
        assert_eq!(law.until.as_deref(), Some("2025-12-31"));
    }

    #[test]
    fn what_is_not_there_is_refused() {
        let desk = desk();
        let anna = desk.client(&["family_name=Berg"]);
        let field = explain(&desk, "client", anna.id, Some("shoe_size"));
        assert!(matches!(field, Err(DeskError::Value { .. })));
        let record = explain(&desk, "client", id(99), None);
        assert!(matches!(record, Err(DeskError::Unknown { .. })));
        assert!(matches!(explain(&desk, "giraffe", id(99), None), Err(DeskError::Value { .. })));
    }
}
