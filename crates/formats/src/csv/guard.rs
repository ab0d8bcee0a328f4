//! Cells that a spreadsheet would run.
//!
//! A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return is a formula to a
//! spreadsheet (OWASP, "CSV Injection"). Written, it gets an apostrophe in front, which makes it a
//! text; read, that apostrophe is taken off again. Both go by physical line, because programs that
//! do not understand quotation marks take the second line of a cell for a row.

use std::borrow::Cow;

/// What may stand before a formula without making it harmless, the apostrophe that does among it.
const BEFORE: &[char] = &['\'', ' ', '\u{a0}'];

/// The text with an apostrophe in front of each line that begins as a formula does.
pub(super) fn put_on(text: &str) -> Cow<'_, str> {
    if !text.contains(is_start) {
        return Cow::Borrowed(text);
    }
    let mut guarded = String::with_capacity(text.len() + 1);
    for (place, line) in lines(text).enumerate() {
        if is_formula(line, place == 0) && !is_number(line) {
            guarded.push('\'');
        }
        guarded.push_str(line);
    }
    Cow::Owned(guarded)
}

/// The text as it was before [`put_on`].
pub(super) fn take_off(text: String) -> String {
    if !text.contains('\'') || !text.contains(is_start) {
        return text;
    }
    let bare = |(place, line): (usize, &str)| -> String {
        match line.strip_prefix('\'') {
            Some(rest) if is_formula(line, place == 0) => rest.to_owned(),
            _ => line.to_owned(),
        }
    };
    lines(&text).enumerate().map(bare).collect()
}

/// The physical lines, each with its end.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['\r', '\n'])
}

fn is_start(c: char) -> bool {
    // The wide forms are turned into plain ones by some programs.
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠')
}

fn is_formula(line: &str, first: bool) -> bool {
    // A carriage return begins a formula at the beginning of a cell; elsewhere it ends a line.
    line.trim_start_matches(BEFORE).starts_with(|c| is_start(c) && (first || c != '\r'))
}

/// Negative numbers stay as they are, so that they can be added up. A plus sign does not make a
/// number here: it stands before telephone numbers, which a spreadsheet would spoil.
fn is_number(line: &str) -> bool {
    let Some(digits) = line.strip_prefix('-') else { return false };
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .split(['.', ','])
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_texts() {
        for (text, guarded) in [
            ("=1+1", "'=1+1"),
            ("+31 6 12345678", "'+31 6 12345678"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r'=1"),
            (" \u{a0}=1", "' \u{a0}=1"),
            ("＝1", "'＝1"),
            ("twee\n=1", "twee\n'=1"),
            ("twee\r\n\r\n- streep", "twee\r\n\r\n'- streep"),
            ("'=1", "''=1"),
            ("-", "'-"),
        ] {
            assert_eq!(put_on(text), guarded, "{text}");
            assert_eq!(take_off(guarded.to_owned()), text, "{text}");
        }
    }

    #[test]
    fn what_is_no_formula_stays() {
        for text in
            ["-12,50", "-1.234,56", "-1", "a=b", "'t Hooft", "Jansen-de Vries", "a@b.nl", ""]
        {
            assert_eq!(put_on(text), text);
            assert_eq!(take_off(text.to_owned()), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_put_on_comes_off(text in "[-=+@\\t\\r\\n' ,;\"a1\u{a0}＝]{0,12}") {
            let guarded = put_on(&text).into_owned();
            prop_assert_eq!(take_off(guarded.clone()), text);
            for (place, line) in lines(&guarded).enumerate() {
                prop_assert!(
                    line.starts_with('\'') || !is_formula(line, place == 0) || is_number(line)
                );
            }
        }
    }
}
