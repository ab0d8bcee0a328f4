//! The dossier on paper: tagged PDF/A.

use booqing_pdf::{About, Column, Document, Emphasis, Level, PdfError, Table, Tone};
use jiff::Timestamp;

use super::{Dossier, DossierRecord, DossierSection};
use crate::Language;
use crate::words::{self, Style, pick};

/// The dossier as the bytes of a PDF.
///
/// # Errors
/// [`PdfError::MissingGlyph`] for a character that cannot be printed, with its place.
pub(super) fn render(dossier: &Dossier, style: &Style) -> Result<Vec<u8>, PdfError> {
    let language = style.language;
    let mut document = Document::new(about(dossier, style))?;
    document.paragraph(&introduction(dossier, style), Emphasis::Plain)?;
    // That nothing of the office's inner workings is held goes without saying.
    let told = |section: &&DossierSection| {
        !section.records.is_empty()
            || !["user", "attachment", "conflict", "late_entry"].contains(&&*section.id)
    };
    for section in dossier.sections.iter().filter(told) {
        document.heading(Level::Section, &section.title)?;
        match section.records.as_slice() {
            [] => {
                let none =
                    pick(language, "Nothing of this kind is held.", "Hiervan wordt niets bewaard.");
                document.paragraph(none, Emphasis::Quiet)?;
                continue;
            }
            // A list reads better as a table; a single thing as labels with values.
            [only] if section.id == "client" => {
                document.details(&pairs(only))?;
            }
            records => table(&mut document, section, records, language)?,
        }
        kept(&mut document, section, language)?;
    }
    document.heading(Level::Section, pick(language, "Your rights", "Uw rechten"))?;
    document.paragraph(&rights(dossier, language), Emphasis::Plain)?;
    document.finish()
}

fn about(dossier: &Dossier, style: &Style) -> About {
    let language = style.language;
    let created = Timestamp::from_second(dossier.made_at).unwrap_or(Timestamp::UNIX_EPOCH);
    let made = pick(language, "made on", "gemaakt op");
    About {
        subtitle: format!("{} · {}", dossier.name, dossier.number),
        author: dossier.administration.name.clone(),
        subject: pick(
            language,
            "Everything held about this client (GDPR article 15)",
            "Alles wat over deze relatie wordt bewaard (AVG artikel 15)",
        )
        .to_owned(),
        language: pdf_language(language),
        footer: format!(
            "{} · {made} {}",
            dossier.administration.name,
            style.moment(dossier.made_at)
        ),
        ..About::new(pick(language, "Dossier", "Dossier"), created)
    }
}

pub(crate) fn pdf_language(language: Language) -> booqing_pdf::Language {
    match language {
        Language::Nl => booqing_pdf::Language::Dutch,
        Language::En => booqing_pdf::Language::English,
    }
}

fn introduction(dossier: &Dossier, style: &Style) -> String {
    let issuer = &dossier.administration;
    let office = if issuer.address.is_empty() {
        issuer.name.clone()
    } else {
        format!("{}, {}", issuer.name, issuer.address)
    };
    let when = style.moment(dossier.made_at);
    match style.language {
        Language::En => format!(
            "This is everything {office} held about {} on {when}. Below each part stands why it is kept and until when. The same in a form that programs read, with the values that only they need, can be had as JSON.",
            dossier.name
        ),
        Language::Nl => format!(
            "Dit is alles wat {office} op {when} over {} bewaarde. Onder elk deel staat waarom het wordt bewaard en tot wanneer. Hetzelfde in een vorm die programma's lezen, met de waarden die alleen zij nodig hebben, is te krijgen als JSON.",
            dossier.name
        ),
    }
}

fn rights(dossier: &Dossier, language: Language) -> String {
    let issuer = &dossier.administration;
    let contact = match (&issuer.controller, &issuer.controller_email) {
        (Some(name), Some(email)) => format!("{name} ({email})"),
        (Some(name), None) => name.clone(),
        (None, Some(email)) => email.clone(),
        (None, None) => issuer.name.clone(),
    };
    match language {
        Language::En => format!(
            "You may have what is wrong corrected, have erased what no law keeps, have its use restricted, object to it, and receive it in a form that programs read (GDPR articles 16 to 21). Ask {contact}. You may also complain to the Dutch data protection authority (Autoriteit Persoonsgegevens)."
        ),
        Language::Nl => format!(
            "U kunt laten verbeteren wat niet klopt, laten wissen wat geen wet bewaart, het gebruik laten beperken, bezwaar maken en de gegevens ontvangen in een vorm die programma's lezen (AVG artikelen 16 tot en met 21). Vraag het aan {contact}. U kunt ook een klacht indienen bij de Autoriteit Persoonsgegevens."
        ),
    }
}

fn pairs(record: &DossierRecord) -> Vec<(&str, &str)> {
    record.values.iter().map(|value| (value.label.as_str(), value.text.as_str())).collect()
}

/// How the records of a class stand in a table.
struct Layout {
    /// Fields with a column of their own.
    columns: &'static [&'static str],
    /// The field that the column of words begins with, without its label.
    lead: &'static str,
    /// The field with an amount, in the last column.
    amount: Option<&'static str>,
    /// Fields that only repeat, for programs, what stands there already; the JSON has them.
    technical: &'static [&'static str],
}

fn layout(class: &str) -> Layout {
    let (columns, lead, amount, technical): (&[_], _, _, &[_]) = match class {
        "booking" => (
            &["number", "starts", "state"],
            "title",
            Some("net"),
            &[
                "occupied_from",
                "occupied_until",
                "fiscal_year",
                "zone",
                "currency",
                "series",
                "clash_with",
            ],
        ),
        "document" => (
            &["kind", "number", "document_date", "state"],
            "lines",
            Some("gross"),
            &[
                "fiscal_year",
                "series",
                "sequence",
                "previous",
                "link",
                "fingerprint",
                "currency",
                "seller",
            ],
        ),
        "consent" => (&["purpose", "kind", "given_at", "withdrawn_at"], "", None, &[]),
        "disclosure" => (&["at", "recipient", "basis"], "", None, &[]),
        "hold" => (&["title", "placed_at", "released_at"], "reason", None, &[]),
        _ => (&[], "", None, &[]),
    };
    Layout { columns, lead, amount, technical }
}

/// The records of a section: some fields in columns of their own, and every other value in one
/// column of words.
fn table(
    document: &mut Document,
    section: &DossierSection,
    records: &[DossierRecord],
    language: Language,
) -> Result<(), PdfError> {
    let layout = layout(&section.id);
    let label = |field: &'static str| words::field(language, &section.id, field).to_owned();
    let mut heads: Vec<Column> =
        layout.columns.iter().map(|field| Column::short(label(field))).collect();
    let title = if layout.columns.is_empty() {
        words::class(language, &section.id)
    } else {
        pick(language, "Particulars", "Bijzonderheden")
    };
    heads.push(Column::text(title, 1.0));
    if layout.amount.is_some() {
        heads.push(Column::number(pick(language, "Amount", "Bedrag")));
    }
    document.table(&Table::new(heads), |rows| {
        records.iter().try_for_each(|record| rows.row(&cells(record, &layout)))
    })?;
    Ok(())
}

fn cells(record: &DossierRecord, layout: &Layout) -> Vec<String> {
    let text = |field: &str| {
        let found = record.values.iter().find(|value| value.field == field);
        found.map(|value| value.text.clone()).unwrap_or_default()
    };
    let mut cells: Vec<String> = layout.columns.iter().map(|field| text(field)).collect();
    let shown = |field: &str| {
        layout.columns.contains(&field)
            || layout.amount == Some(field)
            || layout.technical.contains(&field)
            || field == layout.lead
    };
    let rest: Vec<String> = record
        .values
        .iter()
        .filter(|value| !shown(&value.field))
        .map(|value| format!("{}: {}", value.label, value.text.replace('\n', "; ")))
        .collect();
    let lead = text(layout.lead);
    let both = [lead, rest.join(" · ")];
    let both: Vec<String> = both.into_iter().filter(|part| !part.is_empty()).collect();
    cells.push(both.join("\n"));
    cells.extend(layout.amount.map(text));
    cells
}

fn kept(
    document: &mut Document,
    section: &DossierSection,
    language: Language,
) -> Result<(), PdfError> {
    if section.kept.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> =
        section.kept.iter().map(|kept| format!("{}: {}", kept.what, kept.sentence)).collect();
    let title = pick(
        language,
        "Why this is kept, and until when",
        "Waarom dit wordt bewaard, en tot wanneer",
    );
    document.note(title, &lines.join("\n"), Tone::Plain)?;
    Ok(())
}
