//! Errors in words: what happened, where, and what to do. One file for each part they come from.

mod cache;
mod keys;
mod sync;

use std::path::Path;

use booqing_sync::SyncError;

use crate::appearance::Language;
use crate::{DeskError, words};
use cache::store;
use keys::slots;
use sync::{invitation, sync};

/// A sentence in English and in Dutch.
type Sentence = (String, String);

/// The sentence for an error.
pub(crate) fn of(error: &DeskError, language: Language) -> String {
    let (english, dutch) = both(error);
    match language {
        Language::En => english,
        Language::Nl => dutch,
    }
}

fn pair(english: impl Into<String>, dutch: impl Into<String>) -> Sentence {
    (english.into(), dutch.into())
}

fn both(error: &DeskError) -> Sentence {
    match error {
        DeskError::HomeInUse { home } => {
            let home = home.display();
            pair(
                format!(
                    "This desk is already open in another program ({home}). Close that one first."
                ),
                format!(
                    "Deze werkplek is al geopend in een ander programma ({home}). Sluit dat eerst."
                ),
            )
        }
        DeskError::File { path, source, .. } => file(path, source),
        DeskError::NoDataFolder => pair(
            "There is no folder for application data. Name one with --home.",
            "Er is geen map voor programmagegevens. Geef er een op met --home.",
        ),
        DeskError::DamagedSettings { path, reason } => {
            let path = path.display();
            pair(
                format!(
                    "The settings in {path} cannot be read ({reason}). Correct or remove that file; it holds only appearance."
                ),
                format!(
                    "De instellingen in {path} zijn niet te lezen ({reason}). Herstel of verwijder dat bestand; er staat alleen weergave in."
                ),
            )
        }
        DeskError::NotJoined => pair(
            "This desk has not joined an administration yet. Ask for an invitation and use it: booqing join INVITATION.",
            "Deze werkplek is nog niet aangesloten op een administratie. Vraag een uitnodiging en gebruik die: booqing join UITNODIGING.",
        ),
        DeskError::OtherAdministration => pair(
            "This invitation is for another administration. Ask for one to the administration of this desk.",
            "Deze uitnodiging is voor een andere administratie. Vraag er een voor de administratie van deze werkplek.",
        ),
        DeskError::AlreadyJoined => pair(
            "This desk has joined an administration already. Use another home for another desk.",
            "Deze werkplek is al aangesloten op een administratie. Gebruik een andere map voor een andere werkplek.",
        ),
        DeskError::SlotsLost(path) => {
            let path = path.display();
            pair(
                format!(
                    "The key file of {path} is gone, and with it the way into the data there. Put slots.json back from a backup, or join again in a new home."
                ),
                format!(
                    "Het sleutelbestand van {path} is weg, en daarmee de toegang tot de gegevens daar. Zet slots.json terug uit een back-up, of sluit opnieuw aan in een nieuwe map."
                ),
            )
        }
        DeskError::Slots(error) => slots(error),
        DeskError::Store(error) => store(error),
        DeskError::Sync(error) => sync(error),
        DeskError::Joining(SyncError::Unreachable { address, reason }) => pair(
            format!(
                "The hub at {address} cannot be reached: {reason}. This desk has not joined; try again while the invitation is valid."
            ),
            format!(
                "De hub op {address} is niet te bereiken: {reason}. Deze werkplek is niet aangesloten; probeer het opnieuw zolang de uitnodiging geldig is."
            ),
        ),
        DeskError::Joining(error) => sync(error),
        DeskError::Invitation(error) => invitation(*error),
        DeskError::RecoveryCode(error) => keys::recovery_code(error),
        DeskError::OtherCharacters => keys::other_characters(),
        DeskError::NoKit => keys::no_kit(),
        DeskError::Unproven => keys::unproven(),
        DeskError::Unknown { class, name } => pair(
            format!(
                "There is no {} {name}. Search for it, or look in the list.",
                words::class(Language::En, class).to_lowercase()
            ),
            format!(
                "Er is geen {} {name}. Zoek ernaar, of kijk in de lijst.",
                words::class(Language::Nl, class).to_lowercase()
            ),
        ),
        DeskError::List(error) => pair(
            error.sentence(booqing_formats::Language::En),
            error.sentence(booqing_formats::Language::Nl),
        ),
        DeskError::RowsRejected { rows, rejected, .. } => pair(
            format!(
                "{rejected} of {rows} rows are wrong, so nothing was imported. Correct them, or import the good rows only."
            ),
            format!(
                "{rejected} van de {rows} rijen zijn niet goed, dus er is niets geïmporteerd. Verbeter ze, of importeer alleen de goede rijen."
            ),
        ),
        DeskError::NotEmpty => pair(
            "There are clients here already. Demo data go into an empty administration only.",
            "Er staan hier al relaties. Voorbeeldgegevens gaan alleen in een lege administratie.",
        ),
        DeskError::Demo(error) => pair(
            format!("The demo data cannot be made: {error}. Nothing was entered."),
            format!("De voorbeeldgegevens zijn niet te maken: {error}. Er is niets ingevoerd."),
        ),
        DeskError::Pdf(error) => pair(
            format!("The page cannot be made: {error}. Correct the text, or save it as JSON."),
            format!(
                "De pagina is niet te maken: {error}. Verbeter de tekst, of bewaar het als JSON."
            ),
        ),
        DeskError::NoPrinter { asked: Some(asked), known } => {
            let known = known.join(", ");
            pair(
                format!("There is no printer {asked}. There are: {known}."),
                format!("Er is geen printer {asked}. Er zijn: {known}."),
            )
        }
        DeskError::NoPrinter { asked: None, .. } => pair(
            "There is no default printer. Choose a printer, or set one up in the system's settings.",
            "Er is geen standaardprinter. Kies een printer, of stel er een in bij de systeeminstellingen.",
        ),
        DeskError::Printing(reason) => pair(
            format!(
                "The system did not take the print: {reason}. Nothing was printed; save it as PDF instead."
            ),
            format!(
                "Het systeem nam de afdruk niet aan: {reason}. Er is niets afgedrukt; bewaar het als PDF."
            ),
        ),
        DeskError::Settled(kept) => pair(
            format!(
                "Somebody settled this conflict before: {}. Nothing was changed.",
                kept.words(Language::En)
            ),
            format!(
                "Dit conflict is al beslist: {}. Er is niets gewijzigd.",
                kept.words(Language::Nl)
            ),
        ),
        DeskError::Ambiguous { class, name } => pair(
            format!(
                "{name} is the beginning of several ids ({class}). Write more of it, or the number."
            ),
            format!(
                "{name} is het begin van meer dan een id ({class}). Schrijf er meer van, of het nummer."
            ),
        ),
        DeskError::Question { number, reason, .. } => pair(
            format!("Question {number} cannot be answered: {reason}."),
            format!("Vraag {number} is niet te beantwoorden: {reason}."),
        ),
        DeskError::Value { field, value, reason } => {
            let part = |language| {
                let (label, reason) = (words::named(language, field), reason.text(language));
                if value.is_empty() {
                    format!("{label} {reason}.")
                } else {
                    format!("{label}: \u{201c}{value}\u{201d} {reason}.")
                }
            };
            pair(
                format!("{} Nothing was changed.", part(Language::En)),
                format!("{} Er is niets gewijzigd.", part(Language::Nl)),
            )
        }
        DeskError::NotConfirmed { question } => pair(
            format!(
                "{question} Nobody confirmed it, so nothing was done. Add --yes to do it without being asked."
            ),
            format!(
                "{question} Niemand heeft dat bevestigd, dus er is niets gedaan. Geef --yes mee om het zonder vraag te doen."
            ),
        ),
    }
}

/// That a file or folder cannot be used.
fn file(path: &Path, source: &std::io::Error) -> Sentence {
    use std::io::ErrorKind;
    let path = path.display();
    match source.kind() {
        ErrorKind::NotFound => pair(
            format!("{path} is not there. Check its name and its folder."),
            format!("{path} is er niet. Controleer de naam en de map."),
        ),
        ErrorKind::PermissionDenied => pair(
            format!("{path} is not yours to use. Change its rights, or choose another place."),
            format!("{path} mag u niet gebruiken. Wijzig de rechten, of kies een andere plaats."),
        ),
        ErrorKind::AlreadyExists => pair(
            format!("{path} is there already and is not overwritten. Choose another name."),
            format!("{path} is er al en wordt niet overschreven. Kies een andere naam."),
        ),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => pair(
            format!("There is no room for {path}. Make room on the disk and try again."),
            format!(
                "Er is geen ruimte voor {path}. Maak ruimte op de schijf en probeer het opnieuw."
            ),
        ),
        _ => pair(
            format!(
                "{path} cannot be used: {source}. Check that the folder exists, is yours and has room."
            ),
            format!(
                "{path} is niet te gebruiken: {source}. Controleer of de map bestaat, van u is en ruimte heeft."
            ),
        ),
    }
}

fn no_random() -> Sentence {
    pair(
        "The system gave no random bytes, and without them nothing can be sealed. Nothing was changed; try again, or restart the computer.",
        "Het systeem gaf geen willekeurige bytes, en zonder die kan er niets worden verzegeld. Er is niets gewijzigd; probeer het opnieuw, of start de computer opnieuw op.",
    )
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use booqing_keys::part::PartError;
    use booqing_keys::{KeyringError, PassphraseError, Position, RecoveryCodeError, SlotsError};
    use booqing_protocol::{ChunkName, FramingError, Id as WireId, InvitationError, Refusal};
    use booqing_store::StoreError;
    use booqing_sync::Trouble;

    use super::*;
    use crate::Reason;

    fn path() -> PathBuf {
        PathBuf::from("a desk")
    }

    fn store_errors() -> Vec<StoreError> {
        let id = booqing_model::Id::from_bytes([1; 16]);
        let class = || "client".to_owned();
        vec![
            StoreError::Absent(path()),
            StoreError::Present(path()),
            StoreError::Empty(path()),
            StoreError::CutOff { path: path(), length: 5 },
            StoreError::NotEncrypted(path()),
            StoreError::WrongKey(path()),
            StoreError::Foreign { path: path(), whose: "program" },
            StoreError::Foreign { path: path(), whose: "installation" },
            StoreError::Foreign { path: path(), whose: "administration" },
            StoreError::Newer { path: path(), found: 9, known: 3 },
            StoreError::UnfitLibrary("x"),
            StoreError::DiskFull,
            StoreError::ReadOnly("x".to_owned()),
            StoreError::Damaged("x".to_owned()),
            StoreError::Busy,
            StoreError::NoRecord { class: class(), id },
            StoreError::RecordExists { class: class(), id },
            StoreError::NoClass(class()),
            StoreError::Misfit { class: class(), field: "x".to_owned(), reason: "x".to_owned() },
            StoreError::ChangedSince { class: class(), id, field: "x".to_owned() },
            StoreError::NewerSince { class: class(), id },
            StoreError::NothingToUndo(1),
            StoreError::YearSealed(2024),
            StoreError::Issued(id),
            StoreError::SeriesInUse(id),
            StoreError::File { path: path(), source: io::Error::other("x") },
        ]
    }

    fn sync_errors() -> Vec<SyncError> {
        let (class, id) = (|| "client".to_owned(), WireId([1; 16]));
        let address = || "127.0.0.1:1".to_owned();
        let refusals = [
            Refusal::Gap { expected: 1 },
            Refusal::ForkedDesk { n: 1 },
            Refusal::EpochChanged,
            Refusal::UnknownDesk,
            Refusal::WrongAdministration,
            Refusal::Malformed { reason: "x".to_owned() },
            Refusal::TooLarge,
            Refusal::UpgradeRequired { minimum: 1 },
            Refusal::InvitationInvalid,
            Refusal::HubFailed,
            Refusal::NoChunk,
            Refusal::OtherChunk,
        ];
        let troubles = [
            Trouble::Expired,
            Trouble::NotYetValid,
            Trouble::IdentityMismatch,
            Trouble::Untrusted,
            Trouble::Version,
            Trouble::NotTls,
            Trouble::Handshake,
        ];
        let mut errors = vec![
            SyncError::Store(StoreError::DiskFull),
            SyncError::Framing(FramingError::TooLarge { bytes: 2, limit: 1 }),
            SyncError::NotAuthentic { class: class(), id },
            SyncError::Replayed { class: class(), id, found: 1, known: 2 },
            SyncError::Part { class: class(), id, source: PartError::Content },
            SyncError::Content { class: class(), id },
            SyncError::NoRandom,
            SyncError::ChunkAltered { name: ChunkName([1; 32]) },
            SyncError::ChunkLost { name: ChunkName([1; 32]) },
            SyncError::Original(io::ErrorKind::FileTooLarge.into()),
            SyncError::Unreachable { address: address(), reason: "x".to_owned() },
            SyncError::Silent,
            SyncError::NotTheHub(302),
            SyncError::Standstill,
            SyncError::NotJoined,
        ];
        errors.extend(refusals.map(SyncError::Refused));
        errors.extend(troubles.map(|trouble| SyncError::Untrusted { address: address(), trouble }));
        errors
    }

    fn slots_errors() -> Vec<SlotsError> {
        let keyring = [
            KeyringError::NoService,
            KeyringError::Locked("x".to_owned()),
            KeyringError::NoEntry,
            KeyringError::Ambiguous(2),
            KeyringError::Damaged("x"),
            KeyringError::Occupied,
            KeyringError::Silent,
            KeyringError::Failed("x".to_owned()),
        ];
        let mut errors = vec![
            SlotsError::File { path: path(), source: io::Error::other("x") },
            SlotsError::Absent(path()),
            SlotsError::Present(path()),
            SlotsError::Damaged { path: path(), reason: "x".to_owned() },
            SlotsError::Newer { path: path(), found: 9 },
            SlotsError::Tampered(path()),
            SlotsError::NoSlot("passphrase"),
            SlotsError::NoSlot("keyring"),
            SlotsError::WrongPassphrase,
            SlotsError::WrongKeyringSecret,
            SlotsError::LastSlot,
            SlotsError::NoSlot("recovery_kit"),
            SlotsError::NoSlot("such"),
            SlotsError::WrongRecoveryKit,
            SlotsError::Untrue,
            SlotsError::Passphrase(PassphraseError::Guessable),
            SlotsError::Passphrase(PassphraseError::TooShort { length: 3 }),
            SlotsError::Passphrase(PassphraseError::Stretching("x".to_owned())),
            SlotsError::NoRandom,
        ];
        errors.extend(keyring.map(SlotsError::Keyring));
        errors
    }

    fn file_error(kind: io::ErrorKind) -> DeskError {
        DeskError::File { action: "read", path: path(), source: kind.into() }
    }

    fn errors() -> Vec<DeskError> {
        let mut errors: Vec<DeskError> = vec![
            DeskError::HomeInUse { home: path() },
            DeskError::File { action: "read", path: path(), source: io::Error::other("x") },
            file_error(io::ErrorKind::NotFound),
            file_error(io::ErrorKind::PermissionDenied),
            file_error(io::ErrorKind::AlreadyExists),
            file_error(io::ErrorKind::StorageFull),
            DeskError::NotJoined,
            DeskError::AlreadyJoined,
            DeskError::SlotsLost(path()),
            DeskError::Invitation(InvitationError::Mistyped),
            DeskError::Invitation(InvitationError::NotAnInvitation),
            DeskError::Invitation(InvitationError::WrongCharacter(3)),
            DeskError::RecoveryCode(RecoveryCodeError::Length { found: 3 }),
            DeskError::RecoveryCode(RecoveryCodeError::Character(Position {
                group: 2,
                in_group: 3,
            })),
            DeskError::RecoveryCode(RecoveryCodeError::Check),
            DeskError::OtherCharacters,
            DeskError::Unproven,
            DeskError::NoKit,
            DeskError::Unknown { class: "client", name: "C-1".to_owned() },
            DeskError::NotEmpty,
            DeskError::Settled(crate::conflict::Kept::Desk("24ead3".to_owned())),
            DeskError::NoPrinter { asked: None, known: Vec::new() },
            DeskError::Value {
                field: "birth_date".to_owned(),
                value: "1980-02-30".to_owned(),
                reason: Reason::from(booqing_model::time::TimeError::NotADate),
            },
        ];
        errors.extend(store_errors().into_iter().map(DeskError::Store));
        errors.extend(sync_errors().into_iter().map(DeskError::Sync));
        errors.extend(slots_errors().into_iter().map(DeskError::Slots));
        errors
    }

    /// Words that are of one language and not of the other.
    const ENGLISH: [&str; 9] = ["the", "is", "not", "this", "was", "with", "nothing", "of", "are"];
    const DUTCH: [&str; 8] = ["de", "het", "een", "niet", "deze", "van", "er", "uit"];

    fn has_a_word(sentence: &str, words: &[&str]) -> bool {
        // A code such as `record_not_authentic` is of no language.
        let is_between = |c: char| !c.is_alphabetic() && c != '_';
        let mut found = sentence.split(is_between).map(str::to_lowercase);
        found.any(|word| words.contains(&word.as_str()))
    }

    /// `is` is a word of both, `of` is Dutch for "or".
    #[test]
    fn every_error_is_said_in_the_language_that_was_asked_for() {
        let only_english: Vec<&str> =
            ENGLISH.into_iter().filter(|word| !["is", "of", "was"].contains(word)).collect();
        for error in errors() {
            let (english, dutch) = both(&error);
            assert!(has_a_word(&english, &ENGLISH), "{error:?}: {english}");
            assert!(!has_a_word(&english, &DUTCH), "{error:?}: {english}");
            assert!(!has_a_word(&dutch, &only_english), "{error:?}: {dutch}");
            for sentence in [&english, &dutch] {
                assert!(sentence.ends_with('.'), "{sentence}");
                assert!(!sentence.contains("Error"), "{sentence}");
            }
        }
    }

    /// Two sentences at least: what happened, and what to do or what is still there.
    #[test]
    fn every_error_says_what_to_do() {
        for error in errors() {
            let (english, dutch) = both(&error);
            for sentence in [&english, &dutch] {
                let sentences = sentence.split(". ").filter(|part| !part.trim().is_empty()).count();
                assert!(sentences >= 2 || sentence.contains([';', ':']), "{error:?}: {sentence}");
            }
        }
    }

    #[test]
    fn a_wrong_value_names_the_field_as_people_do() {
        let error = DeskError::Value {
            field: "birth_date".to_owned(),
            value: "1980-02-30".to_owned(),
            reason: Reason::from(booqing_model::time::TimeError::NotADate),
        };
        assert_eq!(
            of(&error, Language::Nl),
            "Geboortedatum: “1980-02-30” is geen datum zoals 2026-11-23. Er is niets gewijzigd."
        );
    }
}
