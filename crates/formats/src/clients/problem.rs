//! What is wrong with a row, and what is doubtful about one, in words.

use booqing_model::text::TextError;

use super::word::MOST_DAYS;
use crate::Language;

/// A reason why a row is not imported. A row may have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// The row as a spreadsheet counts it: the names of columns are row 1.
    pub row: u64,
    /// The line of the file on which it begins.
    pub line: u64,
    /// The name of the column; empty where it is about the whole row.
    pub column: String,
    /// What stands there, shortened, with characters that hide made visible.
    pub value: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// A value that is imported, and that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The row as a spreadsheet counts it.
    pub row: u64,
    /// The name of the column.
    pub column: String,
    /// What stands there, shortened, with characters that hide made visible.
    pub value: String,
    /// What is doubtful about it.
    pub doubt: Doubt,
}

/// Why a row is not imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// More or fewer cells than there are columns.
    Uneven {
        /// Columns.
        columns: usize,
        /// Cells.
        cells: usize,
    },
    /// Bytes that are no text in the encoding of the file, or a character that stands for such.
    Unreadable,
    /// A control character, such as NUL or a line end where one line is expected.
    Control {
        /// The character.
        code: u32,
        /// Its place, in characters from 1.
        position: usize,
    },
    /// Longer than the field allows.
    TooLong {
        /// Characters found.
        length: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// Nobody could be reached at this address.
    NoEmail,
    /// Not a day of the calendar, or not written as one.
    NoDate,
    /// A year of two digits.
    ShortYear,
    /// A year that an office does not deal with.
    DateOutOfRange,
    /// Not a number of days.
    NoDays,
    /// A spreadsheet shortened a long number to one with an exponent.
    Exponent,
    /// Neither person nor company.
    UnknownKind,
    /// No state that a list can give.
    UnknownState,
    /// No country we know by that name.
    UnknownCountry,
    /// No name of a person or company.
    NoName,
    /// The number of a client that is there already.
    TakenNumber,
    /// The number of another row.
    SameNumber {
        /// That row.
        row: u64,
    },
}

impl From<TextError> for Reason {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::NoName,
            TextError::TooLong { length, limit } => Self::TooLong { length, limit },
            TextError::Control { code, position } => Self::Control { code, position },
        }
    }
}

impl Reason {
    /// Its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Uneven { .. } => "uneven_row",
            Self::Unreadable => "unreadable_text",
            Self::Control { .. } => "control_character",
            Self::TooLong { .. } => "too_long",
            Self::NoEmail => "not_an_email",
            Self::NoDate => "not_a_date",
            Self::ShortYear => "short_year",
            Self::DateOutOfRange => "date_out_of_range",
            Self::NoDays => "not_a_number_of_days",
            Self::Exponent => "number_shortened",
            Self::UnknownKind => "unknown_kind",
            Self::UnknownState => "unknown_state",
            Self::UnknownCountry => "unknown_country",
            Self::NoName => "no_name",
            Self::TakenNumber => "taken_number",
            Self::SameNumber { .. } => "same_number",
        }
    }

    /// What is wrong and what to do.
    pub fn sentence(self, language: Language) -> String {
        match language {
            Language::Nl => self.dutch(),
            Language::En => self.english(),
        }
    }

    fn dutch(self) -> String {
        let fixed = match self {
            Self::Uneven { columns, cells } => {
                return format!(
                    "De rij heeft {cells} cellen en het bestand {columns} kolommen. Controleer scheidings- en aanhalingstekens."
                );
            }
            Self::Control { code: 10 | 13, .. } => {
                "Hier staat een regeleinde waar één regel hoort. Zet de tekst op één regel."
            }
            Self::Control { code, position } => {
                return format!(
                    "Teken {position} is het onzichtbare stuurteken U+{code:04X}. Haal het weg."
                );
            }
            Self::TooLong { length, limit } => {
                return format!(
                    "De tekst heeft {length} tekens; er passen er {limit}. Maak hem korter."
                );
            }
            Self::SameNumber { row } => {
                return format!(
                    "Dit klantnummer heeft rij {row} ook. Geef elke klant een eigen nummer."
                );
            }
            Self::NoDays => {
                return format!("Dit is geen aantal dagen van 0 tot en met {MOST_DAYS}, zoals 14.");
            }
            Self::Unreadable => {
                "Hier staan tekens die niet te lezen zijn. Kies een andere codering of verbeter de tekst."
            }
            Self::NoEmail => {
                "Dit is geen e-mailadres, zoals naam@voorbeeld.nl. Verbeter het of maak de cel leeg."
            }
            Self::NoDate => {
                "Deze datum bestaat niet. Schrijf de dag eerst, zoals 31-01-1980, of het jaar eerst, zoals 1980-01-31."
            }
            Self::ShortYear => "Het jaartal heeft twee cijfers. Schrijf er vier, zoals 31-01-1980.",
            Self::DateOutOfRange => "Het jaartal ligt niet tussen 1900 en 2200.",
            Self::Exponent => {
                "Een rekenprogramma heeft dit lange getal ingekort. Maak de kolom op als tekst en exporteer opnieuw."
            }
            Self::UnknownKind => "Dit is niet particulier of zakelijk.",
            Self::UnknownState => "Dit is niet actief, inactief of prospect.",
            Self::UnknownCountry => {
                "Dit land is niet bekend. Schrijf de landcode van twee letters, zoals NL."
            }
            Self::TakenNumber => {
                "Een relatie met dit nummer is er al. Geef een ander nummer of laat de rij weg."
            }
            Self::NoName => "Er is geen naam van een persoon of bedrijf. Vul er een in.",
        };
        fixed.to_owned()
    }

    fn english(self) -> String {
        let fixed = match self {
            Self::Uneven { columns, cells } => {
                return format!(
                    "The row has {cells} cells and the file {columns} columns. Check delimiters and quotation marks."
                );
            }
            Self::Control { code: 10 | 13, .. } => {
                "There is a line end where one line belongs. Put the text on one line."
            }
            Self::Control { code, position } => {
                return format!(
                    "Character {position} is the invisible control character U+{code:04X}. Take it away."
                );
            }
            Self::TooLong { length, limit } => {
                return format!("The text has {length} characters; {limit} fit. Make it shorter.");
            }
            Self::SameNumber { row } => {
                return format!(
                    "Row {row} has this client number too. Give each client a number of its own."
                );
            }
            Self::NoDays => {
                return format!("This is not a number of days from 0 to {MOST_DAYS}, such as 14.");
            }
            Self::Unreadable => {
                "There are characters here that cannot be read. Choose another encoding or correct the text."
            }
            Self::NoEmail => {
                "This is not an e-mail address such as name@example.nl. Correct it or empty the cell."
            }
            Self::NoDate => {
                "This date does not exist. Write the day first, as 31-01-1980, or the year first, as 1980-01-31."
            }
            Self::ShortYear => "The year has two digits. Write four, as 31-01-1980.",
            Self::DateOutOfRange => "The year is not between 1900 and 2200.",
            Self::Exponent => {
                "A spreadsheet shortened this long number. Format the column as text and export again."
            }
            Self::UnknownKind => "This is neither person nor company.",
            Self::UnknownState => "This is not active, inactive or prospect.",
            Self::UnknownCountry => {
                "This country is not known. Write its code of two letters, such as NL."
            }
            Self::TakenNumber => {
                "A client with this number is there already. Give another number or leave the row out."
            }
            Self::NoName => "There is no name of a person or company. Fill one in.",
        };
        fixed.to_owned()
    }
}

/// What is doubtful about a value that is imported as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// An account number whose check fails.
    Iban,
    /// A VAT number whose check fails.
    Vat,
    /// Not the form of a number of the Dutch trade register.
    Kvk,
    /// A telephone number that may have lost its first zero.
    LostZero,
    /// A language in which clients are not written to; it is left out.
    Language,
}

impl Doubt {
    /// Its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Iban => "iban_check",
            Self::Vat => "vat_check",
            Self::Kvk => "kvk_form",
            Self::LostZero => "lost_zero",
            Self::Language => "unknown_language",
        }
    }

    /// What is doubtful and what happens with it.
    pub fn sentence(self, language: Language) -> &'static str {
        let (dutch, english) = match self {
            Self::Iban => (
                "Het controlegetal van deze IBAN klopt niet. Hij wordt overgenomen zoals hij er staat.",
                "The check digits of this IBAN are wrong. It is taken over as it stands.",
            ),
            Self::Vat => (
                "Dit btw-nummer klopt niet. Het wordt overgenomen zoals het er staat.",
                "This VAT number is not right. It is taken over as it stands.",
            ),
            Self::Kvk => (
                "Een KvK-nummer heeft acht cijfers. Het wordt overgenomen zoals het er staat.",
                "A KvK number has eight digits. It is taken over as it stands.",
            ),
            Self::LostZero => (
                "Waarschijnlijk heeft een rekenprogramma de nul vooraan weggehaald. Het nummer wordt overgenomen zoals het er staat.",
                "A spreadsheet probably took the leading zero away. The number is taken over as it stands.",
            ),
            Self::Language => (
                "Alleen Nederlands en Engels zijn mogelijk. De taal blijft leeg.",
                "Only Dutch and English are possible. The language stays empty.",
            ),
        };
        language.pick(dutch, english)
    }
}
