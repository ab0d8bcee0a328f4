//! What the window may ask: each command translates and calls one operation of the desk.

pub(crate) mod clients;
pub(crate) mod files;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod lists;
pub(crate) mod opening;
pub(crate) mod originals;
pub(crate) mod sync;

/// Values by field name; null clears one.
type Values = std::collections::BTreeMap<String, serde_json::Value>;
