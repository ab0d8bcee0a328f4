//! Closed lists of words: states, kinds, roles.

/// Declares an enum whose values are stable words: on the wire, in the database, in exports and
/// in TypeScript.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$value_meta:meta])* $value:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::serde::Serialize, ::serde::Deserialize, ::ts_rs::TS,
        )]
        #[ts(export)]
        pub enum $name {
            $($(#[$value_meta])* #[serde(rename = $code)] $value,)+
        }

        impl $name {
            /// Every value, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// Its word.
            pub fn code(self) -> &'static str {
                match self { $(Self::$value => $code),+ }
            }

            /// The value with that word.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }

        impl $crate::field::FieldValue for $name {
            const KIND: $crate::field::Kind = $crate::field::Kind::Text;
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.write_str(self.code())
            }
        }
    };
}

pub(crate) use codes;

#[cfg(test)]
mod tests {
    use crate::entities::BookingState;

    #[test]
    fn a_value_and_its_word_are_one() {
        for state in BookingState::ALL {
            assert_eq!(BookingState::from_code(state.code()), Some(*state));
            assert_eq!(serde_json::to_value(state).ok(), Some(state.code().into()));
        }
        assert_eq!(BookingState::from_code("amber"), None);
    }
}
