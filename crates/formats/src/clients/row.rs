//! A row becomes a client, or reasons why not.

use booqing_model::entities::{
    Address, AddressKind, ClientKind, ClientState, ContactPoint, ContactRole,
};
use booqing_model::text::{Email, Note, Phone, Text};
use booqing_model::{Fields, Id};

use super::field::ClientField;
use super::mapping::Layout;
use super::value::{bare, house, is_unreadable, lines, tags};
use super::{Column, Doubt, Reason, RejectedRow, Warning, check, date, name, word};
use crate::csv::Record;
use crate::visible::visible;

type F = ClientField;

/// A field whose value carries a check: its name, the check, and the doubt when it fails.
type Checked = (F, &'static str, fn(&str) -> bool, Doubt);

/// Reads one row.
pub(super) struct RowReader<'a> {
    layout: &'a Layout,
    record: &'a Record,
    /// The cells of columns that are imported, bared; nothing where one cannot be read.
    bared: Vec<&'a str>,
    ids: &'a mut dyn FnMut() -> Id,
    fields: Fields,
    problems: Vec<RejectedRow>,
    warnings: Vec<Warning>,
}

impl<'a> RowReader<'a> {
    pub(super) fn new(
        layout: &'a Layout,
        record: &'a Record,
        ids: &'a mut dyn FnMut() -> Id,
    ) -> Self {
        let (fields, problems, warnings) = (Fields::new(), Vec::new(), Vec::new());
        let bared = Vec::with_capacity(record.cells.len());
        Self { layout, record, bared, ids, fields, problems, warnings }
    }

    /// The row, as a spreadsheet counts it.
    pub(super) fn row(&self) -> u64 {
        self.record.row
    }

    /// The client's number, where the row has one that is right.
    pub(super) fn number(&self) -> Option<String> {
        self.fields.text("number").map(str::to_owned)
    }

    /// The client or the reasons, and the warnings.
    pub(super) fn finish(self) -> (Result<Fields, Vec<RejectedRow>>, Vec<Warning>) {
        let outcome = if self.problems.is_empty() { Ok(self.fields) } else { Err(self.problems) };
        (outcome, self.warnings)
    }

    /// Reads the whole row, and notes everything that is wrong with it.
    pub(super) fn read(&mut self) {
        if !self.is_even() {
            return;
        }
        self.bare_cells();
        self.set_text(F::Number, "number");
        let kind = self.names();
        self.fields.set("kind", kind.code().into());
        let state = self.word(F::State, word::state, Reason::UnknownState);
        self.fields.set("state", state.unwrap_or(ClientState::Active).code().into());
        self.reach();
        self.numbers();
        self.addresses();
        self.working();
    }

    /// Whether there are as many cells as columns; empty cells beyond them hurt nobody.
    fn is_even(&mut self) -> bool {
        let (columns, cells) = (self.layout.columns.len(), self.record.cells.len());
        let beyond = self.record.cells.iter().skip(columns).all(|cell| cell.trim().is_empty());
        if cells >= columns && beyond {
            return true;
        }
        let shown = self.record.cells.join(" ");
        self.problem("", &shown, Reason::Uneven { columns, cells });
        false
    }

    fn bare_cells(&mut self) {
        let record: &'a Record = self.record;
        for (column, cell) in self.layout.columns.iter().zip(&record.cells) {
            let wanted = column.field.is_some();
            let unreadable = wanted && is_unreadable(cell);
            if unreadable {
                self.problem(&column.name, cell, Reason::Unreadable);
            }
            self.bared.push(if wanted && !unreadable { bare(cell) } else { "" });
        }
    }

    /// The cells of a field that hold something, with their columns. What cannot be read was
    /// reported already.
    fn cells(&self, field: F) -> impl Iterator<Item = (&'a Column, &'a str)> {
        self.layout.places(field).iter().filter_map(|place| {
            let cell = self.bared.get(*place).filter(|cell| !cell.is_empty())?;
            Some((self.layout.columns.get(*place)?, *cell))
        })
    }

    fn cell(&self, field: F) -> Option<&'a str> {
        self.cells(field).next().map(|(_, cell)| cell)
    }

    fn problem(&mut self, column: &str, value: &str, reason: Reason) {
        let (row, line) = (self.record.row, self.record.line);
        let column = visible(column);
        self.problems.push(RejectedRow { row, line, column, value: visible(value), reason });
    }

    /// Notes what is wrong with the value of a field.
    pub(super) fn reject(&mut self, field: F, reason: Reason) {
        let (column, value) = self.place(field);
        self.problem(&column, &value, reason);
    }

    fn doubt(&mut self, field: F, doubt: Doubt) {
        let (column, value) = self.place(field);
        let (column, value) = (visible(&column), visible(&value));
        self.warnings.push(Warning { row: self.record.row, column, value, doubt });
    }

    fn place(&self, field: F) -> (String, String) {
        self.cells(field)
            .next()
            .map(|(column, cell)| (column.name.clone(), cell.to_owned()))
            .unwrap_or_default()
    }

    /// A text that fits in one line; what does not is noted under that field's column.
    fn text(&mut self, field: F, typed: &str) -> Option<Text> {
        if typed.is_empty() {
            return None;
        }
        Text::parse(typed).map_err(|error| self.reject(field, error.into())).ok()
    }

    fn set_text(&mut self, field: F, name: &str) -> Option<&'a str> {
        let cell = self.cell(field)?;
        let text = self.text(field, cell)?;
        self.fields.set(name, text.as_str().into());
        Some(cell)
    }

    fn word<T>(&mut self, field: F, read: fn(&str) -> Option<T>, wrong: Reason) -> Option<T> {
        let cell = self.cell(field)?;
        let word = read(cell);
        if word.is_none() {
            self.reject(field, wrong);
        }
        word
    }

    /// The name in its fields, and what kind of client it is.
    fn names(&mut self) -> ClientKind {
        let said = self.word(F::Kind, word::kind, Reason::UnknownKind);
        let company = self.set_text(F::CompanyName, "company_name");
        let parts = self.person_parts();
        let full = self.cell(F::Name);
        let trades = self.cell(F::KvkNumber).or(self.cell(F::VatNumber)).is_some();
        let is_company = match said {
            Some(kind) => kind == ClientKind::Company,
            None => {
                company.is_some()
                    || full.is_some_and(|full| {
                        name::is_company(full) || (trades && parts.family.is_empty())
                    })
            }
        };
        if is_company {
            if company.is_none() {
                // A company without a company's name has the name of the person behind it.
                self.company_from(full, &parts);
            } else {
                let contact = self.cell(F::ContactName).is_none();
                let full = full.filter(|full| Some(*full) != company);
                self.set_contact_name(contact, full, &parts);
            }
            self.contact();
            return ClientKind::Company;
        }
        let in_parts = !parts.family.is_empty() || !parts.given.is_empty();
        let parts = if in_parts { parts } else { full.map(name::split).unwrap_or_default() };
        let source = if in_parts { F::FamilyName } else { F::Name };
        self.person(&parts, source);
        self.contact();
        ClientKind::Person
    }

    /// The parts of a person's name that have columns of their own.
    fn person_parts(&self) -> name::PersonName {
        let part = |field| self.cell(field).unwrap_or_default().to_owned();
        let given = self.cell(F::GivenName).or(self.cell(F::Initials));
        name::PersonName {
            given: given.unwrap_or_default().to_owned(),
            infix: part(F::Infix),
            family: part(F::FamilyName),
        }
    }

    fn company_from(&mut self, full: Option<&str>, parts: &name::PersonName) {
        let behind = parts.joined();
        let (field, company) = match full {
            Some(full) => (F::Name, full),
            None => (F::FamilyName, behind.as_str()),
        };
        match self.text(field, company) {
            Some(text) => {
                self.fields.set("company_name", text.as_str().into());
            }
            None if company.is_empty() => self.no_name(),
            None => {}
        }
        if full.is_some() {
            let contact = self.cell(F::ContactName).is_none();
            self.set_contact_name(contact, None, parts);
        }
    }

    fn person(&mut self, parts: &name::PersonName, source: F) {
        let own = |field: F| if source == F::Name { F::Name } else { field };
        let given = if self.cell(F::GivenName).is_some() { F::GivenName } else { F::Initials };
        for (field, key, part) in [
            (own(given), "given_name", &parts.given),
            (own(F::Infix), "infix", &parts.infix),
            (own(F::FamilyName), "family_name", &parts.family),
        ] {
            if let Some(text) = self.text(field, part) {
                self.fields.set(key, text.as_str().into());
            }
        }
        let nameless = parts.given.is_empty() && parts.family.is_empty();
        if nameless && self.fields.get("company_name").is_none() {
            self.no_name();
        }
    }

    fn no_name(&mut self) {
        // Where the name stands that cannot be read, that was said already.
        if !self.problems.iter().any(|problem| problem.reason == Reason::Unreadable) {
            let is_name = |column: &&Column| {
                matches!(column.field, Some(F::Name | F::FamilyName | F::CompanyName))
            };
            let column =
                self.layout.columns.iter().find(is_name).map(|column| column.name.as_str());
            self.problem(column.unwrap_or_default(), "", Reason::NoName);
        }
    }

    /// A person's name in the row of a company is that of a contact.
    fn set_contact_name(&mut self, free: bool, full: Option<&str>, parts: &name::PersonName) {
        let joined = parts.joined();
        let (field, contact) = match full {
            Some(full) if joined.is_empty() => (F::Name, full),
            _ => (F::FamilyName, joined.as_str()),
        };
        if free && let Some(name) = self.text(field, contact) {
            self.add_contact(name);
        }
    }

    fn contact(&mut self) {
        // Without a name the client is reached there, or, where it has an address of its own too,
        // the contact has the address for a name.
        let second = |contact: F, own: F| self.cell(own).and(self.cell(contact));
        let address =
            || second(F::ContactEmail, F::Email).or_else(|| second(F::ContactPhone, F::Phone));
        let Some(cell) = self.cell(F::ContactName).or_else(address) else { return };
        if let Some(name) = self.text(F::ContactName, cell) {
            self.add_contact(name);
        }
    }

    fn add_contact(&mut self, name: Text) {
        let contact = ContactPoint {
            key: (self.ids)(),
            name,
            role: ContactRole::Other,
            email: self.email(F::ContactEmail),
            phone: self.phone(F::ContactPhone),
        };
        // Structures of texts always serialise.
        self.fields.set("contacts", serde_json::to_value([contact]).unwrap_or_default());
    }

    fn email(&mut self, field: F) -> Option<Email> {
        let cell = self.cell(field)?;
        let email = Email::parse(cell).map_err(|error| self.reject(field, error.into())).ok()?;
        if email.is_plausible() {
            return Some(email);
        }
        self.reject(field, Reason::NoEmail);
        None
    }

    fn phone(&mut self, field: F) -> Option<Phone> {
        let cell = self.cell(field)?;
        if word::is_exponent(cell) {
            self.reject(field, Reason::Exponent);
            return None;
        }
        if word::has_lost_zero(cell) {
            self.doubt(field, Doubt::LostZero);
        }
        Phone::parse(cell).map_err(|error| self.reject(field, error.into())).ok()
    }

    /// How the client is reached. Without a contact's name, a contact's address is the client's.
    fn reach(&mut self) {
        let named = self.fields.get("contacts").is_some();
        let instead = |own: F, contact: F, reader: &Self| {
            if reader.cell(own).is_none() && !named { contact } else { own }
        };
        let email = instead(F::Email, F::ContactEmail, self);
        if let Some(email) = self.email(email) {
            self.fields.set("email", email.as_str().into());
        }
        let phone = instead(F::Phone, F::ContactPhone, self);
        let mobile = self.phone(F::Mobile);
        let phone = match (self.phone(phone), mobile) {
            (Some(phone), Some(mobile)) if phone != mobile => {
                let both = format!("{} / {}", phone.as_str(), mobile.as_str());
                Phone::parse(&both).map_err(|error| self.reject(F::Mobile, error.into())).ok()
            }
            (phone, mobile) => phone.or(mobile),
        };
        if let Some(phone) = phone {
            self.fields.set("phone", phone.as_str().into());
        }
        self.set_text(F::Website, "website");
    }

    /// Numbers with a check of their own, and the date of birth.
    fn numbers(&mut self) {
        let checked: [Checked; 3] = [
            (F::KvkNumber, "kvk_number", check::is_kvk, Doubt::Kvk),
            (F::VatNumber, "vat_number", check::is_vat, Doubt::Vat),
            (F::Iban, "iban", check::is_iban, Doubt::Iban),
        ];
        for (field, key, is_right, doubt) in checked {
            match self.set_text(field, key) {
                Some(cell) if word::is_exponent(cell) => self.reject(field, Reason::Exponent),
                Some(cell) if !is_right(cell) => self.doubt(field, doubt),
                _ => {}
            }
        }
        if let Some(cell) = self.cell(F::BirthDate) {
            match date::read(cell) {
                Ok(date) => {
                    self.fields.set("birth_date", date.0.to_string().into());
                }
                Err(reason) => self.reject(F::BirthDate, reason),
            }
        }
    }

    fn addresses(&mut self) {
        let parts = [
            (
                AddressKind::Visit,
                [F::Street, F::HouseNumber, F::HouseAddition, F::Postcode, F::City, F::Country],
            ),
            (
                AddressKind::Post,
                [
                    F::PostStreet,
                    F::PostHouseNumber,
                    F::PostHouseAddition,
                    F::PostPostcode,
                    F::PostCity,
                    F::PostCountry,
                ],
            ),
            (
                AddressKind::Invoice,
                [
                    F::InvoiceStreet,
                    F::InvoiceHouseNumber,
                    F::InvoiceHouseAddition,
                    F::InvoicePostcode,
                    F::InvoiceCity,
                    F::InvoiceCountry,
                ],
            ),
        ];
        let addresses: Vec<Address> =
            parts.into_iter().filter_map(|(kind, parts)| self.address(kind, parts)).collect();
        if !addresses.is_empty() {
            self.fields.set("addresses", serde_json::to_value(addresses).unwrap_or_default());
        }
    }

    fn address(
        &mut self,
        kind: AddressKind,
        [street, number, addition, postcode, city, country]: [F; 6],
    ) -> Option<Address> {
        let cell = |field| self.cell(field).unwrap_or_default();
        let line = house(cell(street), cell(number), cell(addition));
        let (post, town) = (cell(postcode), cell(city));
        let country = self.word(country, word::country, Reason::UnknownCountry);
        let first =
            [street, number, addition].into_iter().find(|field| self.cell(*field).is_some());
        let street = self.text(first.unwrap_or(street), &line);
        let postcode = self.text(postcode, post);
        let city = self.text(city, town);
        let country = country.and_then(|code| Text::parse(&code).ok());
        if street.is_none() && postcode.is_none() && city.is_none() && country.is_none() {
            return None;
        }
        Some(Address { key: (self.ids)(), kind, street, postcode, city, country })
    }

    /// What the office itself keeps: note, labels, language, payment term.
    fn working(&mut self) {
        let notes: Vec<String> = self.cells(F::Note).map(|(_, cell)| lines(cell)).collect();
        if !notes.is_empty() {
            match Note::parse(&notes.join("\n")) {
                Ok(note) => {
                    self.fields.set("note", note.as_str().into());
                }
                Err(error) => self.reject(F::Note, error.into()),
            }
        }
        let labels: Vec<String> = self.cells(F::Tags).flat_map(|(_, cell)| tags(cell)).collect();
        for label in &labels {
            self.text(F::Tags, label);
        }
        if !labels.is_empty() {
            let set: std::collections::BTreeSet<String> = labels.into_iter().collect();
            self.fields.set("tags", set.into_iter().collect::<Vec<_>>().into());
        }
        match self.cell(F::Language).map(word::language) {
            Some(Some(language)) => {
                self.fields.set("language", language.into());
            }
            Some(None) => self.doubt(F::Language, Doubt::Language),
            None => {}
        }
        if let Some(days) = self.word(F::PaymentDays, word::days, Reason::NoDays) {
            self.fields.set("payment_days", days.into());
        }
    }
}
