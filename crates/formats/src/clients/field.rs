//! What a column of a list of clients can hold, and the names people give such columns.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::Language;

macro_rules! client_fields {
    ($($field:ident = $code:literal, $dutch:literal, $english:literal, [$($name:literal),* $(,)?];)+) => {
        /// What a column of a list of clients holds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ClientField {
            $(#[doc = concat!($english, ".")] $field,)+
        }

        impl ClientField {
            /// Every field, in the order in which a person reads about them.
            pub const ALL: &'static [Self] = &[$(Self::$field),+];

            /// Its stable code, as in `--map "Column=code"`.
            pub fn code(self) -> &'static str {
                match self { $(Self::$field => $code),+ }
            }

            /// Its name for people.
            pub fn label(self, language: Language) -> &'static str {
                match self { $(Self::$field => language.pick($dutch, $english)),+ }
            }

            /// The names columns have that hold it, as [`folded`] gives them.
            fn names(self) -> &'static [&'static str] {
                match self { $(Self::$field => &[$($name),*]),+ }
            }
        }
    };
}

client_fields! {
    Number = "number", "Klantnummer", "Client number",
        ["klantnummer", "klantnr", "klantcode", "klantid", "relatienummer", "relatienr",
         "relatiecode", "relatieid", "debiteurnummer", "debiteurnr", "debiteurennummer",
         "debiteurcode", "debiteur", "nummer", "code", "number", "clientnumber", "clientno",
         "clientid", "customernumber", "customerno", "customerid", "customercode", "accountnumber"];
    Kind = "kind", "Soort (persoon of bedrijf)", "Kind (person or company)",
        ["soort", "type", "klantsoort", "klanttype", "soortklant", "typeklant", "soortrelatie",
         "relatiesoort", "relatietype", "particulierzakelijk", "zakelijkparticulier", "kind",
         "clienttype", "clientkind", "customertype"];
    State = "state", "Stand (actief, inactief of prospect)", "State (active, inactive or prospect)",
        ["status", "actief", "klantstatus", "relatiestatus", "active", "clientstatus",
         "clientstate", "customerstatus"];
    Name = "name", "Naam (volledig, of van een bedrijf)", "Name (in full, or of a company)",
        ["naam", "klantnaam", "klant", "relatienaam", "relatie", "naamrelatie", "naamklant",
         "debiteurnaam", "volledigenaam", "voorenachternaam", "weergavenaam", "name", "clientname",
         "client", "customername", "customer", "fullname", "displayname"];
    GivenName = "given_name", "Voornaam", "Given name",
        ["voornaam", "voornamen", "roepnaam", "givenname", "givennames", "firstname", "forename"];
    Initials = "initials", "Voorletters (waar geen voornaam is)", "Initials (where there is no given name)",
        ["voorletters", "voorletter", "initialen", "initials"];
    Infix = "infix", "Tussenvoegsel", "Infix",
        ["tussenvoegsel", "tussenvoegsels", "voorvoegsel", "voorvoegsels", "tussenv", "tv", "infix",
         "middlename", "nameprefix"];
    FamilyName = "family_name", "Achternaam", "Family name",
        ["achternaam", "familienaam", "geslachtsnaam", "familyname", "lastname", "surname"];
    CompanyName = "company_name", "Bedrijfsnaam", "Company name",
        ["bedrijfsnaam", "bedrijf", "naambedrijf", "organisatie", "organisatienaam",
         "naamorganisatie", "onderneming", "ondernemingsnaam", "firma", "firmanaam", "handelsnaam",
         "company", "companyname", "organisation", "organisationname", "organization",
         "organizationname", "businessname", "tradename"];
    ContactName = "contact.name", "Contactpersoon", "Contact person",
        ["contactpersoon", "contact", "naamcontactpersoon", "contactpersoonnaam", "tav", "contactperson",
         "contactname", "attention"];
    ContactEmail = "contact.email", "E-mail van de contactpersoon", "E-mail of the contact person",
        ["emailcontactpersoon", "contactpersoonemail", "contactemail", "contactpersonemail"];
    ContactPhone = "contact.phone", "Telefoon van de contactpersoon", "Telephone of the contact person",
        ["telefooncontactpersoon", "contactpersoontelefoon", "contactphone", "contactpersonphone"];
    Email = "email", "E-mailadres", "E-mail address",
        ["email", "emailadres", "mail", "mailadres", "emailaddress", "mailaddress"];
    Phone = "phone", "Telefoon", "Telephone",
        ["telefoon", "telefoonnummer", "telefoonnr", "tel", "telnr", "telnummer", "telefoonvast",
         "vasttelefoonnummer", "phone", "phonenumber", "telephone", "telephonenumber"];
    Mobile = "mobile", "Mobiel", "Mobile telephone",
        ["mobiel", "mobielnummer", "mobieltelefoonnummer", "telefoonmobiel", "mobieletelefoon",
         "gsm", "gsmnummer", "mobile", "mobilephone", "mobilenumber", "cellphone"];
    Website = "website", "Website", "Web site",
        ["website", "web", "webadres", "homepage", "internet", "internetadres", "url", "www"];
    Street = "street", "Straat", "Street",
        ["straat", "straatnaam", "adres", "adresregel", "adresregel1", "adres1", "straatennummer",
         "straathuisnummer", "straatenhuisnummer", "street", "streetname", "address",
         "addressline1", "address1", "streetaddress"];
    HouseNumber = "house_number", "Huisnummer", "House number",
        ["huisnummer", "huisnr", "hnr", "housenumber", "houseno", "streetnumber"];
    HouseAddition = "house_addition", "Toevoeging", "House number addition",
        ["toevoeging", "huisnummertoevoeging", "huisnrtoevoeging", "huisletter", "housenumberaddition",
         "addition"];
    Postcode = "postcode", "Postcode", "Postal code",
        ["postcode", "pc", "postalcode", "zip", "zipcode"];
    City = "city", "Plaats", "City",
        ["plaats", "woonplaats", "plaatsnaam", "stad", "vestigingsplaats", "gemeente", "city",
         "town", "place"];
    Country = "country", "Land", "Country",
        ["land", "landcode", "country", "countrycode"];
    PostStreet = "post.street", "Postadres: straat", "Postal address: street", [];
    PostHouseNumber = "post.house_number", "Postadres: huisnummer", "Postal address: house number", [];
    PostHouseAddition = "post.house_addition", "Postadres: toevoeging", "Postal address: addition", [];
    PostPostcode = "post.postcode", "Postadres: postcode", "Postal address: postal code", [];
    PostCity = "post.city", "Postadres: plaats", "Postal address: city", [];
    PostCountry = "post.country", "Postadres: land", "Postal address: country", [];
    InvoiceStreet = "invoice.street", "Factuuradres: straat", "Invoice address: street", [];
    InvoiceHouseNumber = "invoice.house_number", "Factuuradres: huisnummer", "Invoice address: house number", [];
    InvoiceHouseAddition = "invoice.house_addition", "Factuuradres: toevoeging", "Invoice address: addition", [];
    InvoicePostcode = "invoice.postcode", "Factuuradres: postcode", "Invoice address: postal code", [];
    InvoiceCity = "invoice.city", "Factuuradres: plaats", "Invoice address: city", [];
    InvoiceCountry = "invoice.country", "Factuuradres: land", "Invoice address: country", [];
    KvkNumber = "kvk_number", "KvK-nummer", "Trade register number",
        ["kvk", "kvknummer", "kvknr", "handelsregisternummer", "kamervankoophandel",
         "inschrijfnummerkvk", "chamberofcommerce", "cocnumber", "coc", "traderegisternumber",
         "companynumber", "registrationnumber"];
    VatNumber = "vat_number", "Btw-nummer", "VAT number",
        ["btw", "btwnummer", "btwnr", "btwid", "btwidentificatienummer", "omzetbelastingnummer", "vat",
         "vatnumber", "vatno", "vatid", "taxnumber"];
    Iban = "iban", "IBAN", "IBAN",
        ["iban", "ibannummer", "rekeningnummer", "bankrekening", "bankrekeningnummer", "rekening",
         "bankaccount", "bankaccountnumber"];
    BirthDate = "birth_date", "Geboortedatum", "Date of birth",
        ["geboortedatum", "geboortedag", "gebdatum", "geboren", "verjaardag", "birthdate",
         "dateofbirth", "birthday", "dob", "born"];
    Language = "language", "Taal", "Language",
        ["taal", "taalcode", "voorkeurstaal", "language", "languagecode", "preferredlanguage"];
    PaymentDays = "payment_days", "Betalingstermijn (dagen)", "Payment term (days)",
        ["betalingstermijn", "betaaltermijn", "betalingstermijndagen", "betalingsconditie",
         "betalingsvoorwaarde", "paymentdays", "paymentterm", "paymentterms", "paymenttermdays"];
    Tags = "tags", "Labels", "Labels",
        ["labels", "label", "tags", "tag", "groep", "groepen", "categorie", "categorieen", "category",
         "categories", "group", "groups", "kenmerken", "trefwoorden"];
    Note = "note", "Notitie", "Note",
        ["notitie", "notities", "opmerking", "opmerkingen", "memo", "bijzonderheden", "toelichting",
         "note", "notes", "remark", "remarks", "comment", "comments"];
}

/// Beginnings of names of columns that say which address they are about.
const PREFIXES: &[(&str, Option<ClientField>)] = &[
    ("factuuradres", Some(ClientField::InvoiceStreet)),
    ("factuur", Some(ClientField::InvoiceStreet)),
    ("invoiceaddress", Some(ClientField::InvoiceStreet)),
    ("invoice", Some(ClientField::InvoiceStreet)),
    ("billingaddress", Some(ClientField::InvoiceStreet)),
    ("billing", Some(ClientField::InvoiceStreet)),
    ("postadres", Some(ClientField::PostStreet)),
    ("post", Some(ClientField::PostStreet)),
    ("postaladdress", Some(ClientField::PostStreet)),
    ("mailingaddress", Some(ClientField::PostStreet)),
    ("bezoekadres", None),
    ("bezoek", None),
    ("vestigingsadres", None),
    ("vestiging", None),
    ("woonadres", None),
    ("visitingaddress", None),
    ("visiting", None),
    ("adres", None),
    ("address", None),
];

/// The parts of an address, in the order of the fields.
const PARTS: [ClientField; 6] = [
    ClientField::Street,
    ClientField::HouseNumber,
    ClientField::HouseAddition,
    ClientField::Postcode,
    ClientField::City,
    ClientField::Country,
];

impl ClientField {
    /// The field with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.code() == code)
    }

    /// The field that a column of this name holds, whatever its capitals, accents and punctuation.
    pub fn of_column(name: &str) -> Option<Self> {
        let name = folded(name);
        Self::named(&name).or_else(|| {
            PREFIXES.iter().find_map(|(prefix, street)| {
                let part = match name.strip_prefix(prefix)? {
                    "" => Self::Street,
                    rest => Self::named(rest).filter(|field| PARTS.contains(field))?,
                };
                Some(street.map_or(part, |street| part.of_address(street)))
            })
        })
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.names().contains(&name))
    }

    /// This part of the address whose street is given.
    fn of_address(self, street: Self) -> Self {
        let place = |field| Self::ALL.iter().position(|other| *other == field);
        let offset = PARTS.iter().position(|part| *part == self);
        let found = place(street).zip(offset).and_then(|(at, offset)| Self::ALL.get(at + offset));
        found.copied().unwrap_or(self)
    }

    /// Whether several columns may hold it: their texts are put together.
    pub fn takes_several(self) -> bool {
        matches!(self, Self::Note | Self::Tags)
    }
}

/// A name of a column as it is compared: letters and digits, small, without accents.
pub(super) fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
    }
    name.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_name_stands_for_two_fields() {
        let mut seen = BTreeSet::new();
        let mut codes = BTreeSet::new();
        for (place, field) in ClientField::ALL.iter().enumerate() {
            assert_eq!(*field as usize, place);
            assert!(codes.insert(field.code()), "{}", field.code());
            assert_eq!(ClientField::from_code(field.code()), Some(*field));
            for name in field.names() {
                assert_eq!(folded(name), *name);
                assert!(seen.insert(*name), "{name}");
            }
        }
    }

    #[test]
    fn columns_are_known_however_they_are_written() {
        use ClientField as F;
        for (name, field) in [
            ("E-mail", Some(F::Email)),
            (" E_MAIL-adres: ", Some(F::Email)),
            ("Categorieën", Some(F::Tags)),
            ("BTW-nummer", Some(F::VatNumber)),
            ("btw nr.", Some(F::VatNumber)),
            ("K.v.K. nummer", Some(F::KvkNumber)),
            ("Postcode", Some(F::Postcode)),
            ("Post postcode", Some(F::PostPostcode)),
            ("Postadres", Some(F::PostStreet)),
            ("Factuuradres - plaats", Some(F::InvoiceCity)),
            ("Factuur huisnr.", Some(F::InvoiceHouseNumber)),
            ("Billing country code", Some(F::InvoiceCountry)),
            ("Bezoekadres straat", Some(F::Street)),
            ("Adres plaats", Some(F::City)),
            ("First name", Some(F::GivenName)),
            ("Factuurnummer", None),
            ("Postbus", None),
            ("Openstaand", None),
            ("Rij", None),
            ("", None),
        ] {
            assert_eq!(F::of_column(name), field, "{name}");
        }
    }
}
