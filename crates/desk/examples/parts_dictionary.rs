//! Trains the dictionary that sealed parts are compressed with.
//!
//! `cargo run --release -p booqing-desk --example parts_dictionary -- assets/dictionaries/words.txt OUT`
//!
//! It learns from the records of the demo office, cut into parts as they are sealed, and from the same
//! records with other names and other words in them. The dictionary belongs to the format of sealed
//! parts: after the first release another one is another format, beside this one.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

use booqing_desk::demo::{self, DemoError, Plan};
use booqing_model::parts::{Cut, PartKey, Unknown, cut};
use booqing_model::{Fields, Id, register};
use booqing_protocol::encode;
use booqing_store::{Change, Edit};
use booqing_sync::content::{Beside, First, Named, Plain};
use jiff::civil::date;
use serde_json::Value;

/// How many bytes the dictionary has.
const SIZE: usize = 64 * 1024;
/// How many parts of a record class it learns from.
const PARTS: usize = 4_000;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [words, out] => train(Path::new(words), Path::new(out)),
        _ => Err("give the list of words and the file to write: parts_dictionary WORDS OUT".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // Nothing is left to try when standard error is closed as well.
            let _ = writeln!(io::stderr(), "{problem}");
            ExitCode::FAILURE
        }
    }
}

fn train(words: &Path, out: &Path) -> Outcome {
    let mut words = Words::read(&fs::read_to_string(words)?)?;
    let mut parts: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for (class, id, fields) in records()? {
        let record = register::find(&class).ok_or("a class that is not in the register")?;
        for fields in [words.instead(&fields), fields] {
            let of_class = parts.entry(class.clone()).or_default();
            of_class.extend(contents(cut(record, id, &fields, &Unknown::new()), &mut words)?);
        }
    }
    // Of a class with many records, so many from all over the years.
    let samples: Vec<Vec<u8>> = parts
        .into_values()
        .flat_map(|parts| {
            let every = parts.len().div_ceil(PARTS).max(1);
            parts.into_iter().step_by(every)
        })
        .collect();
    let dictionary = zstd::dict::from_samples(&samples, SIZE)?;
    fs::write(out, &dictionary)?;
    writeln!(io::stdout(), "{} bytes from {} parts", dictionary.len(), samples.len())?;
    Ok(())
}

/// The records of a demo office, as they were first entered.
fn records() -> Outcome<Vec<(String, Id, Fields)>> {
    let plan = Plan {
        clients: 1_500,
        bookings: 4_000,
        first_year: 2024,
        last_year: 2026,
        ..Plan::new(date(2026, 11, 1))
    };
    let mut records = Vec::new();
    demo::generate::<DemoError>(&plan, Id::new(1, [7; 10]), &mut |set| {
        records.extend(set.changes.into_iter().filter_map(|change| match change {
            Change { class, id, edit: Edit::Create(fields) } => Some((class, id, fields)),
            _ => None,
        }));
        Ok(())
    })?;
    Ok(records)
}

/// The contents of the parts of a record.
fn contents(cut: Cut, words: &mut Words) -> Outcome<Vec<Vec<u8>>> {
    let mut first = First::default();
    let mut contents = Vec::new();
    for part in cut.parts {
        let fields = Plain(part.fields);
        match &part.key {
            PartKey::Working => first.fields = fields,
            PartKey::Personal { person: None, .. } => {
                first.beside.push(Beside { kind: part.key.to_string(), fields });
            }
            key => {
                first.parts.push(Named::of(key, words.key()));
                contents.push(encode(&fields)?);
            }
        }
    }
    contents.push(encode(&first)?);
    Ok(contents)
}

/// Lists of words, and a way through them that is always the same.
struct Words {
    lists: BTreeMap<String, Vec<String>>,
    state: u64,
}

impl Words {
    fn read(text: &str) -> Outcome<Self> {
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let list = |line: &str| -> Outcome<(String, Vec<String>)> {
            let (name, words) = line.split_once(": ").ok_or("a list without a name")?;
            Ok((name.to_owned(), words.split(' ').map(str::to_owned).collect()))
        };
        Ok(Self { lists: lines.map(list).collect::<Outcome<_>>()?, state: 1 })
    }

    /// The next number below a bound: a linear congruential generator of 64 bits.
    fn below(&mut self, bound: usize) -> usize {
        let multiplied = self.state.wrapping_mul(6_364_136_223_846_793_005);
        self.state = multiplied.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 33).unwrap_or(0) % bound.max(1)
    }

    fn one_of(&mut self, list: &str) -> String {
        let count = self.lists.get(list).map_or(0, Vec::len);
        let nth = self.below(count);
        self.lists.get(list).and_then(|list| list.get(nth)).cloned().unwrap_or_default()
    }

    fn sentence(&mut self, words: usize) -> String {
        // Most offices write Dutch or English.
        let list = match self.below(10) {
            0..=4 => "nl",
            5..=7 => "en",
            8 => "de",
            _ => "fr",
        };
        let words: Vec<_> = (0..words).map(|_| self.one_of(list)).collect();
        words.join(" ")
    }

    fn name(&mut self) -> String {
        let infix = if self.below(4) == 0 { self.one_of("infix") + " " } else { String::new() };
        format!("{} {infix}{}", self.one_of("given"), self.one_of("family"))
    }

    fn mail(&mut self) -> String {
        let (given, family) = (self.one_of("given"), self.one_of("family"));
        format!("{}.{}@{}", given.to_lowercase(), family.to_lowercase(), self.one_of("mail"))
    }

    /// The id of a key.
    fn key(&mut self) -> Id {
        let mut id = [0; 16];
        id.iter_mut().skip(6).for_each(|byte| *byte = (self.below(256) & 0xff) as u8);
        Id::from_bytes(id)
    }

    /// The same record with other names and words.
    fn instead(&mut self, fields: &Fields) -> Fields {
        let mut other = Fields::new();
        for (name, value) in fields.iter() {
            other.set(name, self.value_instead(name, value));
        }
        other
    }

    fn value_instead(&mut self, name: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text_instead(name, text).into(),
            Value::Array(elements) => {
                elements.iter().map(|element| self.value_instead(name, element)).collect()
            }
            Value::Object(map) => {
                let other =
                    map.iter().map(|(name, value)| (name.clone(), self.value_instead(name, value)));
                Value::Object(other.collect())
            }
            other => other.clone(),
        }
    }

    fn text_instead(&mut self, name: &str, text: &str) -> String {
        match name {
            "given_name" => self.one_of("given"),
            "family_name" => self.one_of("family"),
            "name" => self.name(),
            "email" => self.mail(),
            "city" => self.one_of("place"),
            "street" => self.one_of("street"),
            "title" if self.below(3) == 0 => self.name(),
            "title" if self.below(6) == 0 => format!("{} <{}>", self.name(), self.mail()),
            "title" | "description" | "note" | "wishes" | "subject" => {
                let words = text.split(' ').count().max(1 + self.below(6));
                self.sentence(words)
            }
            _ => text.to_owned(),
        }
    }
}
