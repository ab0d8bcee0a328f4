//! What is said when the way into a desk fails.

use booqing_keys::{KeyringError, PassphraseError, RecoveryCodeError, SlotsError};

use super::{Sentence, pair};

pub(super) fn slots(error: &SlotsError) -> Sentence {
    match error {
        SlotsError::WrongPassphrase => pair(
            "The passphrase does not fit. Nothing was changed; try again.",
            "De wachtzin klopt niet. Er is niets gewijzigd; probeer het opnieuw.",
        ),
        SlotsError::Keyring(error) => keyring(error),
        SlotsError::Passphrase(error) => passphrase(error),
        SlotsError::WrongRecoveryKit => pair(
            "This recovery kit belongs to another desk, or was replaced by one that was made later. Look at the name of the desk on the sheet; nothing was changed.",
            "Deze herstelset is van een andere werkplek, of is vervangen door een die later is gemaakt. Kijk naar de naam van de werkplek op het blad; er is niets gewijzigd.",
        ),
        SlotsError::NoSlot("recovery_kit") => pair(
            "This desk has no recovery kit yet. Open it as you are used to, and make one under Settings.",
            "Deze werkplek heeft nog geen herstelset. Open haar zoals u gewend bent, en maak er een bij Instellingen.",
        ),
        SlotsError::NoSlot("such") => pair(
            "There is no way in with that number. Look in the list of the ways in; nothing was changed.",
            "Er is geen toegang met dat nummer. Kijk in de lijst van toegangen; er is niets gewijzigd.",
        ),
        SlotsError::Untrue => pair(
            "What was just sealed does not open again: something is wrong with the memory of this computer. Nothing was changed; have the computer looked at.",
            "Wat net is verzegeld, gaat niet meer open: er is iets mis met het geheugen van deze computer. Er is niets gewijzigd; laat de computer nakijken.",
        ),
        SlotsError::WrongKeyringSecret => pair(
            "The keyring has the secret of another desk. Open this desk in the session of the person who set it up; nothing was changed.",
            "De sleutelbos heeft het geheim van een andere werkplek. Open deze werkplek in de sessie van wie hem heeft ingesteld; er is niets gewijzigd.",
        ),
        SlotsError::NoSlot("keyring") => pair(
            "The keyring of this computer does not open this desk. Use its passphrase or its recovery kit; on the command line give the file, with --passphrase-file or --recovery-kit-file.",
            "De sleutelbos van deze computer opent deze werkplek niet. Gebruik de wachtzin of de herstelset; geef op de opdrachtregel het bestand, met --passphrase-file of --recovery-kit-file.",
        ),
        SlotsError::NoSlot(_) => pair(
            "No passphrase opens this desk. Open it without one, by the keyring of this computer, or with its recovery kit.",
            "Geen wachtzin opent deze werkplek. Open haar zonder wachtzin, met de sleutelbos van deze computer, of met de herstelset.",
        ),
        SlotsError::LastSlot => pair(
            "This is the last way into this desk; without it nothing could ever be opened again. Add another way in first.",
            "Dit is de laatste toegang tot deze werkplek; zonder die toegang gaat er nooit meer iets open. Maak eerst een andere toegang.",
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
        SlotsError::Damaged { path, reason } => {
            let path = path.display();
            pair(
                format!("{path} is damaged ({reason}). Put it back from a backup."),
                format!("{path} is beschadigd ({reason}). Zet het terug uit een back-up."),
            )
        }
        SlotsError::Newer { path, .. } => {
            let path = path.display();
            pair(
                format!(
                    "{path} was written by a newer version of this program. Update this one; the file is as it was."
                ),
                format!(
                    "{path} is geschreven door een nieuwere versie van dit programma. Werk dit programma bij; het bestand is zoals het was."
                ),
            )
        }
        SlotsError::Absent(path) => {
            let path = path.display();
            pair(
                format!("{path} is not there. Put it back from a backup."),
                format!("{path} is er niet. Zet het terug uit een back-up."),
            )
        }
        SlotsError::Present(path) => {
            let path = path.display();
            pair(
                format!("{path} is there already and is not overwritten. Use another home."),
                format!(
                    "{path} is er al en wordt niet overschreven. Gebruik een andere map voor de werkplek."
                ),
            )
        }
        SlotsError::File { path, source } => super::file(path, source),
        SlotsError::NoRandom => super::no_random(),
    }
}

/// What is wrong with what was typed from a recovery kit.
pub(super) fn recovery_code(error: &RecoveryCodeError) -> Sentence {
    match error {
        RecoveryCodeError::Length { found } => pair(
            format!(
                "The sheet has 28 characters, and {found} were typed. Compare them group by group."
            ),
            format!(
                "Het blad heeft 28 tekens, en er zijn er {found} getypt. Vergelijk ze groep voor groep."
            ),
        ),
        RecoveryCodeError::Character(place) => pair(
            format!(
                "Character {} of group {} stands on no recovery kit. There are digits, and letters without I, L, O and U; look again.",
                place.in_group, place.group
            ),
            format!(
                "Teken {} van groep {} staat op geen enkele herstelset. Er zijn cijfers, en letters zonder I, L, O en U; kijk nog eens.",
                place.in_group, place.group
            ),
        ),
        RecoveryCodeError::Check => pair(
            "One of the characters differs from the sheet. Compare them group by group; nothing was changed.",
            "Een van de tekens is anders dan op het blad. Vergelijk ze groep voor groep; er is niets gewijzigd.",
        ),
    }
}

pub(super) fn other_characters() -> Sentence {
    pair(
        "Other characters stand there. Look at the number above each group and count from its left; nothing was changed.",
        "Daar staan andere tekens. Kijk naar het nummer boven elke groep en tel vanaf links; er is niets gewijzigd.",
    )
}

pub(super) fn no_kit() -> Sentence {
    pair(
        "There is no recovery kit to go on with. Make one again; what opened this desk before still does.",
        "Er is geen herstelset om mee verder te gaan. Maak er opnieuw een; wat deze werkplek eerder opende, doet dat nog.",
    )
}

pub(super) fn unproven() -> Sentence {
    pair(
        "No other way into this desk is proven to work, so this one stays. Try another one first, for instance the recovery kit.",
        "Het is niet zeker dat een andere toegang tot deze werkplek werkt, dus deze blijft. Probeer eerst een andere, bijvoorbeeld de herstelset.",
    )
}

fn keyring(error: &KeyringError) -> Sentence {
    match error {
        KeyringError::NoService => pair(
            "There is no keyring in this session. Start it, and then this program again. With a passphrase or a recovery kit none is needed (on the command line: --passphrase-file FILE, --recovery-kit-file FILE).",
            "Er is geen sleutelbos in deze sessie. Start hem, en daarna dit programma opnieuw. Met een wachtzin of een herstelset is er geen nodig (op de opdrachtregel: --passphrase-file BESTAND, --recovery-kit-file BESTAND).",
        ),
        KeyringError::Locked(_) | KeyringError::Silent => pair(
            "The keyring is locked, was never set up, or does not answer. Unlock it or set it up in your session and try again.",
            "De sleutelbos is vergrendeld, nooit ingesteld, of antwoordt niet. Ontgrendel hem of stel hem in in uw sessie en probeer het opnieuw.",
        ),
        KeyringError::NoEntry => pair(
            "The keyring no longer has the secret of this desk. Open the desk with its recovery kit or passphrase and renew the keyring under Settings. Without those, put the keyring back from a backup; nothing was made anew.",
            "De sleutelbos heeft het geheim van deze werkplek niet meer. Open de werkplek met de herstelset of de wachtzin en vernieuw de sleutelbos bij Instellingen. Zijn die er niet, zet dan de sleutelbos terug uit een back-up; er is niets nieuw aangemaakt.",
        ),
        KeyringError::Ambiguous(count) => pair(
            format!(
                "The keyring has {count} secrets under the name of this desk. Remove those that another program put there, and try again."
            ),
            format!(
                "De sleutelbos heeft {count} geheimen onder de naam van deze werkplek. Verwijder wat een ander programma daar heeft gezet en probeer het opnieuw."
            ),
        ),
        KeyringError::Damaged(reason) => pair(
            format!(
                "The secret of this desk in the keyring was altered ({reason}). Open the desk with its recovery kit or passphrase, or put the keyring back from a backup; nothing was changed here."
            ),
            format!(
                "Het geheim van deze werkplek in de sleutelbos is veranderd ({reason}). Open de werkplek met de herstelset of de wachtzin, of zet de sleutelbos terug uit een back-up; hier is niets gewijzigd."
            ),
        ),
        KeyringError::Occupied => pair(
            "The keyring has another secret under the name of this desk already. Use another home for another desk.",
            "De sleutelbos heeft al een ander geheim onder de naam van deze werkplek. Gebruik een andere map voor een andere werkplek.",
        ),
        KeyringError::Failed(reason) => pair(
            format!("The keyring failed: {reason}. Look at it in your session and try again."),
            format!(
                "De sleutelbos gaf een fout: {reason}. Kijk ernaar in uw sessie en probeer het opnieuw."
            ),
        ),
    }
}

fn passphrase(error: &PassphraseError) -> Sentence {
    match error {
        PassphraseError::TooShort { length } => pair(
            format!(
                "The passphrase has {length} characters. Use at least 12, for instance five words."
            ),
            format!(
                "De wachtzin heeft {length} tekens. Gebruik er minstens 12, bijvoorbeeld vijf woorden."
            ),
        ),
        PassphraseError::Guessable => pair(
            "This passphrase is easily guessed. Use five words that have nothing to do with each other.",
            "Deze wachtzin is makkelijk te raden. Gebruik vijf woorden die niets met elkaar te maken hebben.",
        ),
        PassphraseError::Parameters { .. } => pair(
            "The key file asks for a way of stretching the passphrase that this program does not accept. Put slots.json back from a backup.",
            "Het sleutelbestand vraagt een bewerking van de wachtzin die dit programma niet accepteert. Zet slots.json terug uit een back-up.",
        ),
        PassphraseError::Stretching(reason) => pair(
            format!(
                "The passphrase could not be used: {reason}. Close other programs and try again."
            ),
            format!(
                "De wachtzin was niet te gebruiken: {reason}. Sluit andere programma's en probeer het opnieuw."
            ),
        ),
    }
}
