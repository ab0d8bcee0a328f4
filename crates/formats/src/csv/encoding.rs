//! The encodings of lists, and their decoding while reading.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder};

/// Bytes of the source that are decoded at once.
const CHUNK: usize = 64 * 1024;

/// How a file writes its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, the lesser byte first, as Excel's "Unicode text".
    Utf16Le,
    /// UTF-16, the greater byte first.
    Utf16Be,
    /// Windows-1252: what Western European versions of Windows call ANSI.
    Windows1252,
}

impl Encoding {
    /// Every encoding, the likeliest first.
    pub const ALL: &'static [Self] = &[Self::Utf8, Self::Windows1252, Self::Utf16Le, Self::Utf16Be];

    /// Its name, the same in every language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// The encoding of that name, in capitals or small letters.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|encoding| encoding.name().eq_ignore_ascii_case(name))
    }

    /// The encoding that a byte order mark tells, and the length of the mark.
    pub(super) fn of_mark(head: &[u8]) -> Option<(Self, usize)> {
        match head {
            [0xef, 0xbb, 0xbf, ..] => Some((Self::Utf8, 3)),
            [0xff, 0xfe, ..] => Some((Self::Utf16Le, 2)),
            [0xfe, 0xff, ..] => Some((Self::Utf16Be, 2)),
            _ => None,
        }
    }

    /// UTF-16 without a mark: nearly every second byte of Western European text is NUL.
    pub(super) fn of_nuls(head: &[u8]) -> Option<Self> {
        let pairs = head.chunks_exact(2).len();
        let nuls =
            |place: usize| head.chunks_exact(2).filter(|pair| pair.get(place) == Some(&0)).count();
        let (first, second) = (nuls(0), nuls(1));
        let most = |count: usize| pairs > 3 && count * 10 >= pairs * 7;
        let few = |count: usize| count * 20 <= pairs;
        if most(second) && few(first) {
            Some(Self::Utf16Le)
        } else if most(first) && few(second) {
            Some(Self::Utf16Be)
        } else {
            None
        }
    }

    fn decoder(self) -> Option<Decoder> {
        let encoding = match self {
            // Taken as it is, so that a byte that is no UTF-8 is seen in its row.
            Self::Utf8 => return None,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
        };
        Some(encoding.new_decoder_without_bom_handling())
    }
}

/// A source whose bytes come out as UTF-8. What cannot be decoded comes out as U+FFFD, or as it
/// is where the source should be UTF-8 itself.
pub(super) struct Decoded<R> {
    source: R,
    decoding: Option<Decoding>,
    read: u64,
}

/// What is between the source and the text.
struct Decoding {
    decoder: Decoder,
    raw: Vec<u8>,
    start: usize,
    end: usize,
    text: Vec<u8>,
    given: usize,
    decoded: usize,
    at_end: bool,
    done: bool,
}

impl Decoding {
    fn new(decoder: Decoder) -> Self {
        let (raw, text) = (vec![0; CHUNK], vec![0; CHUNK]);
        let (start, end, given, decoded) = (0, 0, 0, 0);
        Self { decoder, raw, start, end, text, given, decoded, at_end: false, done: false }
    }

    /// Decodes until there is text to give, or no more. Returns the bytes read from the source.
    fn fill(&mut self, source: &mut impl Read) -> io::Result<usize> {
        let mut read = 0;
        while self.given == self.decoded && !self.done {
            if self.start == self.end && !self.at_end {
                (self.start, self.end) = (0, source.read(&mut self.raw)?);
                self.at_end = self.end == 0;
                read += self.end;
            }
            let waiting = self.raw.get(self.start..self.end).unwrap_or_default();
            let (result, taken, decoded, _) =
                self.decoder.decode_to_utf8(waiting, &mut self.text, self.at_end);
            self.start += taken;
            (self.given, self.decoded) = (0, decoded);
            // A decoder that has ended may not be asked again.
            self.done = self.at_end && result == CoderResult::InputEmpty;
        }
        Ok(read)
    }
}

impl<R: Read> Decoded<R> {
    /// A source that stands behind its byte order mark, `read` bytes from its beginning.
    pub(super) fn new(source: R, encoding: Encoding, read: u64) -> Self {
        Self { source, decoding: encoding.decoder().map(Decoding::new), read }
    }

    /// Bytes read from the source so far.
    pub(super) fn read_so_far(&self) -> u64 {
        self.read
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(decoding) = &mut self.decoding else {
            let read = self.source.read(out)?;
            self.read += read as u64;
            return Ok(read);
        };
        self.read += decoding.fill(&mut self.source)? as u64;
        let mut text = decoding.text.get(decoding.given..decoding.decoded).unwrap_or_default();
        let given = text.read(out)?;
        decoding.given += given;
        Ok(given)
    }
}

impl<R> std::fmt::Debug for Decoded<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Decoded").field("read", &self.read).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that characters are cut.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0.read(out.get_mut(..1).unwrap_or_default())
        }
    }

    fn decoded(bytes: &[u8], encoding: Encoding) -> String {
        let mut text = String::new();
        Decoded::new(Slow(bytes), encoding, 0).read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn characters_come_out_whole() {
        assert_eq!(decoded(b"Zo\xeb \x80 5", Encoding::Windows1252), "Zoë € 5");
        let utf16: Vec<u8> = "Zoë 👩".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&utf16, Encoding::Utf16Le), "Zoë 👩");
        let utf16: Vec<u8> = "Zoë 👩".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&utf16, Encoding::Utf16Be), "Zoë 👩");
        assert_eq!(decoded(b"a\0\0\xd8", Encoding::Utf16Le), "a\u{fffd}");
    }

    #[test]
    fn utf16_is_known_by_its_nuls() {
        let text: Vec<u8> = "naam;plaats\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Encoding::of_nuls(&text), Some(Encoding::Utf16Le));
        assert_eq!(Encoding::of_nuls(text.get(1..).unwrap_or_default()), Some(Encoding::Utf16Be));
        assert_eq!(Encoding::of_nuls(b"naam;plaats\r\n"), None);
        assert_eq!(Encoding::of_nuls(&[0; 64]), None);
    }
}
