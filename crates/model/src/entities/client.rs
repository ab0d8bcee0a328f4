//! Clients.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::codes::codes;
use crate::text::{Email, Note, Phone, TagSet, Text};
use crate::time::Date;
use crate::{Id, Record};

codes! {
    /// Whether a client is a person or a company.
    ClientKind {
        /// A natural person.
        Person = "person",
        /// A company or another organisation.
        Company = "company",
    }
}

codes! {
    /// Where the relation with a client stands.
    ClientState {
        /// Not a customer or supplier yet.
        Prospect = "prospect",
        /// In use.
        Active = "active",
        /// No longer in use.
        Inactive = "inactive",
        /// Stored, and used for nothing but what GDPR article 18(2) allows.
        Restricted = "restricted",
        /// Personal data are gone; what the law keeps is still there.
        Erased = "erased",
    }
}

codes! {
    /// What an address is for.
    AddressKind {
        /// Where the client is.
        Visit = "visit",
        /// Where post goes.
        Post = "post",
        /// Where invoices go.
        Invoice = "invoice",
        /// Where the work is done.
        Location = "location",
    }
}

codes! {
    /// What a contact person does.
    ContactRole {
        /// Orders.
        Buyer = "buyer",
        /// Signs.
        Signer = "signer",
        /// Pays.
        Payer = "payer",
        /// Hands in documents.
        Submitter = "submitter",
        /// Something else.
        Other = "other",
    }
}

/// An address of a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Address {
    /// Names this address among the client's addresses.
    pub key: Id,
    /// What it is for.
    pub kind: AddressKind,
    /// Street and house number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub street: Option<Text>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub postcode: Option<Text>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub city: Option<Text>,
    /// Country (ISO 3166-1, two letters).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub country: Option<Text>,
}

/// A person at a client who can be reached.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ContactPoint {
    /// Names this contact among the client's contacts.
    pub key: Id,
    /// The person's name.
    pub name: Text,
    /// What the person does there.
    pub role: ContactRole,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub email: Option<Email>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub phone: Option<Phone>,
}

/// A person or company the administration deals with: customer, supplier or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "client", person = "self", ground = "contract")]
pub struct Client {
    /// Person or company.
    #[field(working)]
    pub kind: ClientKind,
    /// Where the relation stands.
    #[field(working)]
    pub state: ClientState,
    /// The office's number for the client, such as `C-0042`. It ties the books together and
    /// stays when the person is erased.
    #[field(working, search)]
    pub number: Text,
    /// Given name or initials.
    #[field(personal, group = "name", search)]
    pub given_name: Option<Text>,
    /// What stands between given name and family name, such as `van der`.
    #[field(personal, group = "name", search)]
    pub infix: Option<Text>,
    /// Family name.
    #[field(personal, group = "name", search)]
    pub family_name: Option<Text>,
    /// Name of the company.
    #[field(personal, group = "name", search)]
    pub company_name: Option<Text>,
    /// Number in the trade register.
    #[field(personal)]
    pub kvk_number: Option<Text>,
    /// VAT identification number.
    #[field(personal)]
    pub vat_number: Option<Text>,
    /// Account number kept for convenience.
    #[field(personal)]
    pub iban: Option<Text>,
    /// Date of birth, only where the person agreed to it.
    #[field(personal, ground = "consent")]
    pub birth_date: Option<Date>,
    /// E-mail address.
    #[field(personal, search)]
    pub email: Option<Email>,
    /// Telephone number.
    #[field(personal, search)]
    pub phone: Option<Phone>,
    /// Web site.
    #[field(personal)]
    pub website: Option<Text>,
    /// Address for newsletters, only where the person agreed to it.
    #[field(personal, ground = "consent")]
    pub newsletter_email: Option<Email>,
    /// Addresses.
    #[field(personal, search)]
    #[serde(default)]
    pub addresses: Vec<Address>,
    /// Persons at the client who can be reached.
    #[field(personal, search)]
    #[serde(default)]
    pub contacts: Vec<ContactPoint>,
    /// What the office noted about the client.
    #[field(personal, ground = "legitimate_interest", search)]
    pub note: Option<Note>,
    /// Language the client is written to in: `nl` or `en`.
    #[field(working)]
    pub language: Option<Text>,
    /// Days within which the client pays.
    #[field(working)]
    pub payment_days: Option<u32>,
    /// Labels of the office's own.
    #[field(working, search)]
    #[serde(default)]
    pub tags: TagSet,
    /// The client this one was merged into.
    #[field(working, refers = "client")]
    pub merged_into: Option<Id>,
}

impl Client {
    /// The name as it is written: `Anna van der Berg`, or the company's.
    pub fn display_name(&self) -> String {
        display_name(
            self.company_name.as_ref().map(Text::as_str),
            self.given_name.as_ref().map(Text::as_str),
            self.infix.as_ref().map(Text::as_str),
            self.family_name.as_ref().map(Text::as_str),
        )
    }
}

/// The name as it is written, from its parts: the company's, or the person's in order.
pub fn display_name(
    company: Option<&str>,
    given: Option<&str>,
    infix: Option<&str>,
    family: Option<&str>,
) -> String {
    match company {
        Some(company) => company.to_owned(),
        None => {
            // An elided infix stands against the name: d'Ancona, l’Hermite.
            let is_elided = infix.is_some_and(|infix| infix.ends_with(['\'', '’']));
            let family = match (infix, family) {
                (Some(infix), Some(family)) if is_elided => Some(format!("{infix}{family}")),
                (Some(infix), Some(family)) => Some(format!("{infix} {family}")),
                (infix, family) => infix.or(family).map(str::to_owned),
            };
            given.map(str::to_owned).into_iter().chain(family).collect::<Vec<_>>().join(" ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_in_order() {
        let name = display_name(None, Some("Anna"), Some("van der"), Some("Berg"));
        assert_eq!(name, "Anna van der Berg");
        assert_eq!(display_name(Some("Berg B.V."), Some("Anna"), None, None), "Berg B.V.");
        assert_eq!(display_name(None, None, None, Some("Berg")), "Berg");
        let name = display_name(None, Some("Lotte"), Some("d'"), Some("Ancona"));
        assert_eq!(name, "Lotte d'Ancona");
        assert_eq!(display_name(None, None, Some("in ’t"), Some("Veld")), "in ’t Veld");
        assert_eq!(display_name(None, None, None, None), "");
    }
}
