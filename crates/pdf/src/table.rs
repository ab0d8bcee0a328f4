//! What a table looks like, before its rows come.

/// On which side of its column a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Words.
    #[default]
    Left,
    /// Amounts, numbers, percentages.
    Right,
}

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Width {
    /// As wide as its title and the first few hundred rows ask for.
    Fit,
    /// A share of what the other columns leave, in proportion to the other shares.
    Share(f32),
    /// So many points, the space between columns not counted.
    Points(f32),
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Stands above the column, on every page.
    pub title: String,
    /// How wide it is.
    pub width: Width,
    /// Where its texts stand.
    pub align: Align,
}

impl Column {
    /// A column of words that takes a share of the width.
    #[must_use]
    pub fn text(title: impl Into<String>, share: f32) -> Self {
        Self { title: title.into(), width: Width::Share(share), align: Align::Left }
    }

    /// A column of short words, as wide as they are: dates, codes, states.
    #[must_use]
    pub fn short(title: impl Into<String>) -> Self {
        Self { title: title.into(), width: Width::Fit, align: Align::Left }
    }

    /// A column of figures, as wide as they are, at the right.
    #[must_use]
    pub fn number(title: impl Into<String>) -> Self {
        Self { title: title.into(), width: Width::Fit, align: Align::Right }
    }
}

/// The columns of a table and what it says when it has no rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The columns from left to right; at least one.
    pub columns: Vec<Column>,
    /// Stands in place of rows when there are none. Empty for a word in the document's language.
    pub no_rows: String,
    /// Smaller and closer together: fifty rows on an upright page, for long reports.
    pub compact: bool,
}

impl Table {
    /// A table with these columns.
    #[must_use]
    pub fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self { columns: columns.into(), no_rows: String::new(), compact: false }
    }

    /// The table with a sentence for when it has no rows.
    #[must_use]
    pub fn or_else(mut self, no_rows: impl Into<String>) -> Self {
        self.no_rows = no_rows.into();
        self
    }

    /// The table set smaller and closer together, for long reports.
    #[must_use]
    pub fn compact(mut self) -> Self {
        self.compact = true;
        self
    }
}
