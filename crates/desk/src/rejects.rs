//! The rows of a list that are not entered, as a file to correct and import again.

use std::io::{Read, Seek};
use std::path::Path;

use booqing_formats::clients::{ClientsFile, RejectedFile, Row};

use crate::import::{RejectedTo, formats_language};
use crate::{DeskError, Language, Result, export};

/// The file in the making.
pub(crate) struct Rejects {
    file: RejectedFile<Vec<u8>>,
}

impl Rejects {
    pub(crate) fn new<R: Read + Seek>(list: &ClientsFile<R>, language: Language) -> Result<Self> {
        let delimiter = list.delimiter();
        let file =
            RejectedFile::new(Vec::new(), list.columns(), delimiter, formats_language(language));
        Ok(Self { file: file.map_err(in_memory)? })
    }

    /// Takes a row in when it is rejected.
    pub(crate) fn row(&mut self, row: &Row) -> Result<()> {
        self.file.row(row).map_err(in_memory)
    }

    /// Writes the file and gives its path; nothing when no row was rejected.
    pub(crate) fn write(
        self,
        count: u64,
        name: &str,
        to: Option<RejectedTo<'_>>,
    ) -> Result<Option<String>> {
        let Some(to) = to.filter(|_| count > 0) else { return Ok(None) };
        let bytes = self.file.finish().map_err(in_memory)?;
        let path = match to {
            RejectedTo::File(path) => export::write(path, &bytes)?.display().to_string(),
            RejectedTo::Folder(folder) => {
                export::save_in(folder, &rejected_name(name), &bytes)?.path
            }
            RejectedTo::Downloads => export::save(&rejected_name(name), &bytes)?.path,
        };
        Ok(Some(path))
    }
}

fn rejected_name(name: &str) -> String {
    let stem = Path::new(name).file_stem().and_then(|stem| stem.to_str());
    export::file_name(&[stem.unwrap_or("import"), "rejected"], "csv")
}

/// Writing to memory does not fail; the form of the error is there for files.
fn in_memory(source: std::io::Error) -> DeskError {
    DeskError::File { action: "write", path: "rejected.csv".into(), source }
}
