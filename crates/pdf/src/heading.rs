//! Headings and their levels.

use crate::style::{self, Type};
use crate::words::Line;

/// How deep a heading stands under the title of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A section.
    Section,
    /// A part of a section.
    Part,
    /// A small heading within a part.
    Detail,
}

impl Level {
    pub(crate) fn style(self) -> Type {
        let [section, part, detail] = style::HEADINGS;
        self.pick(section, part, detail)
    }

    pub(crate) fn around(self) -> (f32, f32) {
        let [section, part, detail] = style::AROUND_HEADING;
        self.pick(section, part, detail)
    }

    /// The level in the structure, where the title of the document is the first.
    pub(crate) fn tag(self) -> u8 {
        self.pick(2, 3, 4)
    }

    pub(crate) fn tag_name(self) -> &'static str {
        self.pick("H2", "H3", "H4")
    }

    fn pick<T>(self, section: T, part: T, detail: T) -> T {
        match self {
            Self::Section => section,
            Self::Part => part,
            Self::Detail => detail,
        }
    }
}

/// A heading that waits for the block below it.
pub(crate) struct Heading {
    pub(crate) level: Level,
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
}

impl Heading {
    /// Its height with the space around it.
    pub(crate) fn height(&self) -> f32 {
        let (above, below) = self.level.around();
        above + below + self.level.style().leading * style::whole_lines(self.lines.len())
    }
}
