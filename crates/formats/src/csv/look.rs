//! What a file is that is not delimited text, told by its content and never by its name.

use crate::Language;

/// What a file looks like that is no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookalike {
    /// An Excel workbook (Office Open XML).
    Xlsx,
    /// An Excel workbook of before 2007.
    Xls,
    /// An OpenDocument spreadsheet.
    Ods,
    /// Another zip file.
    Zip,
    /// A compressed file of another kind.
    Archive,
    /// A PDF document.
    Pdf,
    /// An image.
    Image,
    /// A database.
    Database,
    /// A web page, also when it is named `.xls`.
    Html,
    /// An XML document.
    Xml,
    /// JSON.
    Json,
    /// Contact cards.
    VCard,
    /// A rich text document.
    Rtf,
    /// Something else that is not text.
    Binary,
}

/// First bytes that only one kind of file has.
const MAGIC: &[(&[u8], Lookalike)] = &[
    (b"%PDF-", Lookalike::Pdf),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Lookalike::Xls),
    (b"\x1f\x8b", Lookalike::Archive),
    (b"7z\xbc\xaf\x27\x1c", Lookalike::Archive),
    (b"Rar!\x1a\x07", Lookalike::Archive),
    (b"BZh", Lookalike::Archive),
    (b"\xfd7zXZ\0", Lookalike::Archive),
    (b"\x28\xb5\x2f\xfd", Lookalike::Archive),
    (b"\x89PNG\r\n", Lookalike::Image),
    (b"\xff\xd8\xff", Lookalike::Image),
    (b"GIF8", Lookalike::Image),
    (b"SQLite format 3\0", Lookalike::Database),
    (b"{\\rtf", Lookalike::Rtf),
];

/// First characters, after white space and in small letters, that no list begins with.
const BEGINNINGS: &[(&[u8], Lookalike)] = &[
    (b"<!doctype html", Lookalike::Html),
    (b"<html", Lookalike::Html),
    (b"<?xml", Lookalike::Xml),
    (b"{\"", Lookalike::Json),
    (b"[{", Lookalike::Json),
    (b"begin:vcard", Lookalike::VCard),
];

impl Lookalike {
    /// What a file with this beginning is, when it is known not to be a list.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Some(Self::zip(head));
        }
        let known = MAGIC.iter().find(|(magic, _)| head.starts_with(magic));
        if let Some((_, kind)) = known {
            return Some(*kind);
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let beginning = text.get(..text.len().min(16)).unwrap_or_default().to_ascii_lowercase();
        let known = BEGINNINGS.iter().find(|(words, _)| beginning.starts_with(words));
        known.map(|(_, kind)| *kind)
    }

    fn zip(head: &[u8]) -> Self {
        let has = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
        if has(b"xl/") || has(b"[Content_Types].xml") {
            Self::Xlsx
        } else if has(b"opendocument.spreadsheet") {
            Self::Ods
        } else {
            Self::Zip
        }
    }

    /// Whether so many of the first bytes are control characters that it is not text. A single
    /// NUL in a name does not make a file binary: that row is refused.
    pub(super) fn is_binary(head: &[u8]) -> bool {
        let odd = |byte: &&u8| matches!(byte, 0..=8 | 14..=25 | 27..=31);
        let odd = head.iter().filter(odd).count();
        odd > 1 && odd * 20 > head.len()
    }

    /// Its stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Zip => "zip",
            Self::Archive => "archive",
            Self::Pdf => "pdf",
            Self::Image => "image",
            Self::Database => "database",
            Self::Html => "html",
            Self::Xml => "xml",
            Self::Json => "json",
            Self::VCard => "vcard",
            Self::Rtf => "rtf",
            Self::Binary => "binary",
        }
    }

    /// What it is, with its article.
    pub fn name(self, language: Language) -> &'static str {
        let (dutch, english) = match self {
            Self::Xlsx => ("een Excel-werkmap (.xlsx)", "an Excel workbook (.xlsx)"),
            Self::Xls => ("een oude Excel-werkmap (.xls)", "an old Excel workbook (.xls)"),
            Self::Ods => {
                ("een OpenDocument-rekenblad (.ods)", "an OpenDocument spreadsheet (.ods)")
            }
            Self::Zip => ("een zip-bestand", "a zip file"),
            Self::Archive => ("een gecomprimeerd bestand", "a compressed file"),
            Self::Pdf => ("een PDF-document", "a PDF document"),
            Self::Image => ("een afbeelding", "an image"),
            Self::Database => ("een database", "a database"),
            Self::Html => ("een webpagina", "a web page"),
            Self::Xml => ("een XML-document", "an XML document"),
            Self::Json => ("JSON", "JSON"),
            Self::VCard => {
                ("een bestand met visitekaartjes (vCard)", "a file of contact cards (vCard)")
            }
            Self::Rtf => ("een tekstdocument (RTF)", "a text document (RTF)"),
            Self::Binary => ("een bestand zonder leesbare tekst", "a file without readable text"),
        };
        language.pick(dutch, english)
    }

    /// What to do to get a list.
    pub fn advice(self, language: Language) -> &'static str {
        let (dutch, english) = match self {
            Self::Xlsx | Self::Xls | Self::Ods | Self::Html => (
                "Open het in een rekenprogramma en sla het op als CSV UTF-8.",
                "Open it in a spreadsheet program and save it as CSV UTF-8.",
            ),
            Self::Zip | Self::Archive => (
                "Pak het uit en kies het CSV-bestand dat erin zit.",
                "Unpack it and choose the CSV file inside.",
            ),
            _ => (
                "Kies een CSV-bestand, of exporteer de lijst opnieuw als CSV.",
                "Choose a CSV file, or export the list again as CSV.",
            ),
        };
        language.pick(dutch, english)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_content() {
        let cases: &[(&[u8], Option<Lookalike>)] = &[
            (b"PK\x03\x04....[Content_Types].xml", Some(Lookalike::Xlsx)),
            (
                b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
                Some(Lookalike::Ods),
            ),
            (b"PK\x03\x04lijst.csv", Some(Lookalike::Zip)),
            (b"%PDF-1.7", Some(Lookalike::Pdf)),
            (b"\xef\xbb\xbf\r\n <HTML><table>", Some(Lookalike::Html)),
            (b"<?xml version", Some(Lookalike::Xml)),
            (b"[{\"naam\"", Some(Lookalike::Json)),
            (b"PKnummer;naam", None),
            (b"naam;adres", None),
            (b"", None),
        ];
        for (head, expected) in cases {
            assert_eq!(Lookalike::of(head), *expected, "{}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn one_nul_does_not_make_a_file_binary() {
        assert!(!Lookalike::is_binary(b"naam\nPi\0et\n"));
        assert!(Lookalike::is_binary(b"\x7fELF\x02\x01\x01\0\0\0\0\0"));
        assert!(Lookalike::is_binary(&[0; 4096]));
    }
}
