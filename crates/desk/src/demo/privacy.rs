//! Consents, disclosures and holds.

use booqing_model::Id;
use booqing_model::entities::{
    ClientKind, ClientState, Consent, ConsentKind, Disclosure, DisclosureBasis, Hold, RecipientKind,
};
use booqing_model::text::{Note, TagSet};
use booqing_model::time::{Date as ModelDate, Moment};
use jiff::civil::Date;

use super::DemoError;
use super::calendar::{Span, days_between, plus_days};
use super::clients::{Clients, Traits};
use super::rng::{Rng, Stream};
use super::words::text;

/// The purpose for which the address for newsletters is held.
pub(super) const NEWSLETTER: &str = "Nieuwsbrief";
/// The purpose for which the date of birth is held.
pub(super) const BIRTHDAY: &str = "Felicitatie op verjaardag";

/// To what a client agreed when it was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Consents {
    /// To newsletters.
    pub(super) newsletter: bool,
    /// To a card on its birthday.
    pub(super) birthday: bool,
    /// The day on which it took that back, all of it.
    pub(super) withdrawn: Option<Date>,
}

impl Consents {
    /// The purposes, each with the client's field that rests on it.
    pub(super) fn purposes(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let newsletter = self.newsletter.then_some((NEWSLETTER, "newsletter_email"));
        let birthday = self.birthday.then_some((BIRTHDAY, "birth_date"));
        newsletter.into_iter().chain(birthday)
    }
}

/// To what a client agreed.
pub(super) fn consents(span: &Span, seed: u64, index: u32, traits: &Traits, day: Date) -> Consents {
    let mut rng = Rng::of(seed, Stream::Privacy, u64::from(index));
    let person = traits.kind == ClientKind::Person;
    let newsletter = rng.percent(if person { 32 } else { 18 });
    let birthday = person && traits.state != ClientState::Prospect && rng.percent(12);
    let later = plus_days(day, rng.between(40, 900));
    let withdrawn = rng.percent(12) && (newsletter || birthday);
    let withdrawn = (withdrawn && later <= span.last).then(|| span.open_from(later));
    Consents { newsletter, birthday, withdrawn }
}

/// The record of a consent that was given at that moment.
pub(super) fn consent(
    rng: &mut Rng,
    client: Id,
    purpose: &str,
    at: Moment,
    (day, today): (Date, Date),
) -> Result<Consent, DemoError> {
    let ends = plus_days(day, 5 * 365);
    let soft = purpose == NEWSLETTER && rng.percent(25);
    Ok(Consent {
        client,
        purpose: text(purpose)?,
        kind: if soft { ConsentKind::SoftOptIn } else { ConsentKind::OptIn },
        given_at: at,
        withdrawn_at: None,
        expires_on: (rng.percent(10) && ends > today).then_some(ModelDate(ends)),
        text_version: text(text_version(day))?,
        channel: text(rng.pick(&["formulier", "aan de balie", "per brief", "webformulier"]))?,
    })
}

/// The version of the text that was in use on that day.
fn text_version(day: Date) -> &'static str {
    match day.year() {
        ..=2017 => "1",
        2018..=2022 => "2",
        _ => "2.1",
    }
}

/// What goes out to others on the first open day of a month.
pub(super) fn disclosures(
    rng: &mut Rng,
    span: &Span,
    clients: &Clients<'_>,
    known: u32,
    (day, at): (Date, Moment),
) -> Result<Vec<Disclosure>, DemoError> {
    let mut made = Vec::new();
    let middle = plus_days(span.first, days_between(span.first, span.last) / 2);
    if known == 0 {
        return Ok(made);
    }
    if day.month() == 3 {
        for _ in 0..=known / 600 {
            made.push(Disclosure {
                recipient: text("Administratiekantoor Cijfer & Zn.")?,
                recipient_kind: RecipientKind::Processor,
                basis: DisclosureBasis::Consent,
                reference: Some(text(&format!("Jaarrekening {}", day.year() - 1))?),
                note: Some(Note::parse("Voor de samenstelling van de jaarrekening.")?),
                ..disclosure(rng, clients, known, at, &["facturen", "naam en adres"])?
            });
        }
    }
    if day.month() == 9 && day.year() % 2 == 1 {
        made.push(Disclosure {
            recipient: text("Belastingdienst")?,
            recipient_kind: RecipientKind::Authority,
            basis: DisclosureBasis::Law,
            reference: Some(text(&format!("AWR art. 53, kenmerk DEMO-{}-117", day.year()))?),
            ..disclosure(rng, clients, known, at, &["facturen", "betalingen"])?
        });
    }
    if (day.year(), day.month()) == (middle.year(), middle.month()) {
        made.push(Disclosure {
            recipient: text("Rechtbank Midden-Nederland")?,
            recipient_kind: RecipientKind::Court,
            basis: DisclosureBasis::CourtOrder,
            reference: Some(text(&format!("Zaaknummer DEMO/{}/0042", day.year()))?),
            note: Some(Note::parse("Alleen het gevraagde; de klant is ingelicht.")?),
            ..disclosure(rng, clients, known, at, &["boekingen"])?
        });
    }
    Ok(made)
}

fn disclosure(
    rng: &mut Rng,
    clients: &Clients<'_>,
    known: u32,
    at: Moment,
    categories: &[&str],
) -> Result<Disclosure, DemoError> {
    let index = u32::try_from(rng.below(u64::from(known))).unwrap_or(0);
    Ok(Disclosure {
        client: clients.id(index)?,
        at,
        recipient: text("-")?,
        recipient_kind: RecipientKind::Other,
        basis: DisclosureBasis::Law,
        reference: None,
        categories: categories.iter().map(|category| (*category).to_owned()).collect::<TagSet>(),
        note: None,
    })
}

/// A hold on a client.
pub(super) fn hold_on_client(client: Id, at: Moment, today: Date) -> Result<Hold, DemoError> {
    Ok(Hold {
        title: text("Zaak 12")?,
        client: Some(client),
        reason: Note::parse("Geschil over de uitvoering van een opdracht.")?,
        authority: Some(text("Rechtbank Midden-Nederland, DEMO/12")?),
        ..hold(at, today)?
    })
}

/// A hold on a document.
pub(super) fn hold_on_document(document: Id, at: Moment, today: Date) -> Result<Hold, DemoError> {
    Ok(Hold {
        title: text("Boekenonderzoek")?,
        record: Some(document),
        reason: Note::parse("Boekenonderzoek loopt; stuk is opgevraagd.")?,
        authority: Some(text("Belastingdienst, DEMO-BO-7")?),
        ..hold(at, today)?
    })
}

fn hold(at: Moment, today: Date) -> Result<Hold, DemoError> {
    Ok(Hold {
        title: text("-")?,
        client: None,
        record: None,
        fiscal_year: None,
        placed_at: at,
        released_at: None,
        release_reason: None,
        review_on: Some(ModelDate(plus_days(today, 45))),
        reason: Note::parse("-")?,
        authority: None,
    })
}
