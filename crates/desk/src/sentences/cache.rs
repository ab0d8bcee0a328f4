//! What is said when the cache cannot be opened, read or written.

use std::path::Path;

use booqing_store::StoreError;

use super::{Sentence, pair};

/// Where the data come back from.
const BACK: (&str, &str) = (
    "Put it back from a backup, or join again in a new home to fetch everything from the hub.",
    "Zet het terug uit een back-up, of sluit opnieuw aan in een nieuwe map om alles van de hub te halen.",
);

pub(super) fn store(error: &StoreError) -> Sentence {
    match error {
        StoreError::DiskFull => pair(
            "The disk is full. Nothing of this change was kept; make room and do it again.",
            "De schijf is vol. Van deze wijziging is niets bewaard; maak ruimte en doe het opnieuw.",
        ),
        StoreError::Busy => pair(
            "The data are in use at this moment. Nothing was changed; try again.",
            "De gegevens zijn op dit moment in gebruik. Er is niets gewijzigd; probeer het opnieuw.",
        ),
        StoreError::ReadOnly(_) => pair(
            "The data may only be read here. Nothing was changed; check that the folder is yours and the disk may be written to.",
            "De gegevens mogen hier alleen worden gelezen. Er is niets gewijzigd; controleer of de map van u is en of op de schijf mag worden geschreven.",
        ),
        StoreError::Newer { path, .. } => of_file(
            path,
            (
                "was written by a newer version of this program. Update this one.",
                "is geschreven door een nieuwere versie van dit programma. Werk dit programma bij.",
            ),
        ),
        StoreError::Absent(path) => lost(path, ("is not there", "is er niet")),
        StoreError::Empty(path) => lost(path, ("is empty", "is leeg")),
        StoreError::CutOff { path, .. } => lost(path, ("is cut off", "is afgebroken")),
        StoreError::NotEncrypted(path) => lost(
            path,
            (
                "is not encrypted, so this program did not make it",
                "is niet versleuteld, dus niet door dit programma gemaakt",
            ),
        ),
        StoreError::WrongKey(path) => lost(
            path,
            (
                "does not open with the key of this desk, or is damaged",
                "gaat niet open met de sleutel van deze werkplek, of is beschadigd",
            ),
        ),
        StoreError::Foreign { path, whose } => {
            let (english, dutch) = match *whose {
                "program" => ("belongs to another program", "hoort bij een ander programma"),
                "installation" => ("belongs to another desk", "hoort bij een andere werkplek"),
                _ => ("belongs to another administration", "hoort bij een andere administratie"),
            };
            lost(path, (english, dutch))
        }
        StoreError::Damaged(reason) => pair(
            format!("The data are damaged ({reason}). {}", BACK.0),
            format!("De gegevens zijn beschadigd ({reason}). {}", BACK.1),
        ),
        StoreError::Present(path) => of_file(
            path,
            (
                "is there already and is not overwritten. Use another home.",
                "is er al en wordt niet overschreven. Gebruik een andere map voor de werkplek.",
            ),
        ),
        StoreError::UnfitLibrary(reason) => pair(
            format!(
                "This program was built with a database that does not protect the data ({reason}), so it does not open them. Install it again."
            ),
            format!(
                "Dit programma is gebouwd met een database die de gegevens niet beschermt ({reason}), en opent ze dus niet. Installeer het opnieuw."
            ),
        ),
        StoreError::Misfit { class, field, reason } => pair(
            format!("{class}.{field} does not take this value: {reason}. Nothing was changed."),
            format!(
                "{class}.{field} neemt deze waarde niet aan ({reason}). Er is niets gewijzigd."
            ),
        ),
        StoreError::NothingToUndo(step) => pair(
            format!(
                "There is no step {step} to undo, or it was undone already. Nothing was changed."
            ),
            format!(
                "Er is geen stap {step} om ongedaan te maken, of dat is al gebeurd. Er is niets gewijzigd."
            ),
        ),
        StoreError::ChangedSince { field, .. } => pair(
            format!(
                "This cannot be undone: {field} was changed again since. Look at it and change it by hand."
            ),
            format!(
                "Dit kan niet ongedaan worden gemaakt: {field} is sindsdien weer gewijzigd. Bekijk het en wijzig het met de hand."
            ),
        ),
        StoreError::NewerSince { .. } => pair(
            "This cannot be undone: a newer version of the program has added something to it since, which would be lost. Bring this desk up to date first.".to_owned(),
            "Dit kan niet ongedaan worden gemaakt: een nieuwere versie van het programma heeft er sindsdien iets aan toegevoegd, dat verloren zou gaan. Werk deze werkplek eerst bij.".to_owned(),
        ),
        StoreError::YearSealed(year) => pair(
            format!(
                "Fiscal year {year} is sealed: nothing in it changes any more. Nothing was changed; enter it in a year that is open."
            ),
            format!(
                "Boekjaar {year} is verzegeld: daarin wijzigt niets meer. Er is niets gewijzigd; voer het in een open jaar in."
            ),
        ),
        StoreError::Issued(_) => pair(
            "This document has its number, or is about to get it: what the law keeps of it does not change any more. Nothing was changed; issue a credit note instead.".to_owned(),
            "Dit document heeft zijn nummer, of krijgt het net: wat de wet ervan bewaart wijzigt niet meer. Er is niets gewijzigd; geef een creditnota uit.".to_owned(),
        ),
        StoreError::SeriesInUse(_) => pair(
            "Documents have numbers of this number series, or wait for them: it stays. Nothing was changed; close it instead.".to_owned(),
            "Documenten hebben een nummer uit deze nummerreeks, of wachten erop: zij blijft. Er is niets gewijzigd; sluit haar af.".to_owned(),
        ),
        StoreError::NoRecord { class, id } => pair(
            format!("There is no {class} {id} any more. Nothing was changed; look at the list."),
            format!("Er is geen {class} {id} meer. Er is niets gewijzigd; kijk in de lijst."),
        ),
        StoreError::RecordExists { class, id } => pair(
            format!("There is a {class} {id} already. Nothing was changed; change that one."),
            format!("Er is al een {class} {id}. Er is niets gewijzigd; wijzig dat gegeven."),
        ),
        StoreError::NoClass(class) => pair(
            format!("This version knows no {class}. Update this program."),
            format!("Deze versie kent geen {class}. Werk dit programma bij."),
        ),
        StoreError::File { path, source } => super::file(path, source),
        StoreError::Database(error) => pair(
            format!("The database gave an error: {error}. Nothing was changed; try again."),
            format!(
                "De database gaf een fout: {error}. Er is niets gewijzigd; probeer het opnieuw."
            ),
        ),
    }
}

/// A file that cannot be used any more, and where its content comes back from.
fn lost(path: &Path, (english, dutch): (&str, &str)) -> Sentence {
    of_file(path, (&format!("{english}. {}", BACK.0), &format!("{dutch}. {}", BACK.1)))
}

fn of_file(path: &Path, (english, dutch): (&str, &str)) -> Sentence {
    let path = path.display();
    pair(
        format!("{path} {english} The file is as it was."),
        format!("{path} {dutch} Het bestand is zoals het was."),
    )
}
