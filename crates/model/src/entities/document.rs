//! Documents, issued and received.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::booking::Line;
use crate::codes::codes;
use crate::money::{Cents, Currency, VatRate};
use crate::text::{Note, Text};
use crate::time::Date;
use crate::{Id, Record};

codes! {
    /// What a document is.
    DocumentKind {
        /// An offer.
        Quote = "quote",
        /// A confirmation of an order.
        Order = "order",
        /// A sales invoice.
        Invoice = "invoice",
        /// A credit note.
        CreditNote = "credit_note",
        /// A reminder.
        Reminder = "reminder",
        /// A received invoice.
        PurchaseInvoice = "purchase_invoice",
        /// A received receipt.
        Receipt = "receipt",
        /// A contract.
        Contract = "contract",
        /// A letter.
        Letter = "letter",
    }
}

codes! {
    /// Where a document stands.
    DocumentState {
        /// Being written; has no number.
        Draft = "draft",
        /// Waits for its number.
        Issuing = "issuing",
        /// Has its number and never changes again.
        Issued = "issued",
        /// Came in.
        Received = "received",
        /// Checked by a person.
        Approved = "approved",
        /// In the books.
        Posted = "posted",
    }
}

codes! {
    /// What makes the law keep a document longer.
    DocumentFlag {
        /// About immovable property (Wet OB 1968 art. 34a).
        ImmovableProperty = "immovable_property",
        /// Under the one-stop shop for VAT (Regulation 282/2011 art. 63c).
        Oss = "oss",
    }
}

/// Buyer or seller, as on the document: a copy that does not follow the client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Party {
    /// Full name.
    pub name: Text,
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
    /// VAT identification number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub vat_number: Option<Text>,
}

impl crate::field::FieldValue for Party {
    const KIND: crate::field::Kind = crate::field::Kind::Json;
}

/// The VAT of a document at one rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VatTotal {
    /// The rate, in hundredths of a percent.
    pub rate: VatRate,
    /// The amount it is computed over.
    pub net: Cents,
    /// The VAT.
    pub vat: Cents,
}

/// An issued or received document, with the content that Wet OB 1968 art. 35a(1) asks of an
/// invoice and nothing surplus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "document", person = "client", ground = "contract", law = "AWR 52(4)")]
pub struct Document {
    /// Where it stands.
    #[field(routing)]
    pub state: DocumentState,
    /// The fiscal year it falls in, such as `2026`.
    #[field(routing)]
    pub fiscal_year: i64,
    /// The number series that its number is of; none for one that another program issued.
    #[field(routing, group = "issue", merge = "fixed", refers = "number_series")]
    pub series: Option<Id>,
    /// Its place in that series.
    #[field(routing, group = "issue", merge = "fixed")]
    pub sequence: Option<u32>,
    /// The link of the document before it in its series; none for the first.
    #[field(routing, group = "issue", merge = "fixed")]
    pub previous: Option<Text>,
    /// A keyed hash over its place in its series, the link before it and its fingerprint, in hexadecimal:
    /// what chains the documents of a series.
    #[field(routing, group = "issue", merge = "fixed")]
    pub link: Option<Text>,
    /// A keyed hash over what the law keeps of it, as it was when it was issued, in hexadecimal, behind the
    /// number of the list of fields that it covers.
    #[field(working, group = "issue", merge = "fixed")]
    pub fingerprint: Option<Text>,
    /// What it is.
    #[field(statutory)]
    pub kind: DocumentKind,
    /// Its number as printed, such as `2026-0117`, or the supplier's.
    #[field(statutory, search)]
    pub number: Option<Text>,
    /// The date on it.
    #[field(statutory)]
    pub document_date: Date,
    /// The date of the supply, when it is another.
    #[field(statutory)]
    pub supply_date: Option<Date>,
    /// The date by which it is paid.
    #[field(statutory)]
    pub due_date: Option<Date>,
    /// When immovable property was first used.
    #[field(statutory)]
    pub first_use: Option<Date>,
    /// Who buys, as on the document.
    #[field(statutory, search)]
    pub buyer: Option<Party>,
    /// Who sells, as on the document.
    #[field(statutory, search)]
    pub seller: Option<Party>,
    /// What is charged.
    #[field(statutory, group = "amounts")]
    #[serde(default)]
    pub lines: Vec<Line>,
    /// The VAT by rate.
    #[field(statutory, group = "amounts")]
    #[serde(default)]
    pub vat_totals: Vec<VatTotal>,
    /// Currency of the amounts.
    #[field(statutory, group = "amounts")]
    pub currency: Currency,
    /// Amount without VAT.
    #[field(statutory, group = "amounts")]
    pub net: Cents,
    /// VAT.
    #[field(statutory, group = "amounts")]
    pub vat: Cents,
    /// Amount with VAT.
    #[field(statutory, group = "amounts")]
    pub gross: Cents,
    /// The buyer's reference.
    #[field(statutory)]
    pub reference: Option<Text>,
    /// What makes the law keep it longer.
    #[field(statutory)]
    #[serde(default)]
    pub flags: BTreeSet<DocumentFlag>,
    /// The invoice that a credit note corrects.
    #[field(working, refers = "document")]
    pub credits: Option<Id>,
    /// The client it is to or from.
    #[field(working, refers = "client")]
    pub client: Option<Id>,
    /// The booking it comes from.
    #[field(working, refers = "booking")]
    pub booking: Option<Id>,
    /// What the office noted about it.
    #[field(personal, search)]
    pub note: Option<Note>,
}
