//! What people type: kept as typed, shown to nobody by accident.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::field::{FieldValue, Kind, Merge};

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("is empty")]
    Empty,
    /// Longer than the limit, in characters.
    #[error("has {length} characters, {limit} are allowed")]
    TooLong {
        /// Characters found.
        length: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// A character that cannot be shown, such as NUL or a line end where one line is expected.
    #[error("has the control character U+{code:04X} at position {position}")]
    Control {
        /// The character.
        code: u32,
        /// Its place, in characters from 1.
        position: usize,
    },
}

fn check(text: &str, limit: usize, lines: bool) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    let length = text.chars().count();
    if length > limit {
        return Err(TextError::TooLong { length, limit });
    }
    let allowed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\t'));
    match text.chars().position(|c| !allowed(c)) {
        Some(position) => {
            let code = text.chars().nth(position).map_or(0, u32::from);
            Err(TextError::Control { code, position: position + 1 })
        }
        None => Ok(()),
    }
}

macro_rules! text {
    ($(#[$meta:meta])* $name:ident, limit $limit:literal, lines $lines:literal, merge $merge:ident) => {
        $(#[$meta])*
        ///
        /// `Debug` shows its length and never its content, so that it stays out of logs.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const LIMIT: usize = $limit;

            /// Takes what was typed, without white space around it.
            ///
            /// # Errors
            /// [`TextError`] when it is empty, too long, or has control characters.
            pub fn parse(typed: &str) -> Result<Self, TextError> {
                let typed = typed.trim();
                check(typed, Self::LIMIT, $lines)?;
                Ok(Self(typed.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({} characters)"), self.0.chars().count())
            }
        }

        impl FieldValue for $name {
            const KIND: Kind = Kind::Text;
            const MERGE: Merge = Merge::$merge;
        }
    };
}

text! {
    /// One line: a name, a title, a reference.
    Text, limit 500, lines false, merge Scalar
}
text! {
    /// Several lines: a note. Two edits are merged line by line.
    Note, limit 20000, lines true, merge Text
}
text! {
    /// A telephone number as typed. People write them in many ways; none is refused.
    Phone, limit 60, lines false, merge Scalar
}
text! {
    /// An e-mail address as typed.
    Email, limit 320, lines false, merge Scalar
}

impl Email {
    /// Whether it could be delivered to: one `@` with something on both sides, a dot in the
    /// domain and no white space.
    pub fn is_plausible(&self) -> bool {
        let Some((local, domain)) = self.0.rsplit_once('@') else { return false };
        !local.is_empty()
            && !local.contains('@')
            && !self.0.chars().any(char::is_whitespace)
            && domain.split('.').count() > 1
            && domain.split('.').all(|label| !label.is_empty())
    }
}

/// Labels of the office's own.
pub type TagSet = BTreeSet<String>;

/// The form in which texts are compared: NFC, lower case, white space folded. Never stored in
/// place of what was typed.
pub fn comparable(text: &str) -> String {
    let lower: String = text.nfc().flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The form in which texts are sorted: as they are compared, and without accents, so that `Çelik`
/// stands with the C.
pub fn sortable(text: &str) -> String {
    comparable(text).nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// The most characters of a word that count when it is looked for.
const LONGEST_WORD: usize = 64;

/// The words of a text in the form in which they are looked for: letters and digits in lower case and
/// without accents, cut off after 64 characters.
///
/// Letters that Unicode does not take apart are written as people type them who have no key for
/// them: `ø` as `o`, `ß` as `ss`.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut end = |word: &mut String| {
        if word.len() > LONGEST_WORD
            && let Some((end, _)) = word.char_indices().nth(LONGEST_WORD)
        {
            word.truncate(end);
        }
        if !word.is_empty() {
            words.push(std::mem::take(word));
        }
    };
    if text.is_ascii() {
        // Most are, and need no tables.
        for c in text.chars() {
            if c.is_ascii_alphanumeric() {
                word.push(c.to_ascii_lowercase());
            } else {
                end(&mut word);
            }
        }
        end(&mut word);
        return words;
    }
    for c in text.chars().flat_map(char::to_lowercase).nfkd() {
        if is_combining_mark(c) {
            continue;
        }
        // Compatibility forms may take apart into capitals.
        for c in c.to_lowercase() {
            match c {
                'ß' => word.push_str("ss"),
                'æ' => word.push_str("ae"),
                'œ' => word.push_str("oe"),
                'þ' => word.push_str("th"),
                'ø' => word.push('o'),
                'ł' => word.push('l'),
                'đ' | 'ð' => word.push('d'),
                'ħ' => word.push('h'),
                'ı' => word.push('i'),
                c if c.is_alphanumeric() => word.push(c),
                _ => end(&mut word),
            }
        }
    }
    end(&mut word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_as_typed() {
        for name in ["van der", "O'Brien", "Nguyễn", "Null", "1e5", "B", "Zoë 👩‍👩‍👧"]
        {
            assert_eq!(Text::parse(name).map(|t| t.as_str().to_owned()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn what_cannot_be_a_text_is_refused_with_the_place() {
        assert_eq!(Text::parse("  "), Err(TextError::Empty));
        assert_eq!(Text::parse("a\0b"), Err(TextError::Control { code: 0, position: 2 }));
        assert_eq!(Text::parse("a\nb"), Err(TextError::Control { code: 10, position: 2 }));
        assert!(Note::parse("a\nb").is_ok());
        let long = "é".repeat(501);
        assert_eq!(Text::parse(&long), Err(TextError::TooLong { length: 501, limit: 500 }));
    }

    #[test]
    fn debug_shows_no_content() {
        let name = Text::parse("Jansen").expect("a name");
        assert_eq!(format!("{name:?}"), "Text(6 characters)");
        assert!(!format!("{:?}", Email::parse("a@b.nl")).contains("a@b.nl"));
    }

    #[test]
    fn plausible_addresses() {
        for good in ["a@b.nl", "a+b@c.co.uk", "\"a b\"@c.nl".replace(' ', "").as_str()] {
            assert!(Email::parse(good).expect("typed").is_plausible(), "{good}");
        }
        for bad in ["a", "a@b", "@b.nl", "a@", "a b@c.nl", "a@b..nl", "a@@b.nl"] {
            assert!(!Email::parse(bad).expect("typed").is_plausible(), "{bad}");
        }
    }

    #[test]
    fn one_name_in_two_spellings_of_unicode_compares_equal() {
        assert_eq!(comparable("Zoe\u{308}  de\tWit"), comparable("zoë De wit"));
    }

    #[test]
    fn words_are_folded() {
        let found = words("Zoë de Wit-Øster, zoe@WIT.nl");
        assert_eq!(found, ["zoe", "de", "wit", "oster", "zoe", "wit", "nl"]);
        assert_eq!(words("Straße İzmir Łódź ﬁn x²"), ["strasse", "izmir", "lodz", "fin", "x2"]);
        assert_eq!(words("Nguyễn Đặng Ωμέγα Щука"), ["nguyen", "dang", "ωμεγα", "щука"]);
        assert_eq!(words(" -- \"*\" "), Vec::<String>::new());
        let long = "é".repeat(100);
        assert_eq!(words(&long), ["e".repeat(64)]);
    }
}
