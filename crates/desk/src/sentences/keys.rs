//! What is said when the way into a desk fails.

use booqing_keys::{KeyringError, PassphraseError, SlotsError};

use super::{Sentence, pair};

pub(super) fn slots(error: &SlotsError) -> Sentence {
    match error {
        SlotsError::WrongPassphrase => pair(
            "The passphrase does not fit. Nothing was changed; try again.",
            "De wachtzin klopt niet. Er is niets gewijzigd; probeer het opnieuw.",
        ),
        SlotsError::Keyring(error) => keyring(error),
        SlotsError::Passphrase(error) => passphrase(error),
        SlotsError::WrongKeyringSecret => pair(
            "The keyring has the secret of another desk. Open this desk in the session of the person who set it up; nothing was changed.",
            "De sleutelbos heeft het geheim van een andere werkplek. Open deze werkplek in de sessie van wie hem heeft ingesteld; er is niets gewijzigd.",
        ),
        SlotsError::NoSlot("keyring") => pair(
            "This desk opens by a passphrase and not by the keyring of this computer. Enter the passphrase; on the command line give the file it is in, with --passphrase-file.",
            "Deze werkplek gaat open met een wachtzin en niet met de sleutelbos van deze computer. Vul de wachtzin in; geef op de opdrachtregel het bestand waar hij in staat, met --passphrase-file.",
        ),
        SlotsError::NoSlot(_) => pair(
            "This desk opens by the keyring of this computer and not by a passphrase. Open it without one.",
            "Deze werkplek gaat open met de sleutelbos van deze computer en niet met een wachtzin. Open hem zonder wachtzin.",
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

fn keyring(error: &KeyringError) -> Sentence {
    match error {
        KeyringError::NoService => pair(
            "There is no keyring in this session. Start it and try again. A desk with a passphrase needs none (on the command line: --passphrase-file FILE).",
            "Er is geen sleutelbos in deze sessie. Start hem en probeer het opnieuw. Een werkplek met een wachtzin heeft er geen nodig (op de opdrachtregel: --passphrase-file BESTAND).",
        ),
        KeyringError::Locked(_) | KeyringError::Silent => pair(
            "The keyring is locked or does not answer. Unlock it in your session and try again.",
            "De sleutelbos is vergrendeld of antwoordt niet. Ontgrendel hem in uw sessie en probeer het opnieuw.",
        ),
        KeyringError::NoEntry => pair(
            "The keyring no longer has the secret of this desk. Nothing was made anew. Put the keyring back, or join again in a new home: what the hub has comes from there.",
            "De sleutelbos heeft het geheim van deze werkplek niet meer. Er is niets nieuw aangemaakt. Zet de sleutelbos terug, of sluit opnieuw aan in een nieuwe map: wat de hub heeft komt daarvandaan.",
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
                "The secret of this desk in the keyring was altered ({reason}). Put the keyring back from a backup; nothing was changed here."
            ),
            format!(
                "Het geheim van deze werkplek in de sleutelbos is veranderd ({reason}). Zet de sleutelbos terug uit een back-up; hier is niets gewijzigd."
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
