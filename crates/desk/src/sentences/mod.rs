//! Errors in words: what happened, where, and what to do.

use booqing_keys::{KeyringError, PassphraseError, SlotsError};
use booqing_protocol::{InvitationError, Refusal};
use booqing_store::StoreError;
use booqing_sync::SyncError;

use crate::DeskError;
use crate::appearance::Language;

/// The sentence for an error.
pub(crate) fn of(error: &DeskError, language: Language) -> String {
    let (english, dutch) = both(error);
    match language {
        Language::En => english,
        Language::Nl => dutch,
    }
}

fn pair(english: impl Into<String>, dutch: impl Into<String>) -> (String, String) {
    (english.into(), dutch.into())
}

fn both(error: &DeskError) -> (String, String) {
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
        DeskError::File { path, source, .. } => {
            let path = path.display();
            pair(
                format!(
                    "{path} cannot be used: {source}. Check that the folder exists, is yours and has room."
                ),
                format!(
                    "{path} is niet te gebruiken: {source}. Controleer of de map bestaat, van u is en ruimte heeft."
                ),
            )
        }
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
        DeskError::Unknown { class, name } => pair(
            format!("There is no {class} {name}. Look it up with booqing search, or list them."),
            format!("Er is geen {class} {name}. Zoek met booqing search, of bekijk de lijst."),
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
        DeskError::Settled { resolution } => {
            let word = |language| {
                crate::words::code(language, "conflict", "resolution", resolution)
                    .unwrap_or_default()
                    .to_lowercase()
            };
            pair(
                format!("Somebody settled this conflict before: {}.", word(Language::En)),
                format!("Dit conflict is al beslist: {}.", word(Language::Nl)),
            )
        }
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
        DeskError::Value { field, value, reason } if value.is_empty() => pair(
            format!("{field} {reason}. Nothing was changed."),
            format!("{field} {reason}. Er is niets gewijzigd."),
        ),
        DeskError::Value { field, value, reason } => pair(
            format!("{field}: \u{201c}{value}\u{201d} {reason}. Nothing was changed."),
            format!("{field}: \u{201c}{value}\u{201d} {reason}. Er is niets gewijzigd."),
        ),
    }
}

fn slots(error: &SlotsError) -> (String, String) {
    match error {
        SlotsError::WrongPassphrase => pair(
            "The passphrase does not fit. Nothing was changed; try again.",
            "De wachtzin klopt niet. Er is niets gewijzigd; probeer het opnieuw.",
        ),
        SlotsError::Keyring(KeyringError::NoService) => pair(
            "There is no keyring in this session. Open with a passphrase: --passphrase-file FILE.",
            "Er is geen sleutelbos in deze sessie. Open met een wachtzin: --passphrase-file BESTAND.",
        ),
        SlotsError::Keyring(KeyringError::Locked(_) | KeyringError::Silent) => pair(
            "The keyring is locked or does not answer. Unlock it in your session, or open with a passphrase: --passphrase-file FILE.",
            "De sleutelbos is vergrendeld of antwoordt niet. Ontgrendel hem in uw sessie, of open met een wachtzin: --passphrase-file BESTAND.",
        ),
        SlotsError::Keyring(KeyringError::NoEntry) => pair(
            "The keyring no longer has the secret of this desk. Open with another way in, such as a passphrase; nothing was made anew.",
            "De sleutelbos heeft het geheim van deze werkplek niet meer. Open op een andere manier, zoals met een wachtzin; er is niets nieuw aangemaakt.",
        ),
        SlotsError::Passphrase(PassphraseError::TooShort { length }) => pair(
            format!(
                "The passphrase has {length} characters. Use at least 12, for instance five words."
            ),
            format!(
                "De wachtzin heeft {length} tekens. Gebruik er minstens 12, bijvoorbeeld vijf woorden."
            ),
        ),
        SlotsError::NoSlot(kind) => pair(
            format!("This desk does not open by {kind}. Use the way in it was made with."),
            format!(
                "Deze werkplek gaat niet open met {kind}. Gebruik de manier waarmee hij is gemaakt."
            ),
        ),
        SlotsError::Tampered(path) => {
            let path = path.display();
            pair(
                format!(
                    "{path} was changed by something other than this program. Put it back from a backup before you go on."
                ),
                format!(
                    "{path} is gewijzigd door iets anders dan dit programma. Zet het terug uit een back-up voordat u verdergaat."
                ),
            )
        }
        other => pair(
            format!("The way into this desk failed: {other}."),
            format!("De toegang tot deze werkplek lukte niet: {other}."),
        ),
    }
}

fn store(error: &StoreError) -> (String, String) {
    let untouched = ("The file is as it was.", "Het bestand is zoals het was.");
    match error {
        StoreError::DiskFull => pair(
            "The disk is full. Nothing of this change was kept; make room and do it again.",
            "De schijf is vol. Van deze wijziging is niets bewaard; maak ruimte en doe het opnieuw.",
        ),
        StoreError::Newer { path, .. } => {
            let path = path.display();
            pair(
                format!(
                    "{path} was written by a newer version of this program. Update this one. {}",
                    untouched.0
                ),
                format!(
                    "{path} is geschreven door een nieuwere versie van dit programma. Werk dit programma bij. {}",
                    untouched.1
                ),
            )
        }
        StoreError::Misfit { class, field, reason } => pair(
            format!("{class}.{field} does not take this value: {reason}. Nothing was changed."),
            format!("{class}.{field} neemt deze waarde niet: {reason}. Er is niets gewijzigd."),
        ),
        StoreError::NothingToUndo(step) => pair(
            format!("There is no step {step} to undo, or it was undone already."),
            format!("Er is geen stap {step} om ongedaan te maken, of dat is al gebeurd."),
        ),
        StoreError::ChangedSince { field, .. } => pair(
            format!("This cannot be undone: {field} was changed again since."),
            format!("Dit kan niet ongedaan worden gemaakt: {field} is sindsdien weer gewijzigd."),
        ),
        other => pair(
            format!(
                "The data cannot be used: {other}. {} Put it back from a backup, or join again in a new home to fetch it from the hub.",
                untouched.0
            ),
            format!(
                "De gegevens zijn niet te gebruiken: {other}. {} Zet het terug uit een back-up, of sluit opnieuw aan in een nieuwe map om alles van de hub te halen.",
                untouched.1
            ),
        ),
    }
}

fn sync(error: &SyncError) -> (String, String) {
    match error {
        SyncError::Unreachable { address, reason } => pair(
            format!(
                "The hub at {address} cannot be reached: {reason}. All changes are kept here and go along with the next sync."
            ),
            format!(
                "De hub op {address} is niet te bereiken: {reason}. Alle wijzigingen staan hier en gaan mee met de volgende synchronisatie."
            ),
        ),
        SyncError::Untrusted { address, trouble } => pair(
            format!(
                "What answers at {address} is not to be trusted as the hub of this administration ({}). Nothing was sent. Check the address and your clock, and ask the operator of the hub.",
                trouble.code()
            ),
            format!(
                "Wat op {address} antwoordt is niet te vertrouwen als de hub van deze administratie ({}). Er is niets verzonden. Controleer het adres en uw klok, en vraag de beheerder van de hub.",
                trouble.code()
            ),
        ),
        SyncError::Refused(Refusal::InvitationInvalid) => pair(
            "The invitation was used, or has expired. Ask for a new one.",
            "De uitnodiging is al gebruikt of verlopen. Vraag een nieuwe.",
        ),
        SyncError::NotAuthentic { class, id } | SyncError::Replayed { class, id, .. } => pair(
            format!(
                "The hub sent a record that no desk of this administration made so: {class} {id} ({}). Nothing of it was applied. Ask the operator of the hub.",
                error.code()
            ),
            format!(
                "De hub stuurde een gegeven dat geen werkplek van deze administratie zo heeft gemaakt: {class} {id} ({}). Er is niets van overgenomen. Vraag de beheerder van de hub.",
                error.code()
            ),
        ),
        SyncError::Framing(_) | SyncError::Standstill => pair(
            format!(
                "What the hub answers cannot be used ({}): {error}. All changes are kept here. Check that desk and hub are up to date, and ask the operator of the hub.",
                error.code()
            ),
            format!(
                "Wat de hub antwoordt is niet te gebruiken ({}). Alle wijzigingen staan nog hier. Controleer of werkplek en hub bijgewerkt zijn, en vraag de beheerder van de hub.",
                error.code()
            ),
        ),
        other => pair(
            format!("The sync stopped: {other}. All changes are kept here."),
            format!("De synchronisatie is gestopt: {other}. Alle wijzigingen staan nog hier."),
        ),
    }
}

fn invitation(error: InvitationError) -> (String, String) {
    match error {
        InvitationError::NotAnInvitation => pair(
            "This is not an invitation: one begins with booqing1.",
            "Dit is geen uitnodiging: die begint met booqing1.",
        ),
        InvitationError::WrongCharacter(place) => pair(
            format!("Character {place} of the invitation does not occur in one. Copy it again."),
            format!("Teken {place} van de uitnodiging komt daarin niet voor. Kopieer hem opnieuw."),
        ),
        InvitationError::Mistyped => pair(
            "The invitation is incomplete or mistyped. Copy the whole line again.",
            "De uitnodiging is onvolledig of verkeerd getypt. Kopieer de hele regel opnieuw.",
        ),
    }
}
