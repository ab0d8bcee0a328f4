//! What the values of closed lists are called.

use super::Pair;

type Code = (&'static str, Pair);

/// The values of a closed field, in order; `None` for a field that takes anything.
pub(super) fn of(class: &str, field: &str) -> Option<&'static [Code]> {
    Some(match (class, field) {
        ("administration", "agreement") => AGREEMENT,
        ("client", "kind") => {
            &[("person", ("Person", "Persoon")), ("company", ("Company", "Bedrijf"))]
        }
        ("client", "state") => CLIENT_STATE,
        ("client", "address_kind") => ADDRESS_KIND,
        ("client", "contact_role") => CONTACT_ROLE,
        ("resource", "kind") => RESOURCE_KIND,
        ("booking", "state") => BOOKING_STATE,
        ("document", "kind") => DOCUMENT_KIND,
        ("document", "state") => DOCUMENT_STATE,
        ("document", "flags") => DOCUMENT_FLAG,
        ("fiscal_year", "state") => YEAR_STATE,
        ("consent", "kind") => CONSENT_KIND,
        ("disclosure", "recipient_kind") => RECIPIENT_KIND,
        ("disclosure", "basis") => BASIS,
        ("user", "role") => ROLE,
        ("user", "state") => USER_STATE,
        ("conflict", "resolution") => RESOLUTION,
        ("number_series", "state") => SERIES_STATE,
        ("number_series", "closed_because") => SERIES_END,
        ("number_series", "kinds") => DOCUMENT_KIND,
        ("late_entry", "intent") => INTENT,
        ("late_entry", "settlement") => SETTLEMENT,
        ("client" | "administration", "language") => LANGUAGE,
        ("retention", "status") => RETENTION_STATUS,
        ("retention", "confidence") => CONFIDENCE,
        ("record", "ground") => GROUND,
        _ => return None,
    })
}

const AGREEMENT: &[Code] = &[
    ("trial", ("Trial", "Proef")),
    ("active", ("In force", "Van kracht")),
    ("ending", ("Ending", "Opgezegd")),
    ("custody", ("In custody", "In bewaring")),
    ("exported", ("Exported", "Geëxporteerd")),
    ("destroyed", ("Destroyed", "Vernietigd")),
];

const CLIENT_STATE: &[Code] = &[
    ("prospect", ("Prospect", "Prospect")),
    ("active", ("Active", "Actief")),
    ("inactive", ("Inactive", "Inactief")),
    ("restricted", ("Restricted", "Beperkt")),
    ("erased", ("Erased", "Gewist")),
];

const ADDRESS_KIND: &[Code] = &[
    ("visit", ("Visiting address", "Bezoekadres")),
    ("post", ("Postal address", "Postadres")),
    ("invoice", ("Invoice address", "Factuuradres")),
    ("location", ("Place of work", "Werklocatie")),
];

const CONTACT_ROLE: &[Code] = &[
    ("buyer", ("Orders", "Bestelt")),
    ("signer", ("Signs", "Tekent")),
    ("payer", ("Pays", "Betaalt")),
    ("submitter", ("Hands in documents", "Levert stukken aan")),
    ("other", ("Other", "Anders")),
];

const RESOURCE_KIND: &[Code] = &[
    ("room", ("Room", "Ruimte")),
    ("person", ("Person", "Medewerker")),
    ("vehicle", ("Vehicle", "Voertuig")),
    ("machine", ("Machine", "Machine")),
];

const BOOKING_STATE: &[Code] = &[
    ("draft", ("Draft", "Concept")),
    ("option", ("Option", "Optie")),
    ("confirmed", ("Confirmed", "Bevestigd")),
    ("in_progress", ("In progress", "Bezig")),
    ("done", ("Done", "Uitgevoerd")),
    ("invoiced", ("Invoiced", "Gefactureerd")),
    ("closed", ("Closed", "Afgesloten")),
    ("cancelled", ("Cancelled", "Geannuleerd")),
    ("no_show", ("No-show", "Niet verschenen")),
    ("waitlisted", ("Waiting list", "Wachtlijst")),
    ("clash", ("Double booked", "Dubbel geboekt")),
];

const DOCUMENT_KIND: &[Code] = &[
    ("quote", ("Quote", "Offerte")),
    ("order", ("Order confirmation", "Opdrachtbevestiging")),
    ("invoice", ("Invoice", "Factuur")),
    ("credit_note", ("Credit note", "Creditnota")),
    ("reminder", ("Reminder", "Herinnering")),
    ("purchase_invoice", ("Purchase invoice", "Inkoopfactuur")),
    ("receipt", ("Receipt", "Bon")),
    ("contract", ("Contract", "Contract")),
    ("letter", ("Letter", "Brief")),
];

const DOCUMENT_STATE: &[Code] = &[
    ("draft", ("Draft", "Concept")),
    ("issuing", ("Being issued", "Wordt uitgegeven")),
    ("issued", ("Issued", "Uitgegeven")),
    ("received", ("Received", "Ontvangen")),
    ("approved", ("Approved", "Goedgekeurd")),
    ("posted", ("Posted", "Geboekt")),
];

const DOCUMENT_FLAG: &[Code] = &[
    ("immovable_property", ("Immovable property", "Onroerende zaak")),
    ("oss", ("One-stop shop (VAT)", "Eenloketsysteem (btw)")),
];

const SERIES_STATE: &[Code] = &[("open", ("Open", "Open")), ("closed", ("Closed", "Afgesloten"))];

const SERIES_END: &[Code] = &[
    ("ended", ("Ended", "Beëindigd")),
    ("desk_lost", ("The desk is lost", "De werkplek is verloren")),
];

const YEAR_STATE: &[Code] = &[
    ("open", ("Open", "Open")),
    ("closed", ("Closed", "Afgesloten")),
    ("sealed", ("Sealed", "Verzegeld")),
    ("disposed", ("Disposed", "Vernietigd")),
];

const CONSENT_KIND: &[Code] = &[
    ("opt_in", ("Given", "Gegeven")),
    ("soft_opt_in", ("Existing customer", "Bestaande klant")),
    ("opt_out", ("Objected", "Bezwaar gemaakt")),
];

const RECIPIENT_KIND: &[Code] = &[
    ("authority", ("Authority", "Overheidsinstantie")),
    ("court", ("Court", "Rechtbank")),
    ("processor", ("Processor", "Verwerker")),
    ("client_request", ("At the client's request", "Op verzoek van de relatie")),
    ("other", ("Other", "Anders")),
];

const BASIS: &[Code] = &[
    ("consent", ("Consent", "Toestemming")),
    ("law", ("Law", "Wet")),
    ("court_order", ("Court order", "Gerechtelijk bevel")),
    ("order", ("Order of an authority", "Bevel van een instantie")),
];

const ROLE: &[Code] = &[
    ("administrator", ("Administrator", "Beheerder")),
    ("employee", ("Employee", "Medewerker")),
    ("accountant", ("Accountant", "Accountant")),
    ("custodian", ("Appointed administrator", "Aangewezen beheerder")),
    ("client", ("Client", "Relatie")),
];

const USER_STATE: &[Code] = &[
    ("invited", ("Invited", "Uitgenodigd")),
    ("active", ("Active", "Actief")),
    ("expired", ("Expired", "Verlopen")),
    ("disabled", ("Disabled", "Uitgeschakeld")),
];

const RESOLUTION: &[Code] = &[
    ("theirs", ("Theirs kept", "Die van de ander gehouden")),
    ("mine", ("Mine kept", "Die van deze kant gehouden")),
    ("other", ("Something else entered", "Iets anders ingevuld")),
];

const INTENT: &[Code] = &[
    ("create", ("To enter it", "Invoeren")),
    ("change", ("To change it", "Wijzigen")),
    ("delete", ("To delete it", "Verwijderen")),
];

const SETTLEMENT: &[Code] = &[
    ("entered", ("Entered in an open year", "Ingevoerd in een open jaar")),
    ("dropped", ("Not wanted any more", "Niet meer nodig")),
];

const LANGUAGE: &[Code] = &[("nl", ("Dutch", "Nederlands")), ("en", ("English", "Engels"))];

const RETENTION_STATUS: &[Code] = &[
    ("trigger_pending", ("No end known yet", "Nog geen einddatum bekend")),
    ("retained", ("Kept by law", "Wettelijk bewaard")),
    ("held", ("Under a hold", "Onder een bewaarbevel")),
    ("due_for_disposition", ("Term has passed", "Termijn verstreken")),
    ("return_or_delete_pending", ("Return or delete", "Teruggeven of wissen")),
    ("destroyed", ("Destroyed", "Vernietigd")),
];

const CONFIDENCE: &[Code] = &[
    ("low", ("From memory, to be checked", "Uit het geheugen, te controleren")),
    ("medium", ("One secondary source", "Eén secundaire bron")),
    ("high", ("Official text, or several sources", "Officiële tekst, of meerdere bronnen")),
];

const GROUND: &[Code] = &[
    ("consent", ("Consent, GDPR art. 6(1)(a)", "Toestemming, AVG art. 6(1)(a)")),
    (
        "contract",
        (
            "Contract with the client, GDPR art. 6(1)(b)",
            "Overeenkomst met de relatie, AVG art. 6(1)(b)",
        ),
    ),
    (
        "legal_obligation",
        ("Legal obligation, GDPR art. 6(1)(c)", "Wettelijke plicht, AVG art. 6(1)(c)"),
    ),
    (
        "legitimate_interest",
        ("Legitimate interest, GDPR art. 6(1)(f)", "Gerechtvaardigd belang, AVG art. 6(1)(f)"),
    ),
    (
        "employment",
        ("Contract of employment, GDPR art. 6(1)(b)", "Arbeidsovereenkomst, AVG art. 6(1)(b)"),
    ),
];
