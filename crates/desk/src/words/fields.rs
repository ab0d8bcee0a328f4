//! What fields and record classes are called.

use super::Pair;

/// What a field is called: in its own class, or wherever it occurs.
pub(super) fn of(class: &str, name: &str) -> Option<Pair> {
    let find = |class: &str| {
        NAMES
            .iter()
            .find(|(of, field, _)| *of == class && *field == name)
            .map(|(_, _, names)| *names)
    };
    find(class).or_else(|| find(ANY))
}

/// What one record of a class is called.
pub(super) fn class(class: &str) -> Pair {
    CLASSES
        .iter()
        .find(|(name, ..)| *name == class)
        .map_or(("Record", "Gegeven"), |(_, one, _)| *one)
}

/// What several records of a class are called.
pub(super) fn classes(class: &str) -> Pair {
    let found = CLASSES.iter().find(|(name, ..)| *name == class);
    found.map_or(("Records", "Gegevens"), |(_, _, several)| *several)
}

const CLASSES: &[(&str, Pair, Pair)] = &[
    ("administration", ("Administration", "Administratie"), ("Administrations", "Administraties")),
    ("client", ("Client", "Relatie"), ("Clients", "Relaties")),
    ("resource", ("Resource", "Middel"), ("Resources", "Middelen")),
    ("service", ("Service", "Dienst"), ("Services", "Diensten")),
    ("booking", ("Booking", "Boeking"), ("Bookings", "Boekingen")),
    ("document", ("Document", "Document"), ("Documents", "Documenten")),
    ("fiscal_year", ("Fiscal year", "Boekjaar"), ("Fiscal years", "Boekjaren")),
    ("consent", ("Consent", "Toestemming"), ("Consents", "Toestemmingen")),
    ("disclosure", ("Disclosure", "Verstrekking"), ("Disclosures", "Verstrekkingen")),
    ("hold", ("Legal hold", "Bewaarbevel"), ("Legal holds", "Bewaarbevelen")),
    ("user", ("User", "Gebruiker"), ("Users", "Gebruikers")),
    ("attachment", ("Attachment", "Bijlage"), ("Attachments", "Bijlagen")),
    ("desk", ("Desk", "Werkplek"), ("Desks", "Werkplekken")),
    ("audit_event", ("Audit event", "Logregel"), ("Audit events", "Logregels")),
    ("conflict", ("Conflict", "Conflict"), ("Conflicts", "Conflicten")),
];

/// Fields that mean the same wherever they occur.
const ANY: &str = "";

const NAMES: &[(&str, &str, Pair)] = &[
    (ANY, "kind", ("Kind", "Soort")),
    (ANY, "state", ("State", "Status")),
    (ANY, "number", ("Number", "Nummer")),
    (ANY, "name", ("Name", "Naam")),
    (ANY, "note", ("Note", "Notitie")),
    (ANY, "title", ("Subject", "Onderwerp")),
    (ANY, "email", ("E-mail", "E-mail")),
    (ANY, "kvk_number", ("KvK number", "KvK-nummer")),
    (ANY, "vat_number", ("VAT number", "Btw-nummer")),
    (ANY, "iban", ("IBAN", "IBAN")),
    (ANY, "street", ("Street and number", "Straat en huisnummer")),
    (ANY, "postcode", ("Postcode", "Postcode")),
    (ANY, "city", ("City", "Plaats")),
    (ANY, "country", ("Country", "Land")),
    (ANY, "language", ("Language", "Taal")),
    (ANY, "currency", ("Currency", "Valuta")),
    (ANY, "fiscal_year", ("Fiscal year", "Boekjaar")),
    (ANY, "client", ("Client", "Relatie")),
    (ANY, "booking", ("Booking", "Boeking")),
    (ANY, "document", ("Document", "Document")),
    (ANY, "resource", ("Resource", "Middel")),
    (ANY, "service", ("Service", "Dienst")),
    (ANY, "lines", ("Lines", "Regels")),
    (ANY, "net", ("Amount excl. VAT", "Bedrag excl. btw")),
    (ANY, "vat", ("VAT", "Btw")),
    (ANY, "gross", ("Amount incl. VAT", "Bedrag incl. btw")),
    (ANY, "starts", ("Starts", "Begint")),
    (ANY, "ends", ("Ends", "Eindigt")),
    (ANY, "reference", ("Reference", "Kenmerk")),
    (ANY, "active", ("In use", "In gebruik")),
    (ANY, "record", ("Record", "Gegeven")),
    (ANY, "record_class", ("Kind of record", "Soort gegeven")),
    (ANY, "reason", ("Reason", "Reden")),
    (ANY, "at", ("When", "Wanneer")),
    (ANY, "expires_on", ("Ends on", "Eindigt op")),
    ("administration", "legal_name", ("Legal name", "Statutaire naam")),
    ("administration", "trade_name", ("Trade name", "Handelsnaam")),
    ("administration", "time_zone", ("Time zone", "Tijdzone")),
    ("administration", "fiscal_year_end", ("End of fiscal year", "Einde boekjaar")),
    ("administration", "controller_name", ("Contact for privacy", "Aanspreekpunt privacy")),
    ("administration", "controller_email", ("E-mail for privacy", "E-mail voor privacy")),
    ("administration", "agreement", ("Agreement", "Overeenkomst")),
    ("administration", "agreement_ends", ("Agreement ends", "Overeenkomst eindigt")),
    ("client", "given_name", ("Given name", "Voornaam")),
    ("client", "infix", ("Infix", "Tussenvoegsel")),
    ("client", "family_name", ("Family name", "Achternaam")),
    ("client", "company_name", ("Company", "Bedrijfsnaam")),
    ("client", "birth_date", ("Date of birth", "Geboortedatum")),
    ("client", "phone", ("Phone", "Telefoon")),
    ("client", "website", ("Web site", "Website")),
    ("client", "newsletter_email", ("E-mail for newsletters", "E-mail voor nieuwsbrief")),
    ("client", "addresses", ("Addresses", "Adressen")),
    ("client", "contacts", ("Contacts", "Contactpersonen")),
    ("client", "payment_days", ("Days to pay", "Betalingstermijn (dagen)")),
    ("client", "tags", ("Tags", "Labels")),
    ("client", "merged_into", ("Merged into", "Samengevoegd met")),
    ("resource", "exclusive", ("One booking at a time", "Eén boeking tegelijk")),
    ("resource", "capacity", ("Capacity", "Capaciteit")),
    ("service", "code", ("Code", "Code")),
    ("service", "minutes", ("Duration (minutes)", "Duur (minuten)")),
    ("service", "buffer_before", ("Kept free before (minutes)", "Vooraf vrij (minuten)")),
    ("service", "buffer_after", ("Kept free after (minutes)", "Achteraf vrij (minuten)")),
    ("service", "price", ("Price excl. VAT", "Prijs excl. btw")),
    ("service", "vat_rate", ("VAT rate", "Btw-tarief")),
    ("booking", "clash_with", ("Lost its place to", "Plaats verloren aan")),
    ("booking", "occupied_from", ("Occupied from", "Bezet vanaf")),
    ("booking", "occupied_until", ("Occupied until", "Bezet tot")),
    ("booking", "zone", ("Time zone", "Tijdzone")),
    ("booking", "series", ("Series", "Reeks")),
    ("booking", "location", ("Place", "Locatie")),
    ("booking", "participants", ("Participants", "Deelnemers")),
    ("document", "series", ("Number series", "Nummerreeks")),
    ("document", "sequence", ("Place in series", "Plaats in reeks")),
    ("document", "document_date", ("Date", "Datum")),
    ("document", "supply_date", ("Date of supply", "Leverdatum")),
    ("document", "due_date", ("Due date", "Vervaldatum")),
    ("document", "first_use", ("First use", "Eerste gebruik")),
    ("document", "buyer", ("Buyer", "Koper")),
    ("document", "seller", ("Seller", "Verkoper")),
    ("document", "vat_totals", ("VAT by rate", "Btw per tarief")),
    ("document", "flags", ("Kept longer because", "Langer bewaard wegens")),
    ("document", "credits", ("Credits", "Crediteert")),
    ("consent", "purpose", ("Purpose", "Doel")),
    ("consent", "given_at", ("Given", "Gegeven op")),
    ("consent", "withdrawn_at", ("Withdrawn", "Ingetrokken op")),
    ("consent", "text_version", ("Version of the text", "Versie van de tekst")),
    ("consent", "channel", ("Through", "Via")),
    ("disclosure", "recipient", ("Recipient", "Ontvanger")),
    ("disclosure", "recipient_kind", ("Kind of recipient", "Soort ontvanger")),
    ("disclosure", "basis", ("Basis", "Grondslag")),
    ("disclosure", "categories", ("Kinds of data", "Soorten gegevens")),
    ("hold", "title", ("Name", "Naam")),
    ("hold", "placed_at", ("Placed", "Ingesteld op")),
    ("hold", "released_at", ("Released", "Opgeheven op")),
    ("hold", "release_reason", ("Why released", "Reden opheffing")),
    ("hold", "review_on", ("Reviewed on", "Herbeoordeling op")),
    ("hold", "authority", ("Authority", "Instantie")),
    ("user", "display_name", ("Name", "Naam")),
    ("user", "role", ("Role", "Rol")),
    ("attachment", "sha256", ("Hash (SHA-256)", "Hash (SHA-256)")),
    ("attachment", "media_type", ("Type", "Type")),
    ("attachment", "size", ("Size (bytes)", "Grootte (bytes)")),
    ("attachment", "pages", ("Pages", "Pagina's")),
    ("attachment", "stored", ("Kept", "Bewaard")),
    (
        "fiscal_year",
        "archive_sha256",
        ("Hash of the archive (SHA-256)", "Hash van het archief (SHA-256)"),
    ),
    (
        "fiscal_year",
        "archive_size",
        ("Size of the archive (bytes)", "Grootte van het archief (bytes)"),
    ),
    ("fiscal_year", "archive", ("Archive", "Archief")),
    ("attachment", "file_name", ("File name", "Bestandsnaam")),
    ("audit_event", "operation", ("Operation", "Handeling")),
    ("audit_event", "fields", ("Fields", "Velden")),
    ("audit_event", "user", ("User", "Gebruiker")),
    ("audit_event", "desk", ("Desk", "Werkplek")),
    ("desk", "joined_at", ("Joined", "Aangesloten op")),
    ("conflict", "field_group", ("Fields", "Velden")),
    ("conflict", "person", ("Person", "Persoon")),
    ("conflict", "found_at", ("Found", "Gevonden op")),
    ("conflict", "found_by", ("Found by", "Gevonden door")),
    ("conflict", "theirs_by", ("Other side", "Andere kant")),
    ("conflict", "mine_at", ("Entered by who found it", "Ingevuld door de vinder op")),
    ("conflict", "theirs_at", ("Entered by the other side", "Ingevuld door de andere kant op")),
    ("conflict", "resolved_at", ("Settled", "Beslist op")),
    ("conflict", "resolved_by", ("Settled by", "Beslist door")),
    ("conflict", "resolution", ("Decision", "Beslissing")),
    ("conflict", "working", ("Values", "Waarden")),
    ("conflict", "statutory", ("Values kept by law", "Wettelijk bewaarde waarden")),
    ("conflict", "contract", ("Values held for the contract", "Waarden voor de overeenkomst")),
    ("conflict", "consent", ("Values held by consent", "Waarden met toestemming")),
    (
        "conflict",
        "legal_obligation",
        ("Values held by legal duty", "Waarden uit wettelijke plicht"),
    ),
    (
        "conflict",
        "legitimate_interest",
        ("Values held for an interest", "Waarden uit gerechtvaardigd belang"),
    ),
    ("conflict", "employment", ("Values held for employment", "Waarden voor het dienstverband")),
];
