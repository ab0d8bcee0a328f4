//! Language, theme and row height: what the window needs before anything is unlocked.
//!
//! They say nothing about a client, so they stand in a plain file of the home.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{DeskError, Home, Result};

const FILE: &str = "appearance.json";

/// A language of the interface and of the documents it makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Language {
    /// Dutch.
    Nl,
    /// English.
    #[default]
    En,
}

impl Language {
    /// Its code: `nl` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
        }
    }

    /// The language the operating system is set to.
    pub fn of_system() -> Self {
        let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self::from_locale(["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).as_deref())
    }

    /// The language for a POSIX locale such as `nl_NL.UTF-8`: Dutch where it says so, English
    /// otherwise.
    pub fn from_locale(locale: Option<&str>) -> Self {
        match locale.and_then(|l| l.split(['_', '.', '-']).next()) {
            Some("nl") => Self::Nl,
            _ => Self::En,
        }
    }
}

/// Light, dark, or as the operating system is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Theme {
    /// As the operating system is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The height of rows and controls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export)]
pub enum Density {
    /// Rows of 28 pixels.
    Compact,
    /// Rows of 32 pixels.
    #[default]
    Default,
    /// Rows of 40 pixels.
    Comfortable,
}

/// How the interface looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(export)]
pub struct Appearance {
    /// The language of the interface.
    pub language: Language,
    /// Light, dark or as the system is set.
    pub theme: Theme,
    /// The height of rows and controls.
    pub density: Density,
}

/// What the window is told when it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Start {
    /// The version of the program.
    pub version: String,
    /// The language of the interface.
    pub language: Language,
    /// Light, dark or as the system is set.
    pub theme: Theme,
    /// The height of rows and controls.
    pub density: Density,
    /// Whether the window is drawn without a graphics card.
    pub software_rendering: bool,
}

/// The appearance kept in a home, or the given language with defaults where none was kept.
///
/// # Errors
/// [`DeskError::DamagedSettings`] when the file is there and is not one of ours.
pub fn read(home: &Home, language: Language) -> Result<Appearance> {
    let Some(bytes) = home.read_file(FILE)? else {
        return Ok(Appearance { language, ..Appearance::default() });
    };
    serde_json::from_slice(&bytes).map_err(|error| DeskError::DamagedSettings {
        path: home.path().join(FILE),
        reason: error.to_string(),
    })
}

/// Keeps an appearance.
///
/// # Errors
/// [`DeskError::File`] when it cannot be written; what was kept before still is.
pub fn save(home: &Home, appearance: Appearance) -> Result<Appearance> {
    let text = serde_json::to_vec_pretty(&appearance).map_err(|error| {
        DeskError::DamagedSettings { path: home.path().join(FILE), reason: error.to_string() }
    })?;
    home.replace_file(FILE, &text)?;
    Ok(appearance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = Home::open(folder.path()).expect("a home");
        (folder, home)
    }

    #[test]
    fn what_is_saved_is_read_back_and_the_system_language_counts_only_before() {
        let (_folder, home) = home();
        let before = read(&home, Language::Nl).expect("defaults");
        assert_eq!(before.language, Language::Nl);

        let chosen = Appearance {
            language: Language::En,
            theme: Theme::Dark,
            density: Density::Comfortable,
        };
        save(&home, chosen).expect("saved");
        assert_eq!(read(&home, Language::Nl).expect("read back"), chosen);
    }

    #[test]
    fn a_damaged_file_is_named_and_left_alone() {
        let (_folder, home) = home();
        home.replace_file(FILE, b"{\"language\":\"xx\"}").expect("a damaged file");
        let error = read(&home, Language::En).expect_err("refused");
        assert_eq!(error.code(), "damaged_settings");
        assert!(error.sentence(Language::Nl).contains(FILE));
        assert_eq!(
            home.read_file(FILE).expect("still there"),
            Some(b"{\"language\":\"xx\"}".to_vec())
        );
    }

    #[test]
    fn locales_become_languages() {
        assert_eq!(Language::from_locale(Some("nl_NL.UTF-8")), Language::Nl);
        assert_eq!(Language::from_locale(Some("nl")), Language::Nl);
        assert_eq!(Language::from_locale(Some("nld_XX")), Language::En);
        assert_eq!(Language::from_locale(Some("C")), Language::En);
        assert_eq!(Language::from_locale(None), Language::En);
    }
}
