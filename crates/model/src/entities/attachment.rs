//! Attachments: the records that say which originals there are.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::text::Text;
use crate::{Id, Record, Stored};

/// That a document has an original: a scan, a received file. The bytes travel beside the records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[ts(export)]
#[record(class = "attachment", person = "client", ground = "contract", law = "AWR 52(4)")]
pub struct Attachment {
    /// The fiscal year of its document.
    #[field(routing, merge = "fixed")]
    pub fiscal_year: i64,
    /// The document it belongs to.
    #[field(working, merge = "fixed", refers = "document")]
    pub document: Id,
    /// The client whose document it is.
    #[field(working, merge = "fixed", refers = "client")]
    pub client: Option<Id>,
    /// SHA-256 of the bytes, in hexadecimal.
    #[field(statutory, merge = "fixed")]
    pub sha256: Text,
    /// Type of the content (RFC 6838).
    #[field(statutory, merge = "fixed")]
    pub media_type: Text,
    /// Size in bytes.
    #[field(statutory, merge = "fixed")]
    pub size: i64,
    /// Number of pages, when it has pages.
    #[field(statutory, merge = "fixed")]
    pub pages: Option<u32>,
    /// The name of the file as it came.
    #[field(personal, merge = "fixed", search)]
    pub file_name: Option<Text>,
    /// Where its bytes are, and the key to them; none for an original that was never kept here.
    #[field(statutory, merge = "fixed")]
    pub stored: Option<Stored>,
}
