//! Small changes that cells need before they are values.

/// The cell without white space around it, and without marks of byte order that were left where
/// files were put together.
pub(super) fn bare(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// Whether it has a character that stands for bytes that could not be read, or that is none.
pub(super) fn is_unreadable(cell: &str) -> bool {
    cell.contains(|c| matches!(c, '\u{fffd}'..='\u{ffff}'))
}

/// The text with one kind of line end.
pub(super) fn lines(cell: &str) -> String {
    cell.replace("\r\n", "\n").replace('\r', "\n")
}

/// The labels in a cell.
pub(super) fn tags(cell: &str) -> impl Iterator<Item = String> + use<'_> {
    cell.split([',', ';', '|']).map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned)
}

/// Street, number and addition as they are written: `Dorpsstraat 12a`, `Dorpsstraat 12-2`,
/// `Dorpsstraat 12 bis`.
pub(super) fn house(street: &str, number: &str, addition: &str) -> String {
    let mut first = addition.chars();
    let (one, only) = (first.next(), first.next().is_none());
    let between = match one {
        None | Some('-' | '/') => "",
        Some(_) if number.is_empty() => " ",
        Some(c) if c.is_numeric() => "-",
        Some(c) if only && c.is_alphabetic() => "",
        Some(_) => " ",
    };
    let number = format!("{number}{between}{addition}");
    [street, number.trim()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn houses_are_written_as_people_do() {
        for (street, number, addition, line) in [
            ("Dorpsstraat", "12", "", "Dorpsstraat 12"),
            ("Dorpsstraat", "12", "a", "Dorpsstraat 12a"),
            ("Dorpsstraat", "12", "2", "Dorpsstraat 12-2"),
            ("Dorpsstraat", "12", "-2", "Dorpsstraat 12-2"),
            ("Dorpsstraat", "12", "bis", "Dorpsstraat 12 bis"),
            ("Dorpsstraat 12", "", "", "Dorpsstraat 12"),
            ("", "12", "a", "12a"),
            ("Dorpsstraat", "", "a", "Dorpsstraat a"),
            ("", "", "", ""),
        ] {
            assert_eq!(house(street, number, addition), line);
        }
    }

    #[test]
    fn cells_are_bared() {
        assert_eq!(bare("\u{feff} \u{a0}Piet\t"), "Piet");
        assert_eq!(lines("a\r\nb\rc\n"), "a\nb\nc\n");
        assert_eq!(tags("vip; bouw,,vip|x").collect::<Vec<_>>(), ["vip", "bouw", "vip", "x"]);
        assert!(is_unreadable("Zo\u{fffd}") && is_unreadable("\u{fffe}") && !is_unreadable("Zoë"));
    }
}
