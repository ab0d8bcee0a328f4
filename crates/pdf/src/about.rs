//! What a document says about itself, and the paper it stands on.

use jiff::Timestamp;

/// The language of the text, for screen readers and for the few words this crate says itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Dutch (`nl`).
    #[default]
    Dutch,
    /// English (`en`).
    English,
}

impl Language {
    /// The language tag (RFC 3066, as ISO 32000-1 asks).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Dutch => "nl",
            Self::English => "en",
        }
    }

    /// What a table without rows says when its caller says nothing.
    pub(crate) fn no_rows(self) -> &'static str {
        match self {
            Self::Dutch => "Geen regels",
            Self::English => "No entries",
        }
    }
}

/// How the A4 sheet is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orientation {
    /// Upright: 210 by 297 mm.
    #[default]
    Portrait,
    /// On its side: 297 by 210 mm, for tables with many columns.
    Landscape,
}

/// Title, author, moment and the texts around the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Printed at the top of the first page, and the name of the window of a reader.
    pub title: String,
    /// A line under the title: whom or what it concerns. Empty for none.
    pub subtitle: String,
    /// Who answers for it; metadata only.
    pub author: String,
    /// What the document is about in a sentence; metadata only. Empty for none.
    pub subject: String,
    /// The language of the text.
    pub language: Language,
    /// When it was made. Written to the second, in UTC.
    pub created: Timestamp,
    /// The program that made it, with its version; metadata only.
    pub producer: String,
    /// Stands at the foot of every page, left of the page number. Empty for none.
    pub footer: String,
    /// How the sheet is held.
    pub orientation: Orientation,
}

impl About {
    /// A document with this title, everything else plain: Dutch, upright, no footer.
    #[must_use]
    pub fn new(title: impl Into<String>, created: Timestamp) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            author: String::new(),
            subject: String::new(),
            language: Language::default(),
            created,
            producer: "Smartbooqing Desk".to_owned(),
            footer: String::new(),
            orientation: Orientation::default(),
        }
    }
}
