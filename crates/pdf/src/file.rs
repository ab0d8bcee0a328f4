//! The bytes of the file: objects packed into compressed streams, and the table that finds them
//! (ISO 32000-1, 7.5.7 and 7.5.8).
//!
//! lopdf can write such files too, but copies each object for it several times and leaves the table
//! uncompressed; with the structure of a long table that is most of the work and of the size.

use std::io::{Result, Write as _};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Object, Stream};

use crate::object;

/// Objects in one compressed stream.
const PACK: usize = 400;

/// Compression of what is small anyway, and of the thousands of pages and elements of a long
/// report: half the time for a tenth more bytes.
pub(crate) const THOROUGH: u32 = 6;
pub(crate) const QUICK: u32 = 3;

/// Where an object is.
#[derive(Clone, Copy)]
enum Entry {
    Free,
    At(u32),
    Packed { stream: u32, index: u16 },
}

/// A file being written.
pub(crate) struct File {
    out: Vec<u8>,
    entries: Vec<Entry>,
    /// Numbers and offsets of the objects in `pack`.
    packed: Vec<(u32, usize)>,
    pack: Vec<u8>,
    /// The number the next stream of packed objects gets.
    next: u32,
    level: u32,
}

impl File {
    /// A file whose own streams are numbered from `next` and compressed at this level.
    pub(crate) fn new(next: u32, level: u32) -> Self {
        let mut out = b"%PDF-1.7\n%".to_vec();
        out.extend_from_slice(&[0xe2, 0xe3, 0xcf, 0xd3, b'\n']);
        Self { out, entries: vec![Entry::Free], packed: Vec::new(), pack: Vec::new(), next, level }
    }

    /// Adds an object: a stream as it is, anything else packed.
    pub(crate) fn object(&mut self, id: u32, object: &Object) {
        if let Object::Stream(stream) = object {
            self.stream(id, stream);
        } else {
            self.pack(id, |out| object::write(out, object));
        }
    }

    /// Adds an object that writes itself.
    pub(crate) fn pack(&mut self, id: u32, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) {
        self.packed.push((id, self.pack.len()));
        // Writing into memory does not fail.
        let _ = write(&mut self.pack);
        self.pack.push(b'\n');
        if self.packed.len() == PACK {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.packed.is_empty() {
            return;
        }
        let id = self.next;
        self.next += 1;
        let packed = std::mem::take(&mut self.packed);
        let mut content = Vec::with_capacity(self.pack.len() + 12 * PACK);
        for (index, (packed, offset)) in (0_u16..).zip(&packed) {
            let _ = write!(content, "{packed} {offset} ");
            self.enter(*packed, Entry::Packed { stream: id, index });
        }
        let first = content.len();
        content.append(&mut self.pack);
        let mut dictionary = Dictionary::new();
        dictionary.set("Type", Object::Name(b"ObjStm".to_vec()));
        dictionary.set("N", i64::try_from(packed.len()).unwrap_or_default());
        dictionary.set("First", i64::try_from(first).unwrap_or_default());
        self.stream(id, &compressed(dictionary, &content, self.level));
    }

    fn stream(&mut self, id: u32, stream: &Stream) {
        self.enter(id, Entry::At(u32::try_from(self.out.len()).unwrap_or(u32::MAX)));
        let mut dictionary = stream.dict.clone();
        dictionary.set("Length", i64::try_from(stream.content.len()).unwrap_or_default());
        let _ = writeln!(self.out, "{id} 0 obj");
        let _ = object::write_dictionary(&mut self.out, &dictionary);
        self.out.extend_from_slice(b"\nstream\n");
        self.out.extend_from_slice(&stream.content);
        self.out.extend_from_slice(b"\nendstream\nendobj\n");
    }

    fn enter(&mut self, id: u32, entry: Entry) {
        let index = id as usize;
        if self.entries.len() <= index {
            self.entries.resize(index + 1, Entry::Free);
        }
        if let Some(place) = self.entries.get_mut(index) {
            *place = entry;
        }
    }

    /// Ends the file. Its identifier follows from its content.
    pub(crate) fn finish(mut self, root: u32, info: u32) -> Vec<u8> {
        self.flush();
        let id = self.next;
        let start = self.out.len();
        self.enter(id, Entry::At(u32::try_from(start).unwrap_or(u32::MAX)));
        let hash = blake3::hash(&self.out);
        let name = Object::String(
            hash.as_bytes().iter().copied().take(16).collect(),
            lopdf::StringFormat::Hexadecimal,
        );
        let mut dictionary = Dictionary::new();
        dictionary.set("Type", Object::Name(b"XRef".to_vec()));
        dictionary.set("Size", i64::try_from(self.entries.len()).unwrap_or_default());
        dictionary.set("W", numbers(&[1, 4, 2]));
        dictionary.set("Root", Object::Reference((root, 0)));
        dictionary.set("Info", Object::Reference((info, 0)));
        dictionary.set("ID", Object::Array(vec![name.clone(), name]));
        let mut parameters = Dictionary::new();
        parameters.set("Predictor", 12);
        parameters.set("Columns", 7);
        dictionary.set("DecodeParms", Object::Dictionary(parameters));
        let table = compressed(dictionary, &self.table(), 9);
        self.stream(id, &table);
        let _ = write!(self.out, "startxref\n{start}\n%%EOF\n");
        self.out
    }

    /// A row of seven bytes for each object, as its difference from the row before (PNG's `Up`).
    fn table(&self) -> Vec<u8> {
        let mut table = Vec::with_capacity(self.entries.len() * 8);
        let mut before = [0_u8; 7];
        for (index, entry) in self.entries.iter().enumerate() {
            let (kind, place, rest) = match *entry {
                Entry::Free => (0, 0, if index == 0 { u16::MAX } else { 0 }),
                Entry::At(offset) => (1, offset, 0),
                Entry::Packed { stream, index } => (2, stream, index),
            };
            let [a, b, c, d] = place.to_be_bytes();
            let [e, f] = rest.to_be_bytes();
            let row = [kind, a, b, c, d, e, f];
            table.push(2);
            table.extend(row.iter().zip(before).map(|(now, before)| now.wrapping_sub(before)));
            before = row;
        }
        table
    }
}

/// A stream with its content compressed.
pub(crate) fn compressed(mut dictionary: Dictionary, content: &[u8], level: u32) -> Stream {
    dictionary.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    Stream::new(dictionary, deflate(content, level))
}

/// Bytes in zlib's form.
pub(crate) fn deflate(content: &[u8], level: u32) -> Vec<u8> {
    let mut encoder =
        ZlibEncoder::new(Vec::with_capacity(content.len() / 3 + 64), Compression::new(level));
    // Writing into memory does not fail.
    let _ = encoder.write_all(content);
    encoder.finish().unwrap_or_default()
}

/// An array of numbers.
pub(crate) fn numbers(values: &[i64]) -> Object {
    Object::Array(values.iter().copied().map(Object::Integer).collect())
}
