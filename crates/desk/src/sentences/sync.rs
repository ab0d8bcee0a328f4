//! What is said when a sync stops. In every case the changes made here stay and go along later.

use booqing_protocol::{InvitationError, Refusal};
use booqing_sync::{SyncError, Trouble};

use super::{Sentence, cache, pair};

/// What is true after every sync that stopped.
const KEPT: (&str, &str) = ("All changes are kept here.", "Alle wijzigingen staan nog hier.");

pub(super) fn sync(error: &SyncError) -> Sentence {
    match error {
        SyncError::Store(error) => cache::store(error),
        SyncError::Refused(refusal) => refused(refusal),
        SyncError::Unreachable { address, reason } => pair(
            format!(
                "The hub at {address} cannot be reached: {reason}. All changes are kept here and go along with the next sync."
            ),
            format!(
                "De hub op {address} is niet te bereiken: {reason}. Alle wijzigingen staan hier en gaan mee met de volgende synchronisatie."
            ),
        ),
        SyncError::Silent => kept(
            "The hub did not answer in time. Sync again later; a desk that is open does so by itself.",
            "De hub antwoordde niet op tijd. Synchroniseer later opnieuw; een werkplek die open is doet dat vanzelf.",
        ),
        SyncError::Untrusted { address, trouble } => untrusted(address, *trouble),
        SyncError::NotTheHub(status) => kept(
            &format!(
                "Something between this desk and the hub answered in its place (status {status}). Check the network: a sign-in page or a proxy may be in between."
            ),
            &format!(
                "Iets tussen deze werkplek en de hub antwoordde in zijn plaats (status {status}). Controleer het netwerk: er kan een aanmeldpagina of proxy tussen zitten."
            ),
        ),
        SyncError::Replayed { class, id, .. } | SyncError::Branched { class, id } => pair(
            format!(
                "The hub sent an old or other version of {class} {id}. Nothing of it was applied. Ask the operator of the hub whether its data were put back from a copy. If so, say so: this desk then gives back what the copy lacks. {}",
                KEPT.0
            ),
            format!(
                "De hub stuurde een oude of andere versie van {class} {id}. Er is niets van overgenomen. Vraag de beheerder van de hub of zijn gegevens uit een kopie zijn teruggezet. Zo ja, zeg dat dan: deze werkplek geeft dan terug wat de kopie mist. {}",
                KEPT.1
            ),
        ),
        SyncError::NotAuthentic { class, id } => pair(
            format!(
                "The hub sent a record that no desk of this administration made so: {class} {id} ({}). Nothing of it was applied. Ask the operator of the hub.",
                error.code()
            ),
            format!(
                "De hub stuurde een gegeven dat geen werkplek van deze administratie zo heeft gemaakt: {class} {id} ({}). Er is niets van overgenomen. Vraag de beheerder van de hub.",
                error.code()
            ),
        ),
        SyncError::Part { class, id, .. } | SyncError::Content { class, id } => kept(
            &format!(
                "The content of {class} {id} cannot be used ({}). Update this program; if that does not help, ask the operator of the hub.",
                error.code()
            ),
            &format!(
                "De inhoud van {class} {id} is niet te gebruiken ({}). Werk dit programma bij; helpt dat niet, vraag dan de beheerder van de hub.",
                error.code()
            ),
        ),
        SyncError::Framing(_) | SyncError::Standstill => kept(
            &format!(
                "What the hub answers cannot be used ({}). Check that desk and hub are up to date, and ask the operator of the hub.",
                error.code()
            ),
            &format!(
                "Wat de hub antwoordt is niet te gebruiken ({}). Controleer of werkplek en hub bijgewerkt zijn, en vraag de beheerder van de hub.",
                error.code()
            ),
        ),
        SyncError::ChunkAltered { name } => kept(
            &format!(
                "What the hub sent of an original is not what was kept there (chunk {name}). It was not taken in. Ask the operator of the hub to look."
            ),
            &format!(
                "Wat de hub van een origineel stuurde is niet wat daar bewaard is (deel {name}). Het is niet overgenomen. Vraag de beheerder van de hub te kijken."
            ),
        ),
        SyncError::ChunkLost { name } => pair(
            format!(
                "A part of an original that had not been sent yet is gone from this desk, or damaged (chunk {name}). Add the file to its document again."
            ),
            format!(
                "Een stuk van een origineel dat nog niet verstuurd was is van deze werkplek verdwenen, of beschadigd (deel {name}). Voeg het bestand opnieuw toe aan het stuk waar het bij hoort."
            ),
        ),
        SyncError::Original(error) => pair(
            format!("The file cannot be used as an original: {error}."),
            format!("Het bestand kan niet als origineel gebruikt worden: {error}."),
        ),
        SyncError::NoRandom => super::no_random(),
        SyncError::HubPutBack => kept(
            "The hub begins anew: its data were put back from a copy, or somebody rolled them back. Ask the operator of the hub which. If they were put back, say so: this desk then gives back what the copy lacks.",
            "De hub begint opnieuw: zijn gegevens zijn uit een kopie teruggezet, of iemand heeft ze teruggedraaid. Vraag de beheerder van de hub wat het is. Zijn ze teruggezet, zeg dat dan: deze werkplek geeft dan terug wat de kopie mist.",
        ),
        SyncError::HubLost { class, id } => pair(
            format!(
                "The hub no longer has what it had, of {class} {id} for one. Nothing of it was applied. Ask the operator of the hub whether its data were put back from a copy. If so, say so: this desk then gives back what the copy lacks. {}",
                KEPT.0
            ),
            format!(
                "De hub heeft niet meer wat hij had, onder meer van {class} {id}. Er is niets van overgenomen. Vraag de beheerder van de hub of zijn gegevens uit een kopie zijn teruggezet. Zo ja, zeg dat dan: deze werkplek geeft dan terug wat de kopie mist. {}",
                KEPT.1
            ),
        ),
        SyncError::Forked { desk } => pair(
            format!(
                "The hub told desk {desk} something else than this desk: it leaves something out, for one of them or for both. What it sent last was not applied. Compare with that desk what you both have, and ask the operator of the hub. Were its data put back from a copy, say so here. {}",
                KEPT.0
            ),
            format!(
                "De hub heeft werkplek {desk} iets anders verteld dan deze werkplek: hij laat iets weg, bij een van beide of bij allebei. Wat hij het laatst stuurde is niet overgenomen. Vergelijk met die werkplek wat jullie allebei hebben, en vraag de beheerder van de hub. Zijn zijn gegevens uit een kopie teruggezet, zeg dat dan hier. {}",
                KEPT.1
            ),
        ),
        SyncError::Unsettled => kept(
            "The hub changed again and again while this desk compared its records. Sync again later; a desk that is open does so by itself.",
            "De hub veranderde telkens terwijl deze werkplek zijn gegevens vergeleek. Synchroniseer later opnieuw; een werkplek die open is doet dat vanzelf.",
        ),
        SyncError::MassDeletion { class, of } => pair(
            format!(
                "The hub asks to delete more than a tenth of the {of} records of class {class}. Nothing of that was done. Ask your colleagues whether somebody means it; if so, say so here."
            ),
            format!(
                "De hub vraagt meer dan een tiende van de {of} gegevens van soort {class} te verwijderen. Daarvan is niets gedaan. Vraag uw collega's of iemand dat zo bedoelt; zo ja, zeg dat dan hier."
            ),
        ),
        SyncError::NotJoined => pair(
            "This desk has not joined an administration yet. Ask for an invitation and use it.",
            "Deze werkplek is nog niet aangesloten op een administratie. Vraag een uitnodiging en gebruik die.",
        ),
    }
}

fn kept(english: &str, dutch: &str) -> Sentence {
    pair(format!("{english} {}", KEPT.0), format!("{dutch} {}", KEPT.1))
}

fn refused(refusal: &Refusal) -> Sentence {
    match refusal {
        Refusal::InvitationInvalid => pair(
            "The invitation was used, or has expired. Ask for a new one.",
            "De uitnodiging is al gebruikt of verlopen. Vraag een nieuwe.",
        ),
        Refusal::WrongAdministration => kept(
            "The hub says that these changes are of another administration. Nothing was stored there. Check that this desk joined the right hub, and ask its operator.",
            "De hub zegt dat deze wijzigingen bij een andere administratie horen. Daar is niets opgeslagen. Controleer of deze werkplek op de juiste hub is aangesloten, en vraag de beheerder.",
        ),
        Refusal::UnknownDesk => kept(
            "The hub does not know this desk any more. Ask a colleague for an invitation and join again with it: what waits here goes along then.",
            "De hub kent deze werkplek niet meer. Vraag een collega om een uitnodiging en sluit daarmee opnieuw aan: wat hier wacht gaat dan mee.",
        ),
        Refusal::ForkedDesk { .. } => kept(
            "The hub has changes of this desk that this desk does not know: it was put back from a copy, or runs twice. Ask a colleague for an invitation and join again with it: what waits here goes along then.",
            "De hub heeft wijzigingen van deze werkplek die hier niet bekend zijn: hij is uit een kopie teruggezet, of draait twee keer. Vraag een collega om een uitnodiging en sluit daarmee opnieuw aan: wat hier wacht gaat dan mee.",
        ),
        Refusal::Gap { .. } => kept(
            "The hub misses changes of this desk that came before. Sync again; if that does not help, ask the operator of the hub.",
            "De hub mist eerdere wijzigingen van deze werkplek. Synchroniseer opnieuw; helpt dat niet, vraag dan de beheerder van de hub.",
        ),
        Refusal::EpochChanged => kept(
            "The data of the hub were put back from a copy or repaired. Ask the operator of the hub before you go on.",
            "De gegevens van de hub zijn uit een kopie teruggezet of hersteld. Vraag de beheerder van de hub voordat u verdergaat.",
        ),
        Refusal::Malformed { .. } | Refusal::TooLarge => kept(
            &format!(
                "The hub cannot use what this desk sends ({}). Check that desk and hub are up to date, and ask the operator of the hub.",
                refusal.code()
            ),
            &format!(
                "De hub kan niets met wat deze werkplek stuurt ({}). Controleer of werkplek en hub bijgewerkt zijn, en vraag de beheerder van de hub.",
                refusal.code()
            ),
        ),
        Refusal::UpgradeRequired { .. } => kept(
            "Desk and hub are of versions that do not fit together. Update the older of the two.",
            "Werkplek en hub hebben versies die niet bij elkaar passen. Werk de oudste van de twee bij.",
        ),
        Refusal::NoChunk => kept(
            "The hub has not got this original: the desk where it was added has not sent it yet. It comes when that desk has synced.",
            "De hub heeft dit origineel niet: de werkplek waar het is toegevoegd heeft het nog niet verstuurd. Het komt als die werkplek gesynchroniseerd heeft.",
        ),
        Refusal::OtherChunk => kept(
            "An original was altered on its way to the hub, which did not keep it. Sync again; if it goes on, ask the operator of the hub.",
            "Een origineel is onderweg naar de hub veranderd, en de hub heeft het niet bewaard. Synchroniseer opnieuw; blijft het, vraag dan de beheerder van de hub.",
        ),
        Refusal::HubFailed => kept(
            "The hub gave an error and stored nothing. Sync again later; if it goes on, ask the operator of the hub.",
            "De hub gaf een fout en heeft niets opgeslagen. Synchroniseer later opnieuw; blijft het, vraag dan de beheerder van de hub.",
        ),
    }
}

fn untrusted(address: &str, trouble: Trouble) -> Sentence {
    let (english, dutch) = match trouble {
        Trouble::Expired => (
            "The certificate of the hub has expired. Check your clock, and ask the operator of the hub.",
            "Het certificaat van de hub is verlopen. Controleer uw klok, en vraag de beheerder van de hub.",
        ),
        Trouble::NotYetValid => (
            "The certificate of the hub is not valid yet: one of the clocks is wrong. Check yours, and ask the operator of the hub.",
            "Het certificaat van de hub is nog niet geldig: een van de klokken loopt verkeerd. Controleer de uwe, en vraag de beheerder van de hub.",
        ),
        Trouble::IdentityMismatch => (
            "It is another hub than the one this desk joined. Check the address, and ask the operator of the hub.",
            "Het is een andere hub dan waarop deze werkplek is aangesloten. Controleer het adres, en vraag de beheerder van de hub.",
        ),
        Trouble::Untrusted | Trouble::Handshake => (
            "It does not prove that it is the hub of this administration. Check the address, and ask the operator of the hub.",
            "Het bewijst niet dat het de hub van deze administratie is. Controleer het adres, en vraag de beheerder van de hub.",
        ),
        Trouble::Version => (
            "It speaks an old version of TLS, which a hub never does. Check the address, and ask the operator of the hub.",
            "Het spreekt een oude versie van TLS, wat een hub nooit doet. Controleer het adres, en vraag de beheerder van de hub.",
        ),
        Trouble::NotTls => (
            "It does not speak TLS, which a hub always does. Check the address and the port.",
            "Het spreekt geen TLS, wat een hub altijd doet. Controleer het adres en de poort.",
        ),
    };
    let code = trouble.code();
    pair(
        format!(
            "What answers at {address} is not to be trusted as the hub of this administration ({code}). {english} Nothing was sent. {}",
            KEPT.0
        ),
        format!(
            "Wat op {address} antwoordt is niet te vertrouwen als de hub van deze administratie ({code}). {dutch} Er is niets verzonden. {}",
            KEPT.1
        ),
    )
}

pub(super) fn invitation(error: InvitationError) -> Sentence {
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
