//! The entities of an administration, one file each.

mod administration;
mod attachment;
mod audit_event;
mod booking;
mod client;
mod conflict;
mod consent;
mod decision;
mod desk;
mod disclosure;
mod document;
mod fiscal_year;
mod hold;
mod late_entry;
mod number_series;
mod resource;
mod service;
mod user;

pub use administration::{Administration, AgreementState};
pub use attachment::Attachment;
pub use audit_event::AuditEvent;
pub use booking::{Booking, BookingState, Line, Participant};
pub use client::{
    Address, AddressKind, Client, ClientKind, ClientState, ContactPoint, ContactRole, display_name,
};
pub use conflict::{Conflict, DELETION, Resolution, Sides, place_of};
pub use consent::{Consent, ConsentKind};
pub use decision::{DecisionFields, OVERTAKEN, Overtaken, decision_of};
pub use desk::Desk;
pub use disclosure::{Disclosure, DisclosureBasis, RecipientKind};
pub use document::{Document, DocumentFlag, DocumentKind, DocumentState, Party, VatTotal};
pub use fiscal_year::{FiscalYear, FiscalYearState};
pub use hold::Hold;
pub use late_entry::{Entry, Intent, LateEntry, Settlement, late_place_of};
pub use number_series::{NumberSeries, SeriesEnd, SeriesState};
pub use resource::{Resource, ResourceKind};
pub use service::Service;
pub use user::{Role, User, UserState};
