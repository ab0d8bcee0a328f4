//! What it takes to have bytes that are kept beside the records: an original, an archive.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::field::{FieldValue, Kind};

/// Where the bytes are, and the key to them. It lies in a sealed part: whoever cannot open that part has
/// no more than bytes that look random. For the program alone, and never shown or given out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Stored {
    /// The key that the chunks are sealed under, 32 bytes in hexadecimal.
    pub key: String,
    /// The names of the chunks in their order, in hexadecimal.
    pub chunks: Vec<String>,
}

impl fmt::Debug for Stored {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Stored").field("chunks", &self.chunks).finish_non_exhaustive()
    }
}

impl FieldValue for Stored {
    const KIND: Kind = Kind::Stored;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_not_shown() {
        let stored = Stored { key: "5ec2e7".repeat(10), chunks: vec!["ab".to_owned()] };
        let shown = format!("{stored:?}");
        assert!(shown.contains("ab") && !shown.contains("5ec2e7"), "{shown}");
    }
}
