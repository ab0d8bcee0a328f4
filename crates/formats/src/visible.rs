//! Values as they are repeated in a message: short, and without characters that hide.

/// The most characters of a value that a message repeats.
const SHOWN: usize = 40;

/// The value, shortened; characters that cannot be seen, or that turn the line round, are named.
pub(crate) fn visible(value: &str) -> String {
    let mut shown = String::new();
    for (place, c) in value.chars().enumerate() {
        if place == SHOWN {
            shown.push('…');
            break;
        }
        if c.is_control() || hides(c) {
            shown.push_str(&format!("‹U+{:04X}›", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Characters without a shape of their own, and those that set the direction of writing.
fn hides(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{feff}' | '\u{fffd}'..='\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_short_and_hide_nothing() {
        assert_eq!(visible("a\0b\u{202e}c"), "a‹U+0000›b‹U+202E›c");
        assert_eq!(visible(&"é".repeat(50)), format!("{}…", "é".repeat(40)));
        assert_eq!(visible(&"é".repeat(40)), "é".repeat(40));
    }
}
