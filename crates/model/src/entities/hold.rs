//! Legal holds.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::text::{Note, Text};
use crate::time::{Date, Moment};
use crate::{Id, Record};

/// A legal hold: what it covers is neither destroyed nor erased until it is released. It never
/// moves a retention date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "hold", person = "client", ground = "legal_obligation")]
pub struct Hold {
    /// What it is called.
    #[field(working)]
    pub title: Text,
    /// The client it covers, when it covers a client.
    #[field(working, group = "scope", merge = "fixed", refers = "client")]
    pub client: Option<Id>,
    /// The record it covers, when it covers one record.
    #[field(working, group = "scope", merge = "fixed")]
    pub record: Option<Id>,
    /// The fiscal year it covers, when it covers a year.
    #[field(working, group = "scope", merge = "fixed")]
    pub fiscal_year: Option<i64>,
    /// From when it holds.
    #[field(working, merge = "fixed")]
    pub placed_at: Moment,
    /// When it was released.
    #[field(working, group = "release")]
    pub released_at: Option<Moment>,
    /// Why it was released.
    #[field(working, group = "release")]
    pub release_reason: Option<Note>,
    /// When somebody looks whether it is still needed.
    #[field(working)]
    pub review_on: Option<Date>,
    /// Why it was placed.
    #[field(personal)]
    pub reason: Note,
    /// The authority or proceedings it rests on.
    #[field(personal)]
    pub authority: Option<Text>,
}
