//! The recovery kit of a desk: a code that was just made, and the paper it is for.

use booqing_keys::{Position, RecoveryCode, SlotsError};
use booqing_pdf::{About, Document, Emphasis, Level, PdfError, Tone};
use jiff::Timestamp;
use serde::Serialize;
use ts_rs::TS;
use zeroize::Zeroizing;

use crate::dossier::pdf::pdf_language;
use crate::export::{self, Saved};
use crate::print::{self, Printed};
use crate::words::{Style, pick};
use crate::{Language, Result};

/// A kit that was made and may not open anything yet. It is in memory only, and gone when it is dropped.
pub struct RecoveryKit {
    code: RecoveryCode,
    places: [Position; 3],
    pdf: Zeroizing<Vec<u8>>,
}

/// Where a character stands that is asked back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct AskedCharacter {
    /// In which group, from 1.
    pub group: u8,
    /// Where in it, from 1.
    pub character: u8,
}

impl std::fmt::Debug for RecoveryKit {
    /// The paper is as secret as the code.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RecoveryKit").field("places", &self.places).finish_non_exhaustive()
    }
}

impl RecoveryKit {
    pub(crate) fn make(
        style: &Style,
        administration: &str,
        desk: &str,
        installation: &str,
        now: Timestamp,
    ) -> Result<Self> {
        let code = RecoveryCode::random().map_err(|_| SlotsError::NoRandom)?;
        let places = RecoveryCode::places().map_err(|_| SlotsError::NoRandom)?;
        let pdf = page(&code, style, administration, desk, installation, now)?;
        Ok(Self { code, places, pdf: Zeroizing::new(pdf) })
    }

    pub(crate) fn code(&self) -> &RecoveryCode {
        &self.code
    }

    pub(crate) fn places(&self) -> &[Position] {
        &self.places
    }

    /// Which characters are asked back, in the order in which they are to be given.
    pub fn asked(&self) -> [AskedCharacter; 3] {
        let number = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
        self.places.map(|place| AskedCharacter {
            group: number(place.group),
            character: number(place.in_group),
        })
    }

    /// The paper, as a PDF. These bytes are wiped when the kit is dropped; those that laid it out are not.
    pub fn pdf(&self) -> &[u8] {
        &self.pdf
    }

    /// Prints the paper, without a file of our own.
    ///
    /// # Errors
    /// As [`print::print()`].
    pub fn print(&self, language: Language, printer: Option<&str>) -> Result<Printed> {
        print::print(&self.pdf, title(language), printer)
    }

    /// Saves the paper where a person finds what was saved, to print it elsewhere.
    ///
    /// # Errors
    /// As [`export::save`].
    pub fn save(&self, language: Language) -> Result<Saved> {
        export::save(pick(language, "recovery-kit.pdf", "herstelset.pdf"), &self.pdf)
    }
}

fn title(language: Language) -> &'static str {
    pick(language, "Recovery kit", "Herstelset")
}

fn page(
    code: &RecoveryCode,
    style: &Style,
    administration: &str,
    desk: &str,
    installation: &str,
    now: Timestamp,
) -> std::result::Result<Vec<u8>, PdfError> {
    let language = style.language;
    let made = style.moment(now.as_second());
    let mut document = Document::new(About {
        subtitle: format!("{administration} · {desk}"),
        author: administration.to_owned(),
        subject: pick(language, "What opens this desk", "Wat deze werkplek opent").to_owned(),
        language: pdf_language(language),
        ..About::new(title(language), now)
    })?;
    document.paragraph(purpose(language), Emphasis::Plain)?;
    let text = code.text();
    document.code(&text.split('-').collect::<Vec<_>>())?;
    document.paragraph(characters(language), Emphasis::Quiet)?;
    document.heading(Level::Section, pick(language, "Keep it safe", "Bewaar het goed"))?;
    document.paragraph(keeping(language), Emphasis::Plain)?;
    document.heading(Level::Section, pick(language, "How it is used", "Hoe het werkt"))?;
    document.paragraph(using(language), Emphasis::Plain)?;
    document.space(14.0);
    document.details(&[
        (pick(language, "Administration", "Administratie"), administration),
        (pick(language, "Desk", "Werkplek"), desk),
        (pick(language, "Installation", "Installatie"), installation),
        (pick(language, "Made on", "Gemaakt op"), &made),
    ])?;
    document.note("", replaced(language), Tone::Attention)?;
    document.finish()
}

fn purpose(language: Language) -> &'static str {
    pick(
        language,
        "These characters open this desk when the keyring of its computer is gone, or the passphrase forgotten. Without them and without another way in, what is on the computer can never be read again, by anybody.",
        "Met deze tekens gaat deze werkplek open als de sleutelbos van de computer weg is, of de wachtzin vergeten. Zonder deze tekens en zonder een andere toegang kan niemand ooit nog lezen wat op de computer staat.",
    )
}

fn characters(language: Language) -> &'static str {
    pick(
        language,
        "Seven groups of four; the last two characters check the others. There is no letter O, I, L or U: what looks like one is a zero, a one or a V. The square holds the same, for a code reader.",
        "Zeven groepen van vier; de laatste twee tekens controleren de andere. Er komt geen letter O, I, L of U in voor: wat erop lijkt is een nul, een één of een V. Het vierkant bevat hetzelfde, voor een codelezer.",
    )
}

fn keeping(language: Language) -> &'static str {
    pick(
        language,
        "Whoever has this sheet and can get at the computer can read everything. Keep it in a safe or with a notary, not near the computer. Do not photograph it, scan it or send it.",
        "Wie dit blad heeft en bij de computer kan, kan alles lezen. Bewaar het in een kluis of bij een notaris, niet in de buurt van de computer. Fotografeer, scan of verstuur het niet.",
    )
}

fn using(language: Language) -> &'static str {
    pick(
        language,
        "Start Smartbooqing Desk on the computer of this desk. When it cannot open by itself, choose “Use the recovery kit” and type the characters; spaces, hyphens and capitals do not matter. Then give the desk a new way in under Settings, Ways in.",
        "Start Smartbooqing Desk op de computer van deze werkplek. Als die niet vanzelf opengaat, kies dan “Herstelset gebruiken” en typ de tekens; spaties, streepjes en hoofdletters maken niet uit. Geef de werkplek daarna een nieuwe toegang bij Instellingen, Toegang.",
    )
}

fn replaced(language: Language) -> &'static str {
    pick(
        language,
        "This sheet opens the desk only once three of its characters were read back there. If that was not done, or a later recovery kit was put to use, destroy it.",
        "Dit blad opent de werkplek pas nadat daar drie tekens ervan zijn ingevuld. Is dat niet gebeurd, of is later een andere herstelset in gebruik genomen, vernietig het dan.",
    )
}
