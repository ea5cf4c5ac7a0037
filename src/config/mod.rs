//! The configuration file `cuicha.toml`: what may be set in it, where it is found, and where each value comes from. A flag beats
//! it, it beats the default. Nothing in it makes the program write anything: a file that is found must not be able to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lexicon::document::{MOST_ERRORS, line_of, suggest, unreadable};
use crate::lexicon::profile;
use crate::model::error::{Error, Fault};

mod keys;
mod write;

pub use keys::{KEYS, Key, Kind, MOST_THREADS};
pub use write::{schema, template};

/// Name of the file.
pub const FILE: &str = "cuicha.toml";

/// A value that was set, as the command line would spell it, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// One value, or several where a flag may repeat; `true` or `false` for a switch.
    pub values: Vec<String>,
    /// 1-based line in the file.
    pub line: usize,
}

/// What a configuration file sets, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The file; none when there is none.
    pub file: Option<PathBuf>,
    /// Values by key.
    pub values: BTreeMap<&'static str, Setting>,
}

/// The nearest configuration file from a folder upwards.
pub fn find(from: &Path) -> Option<PathBuf> {
    from.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file())
}

impl Settings {
    /// Reads a configuration file. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// When it cannot be read; every fault of it: unknown keys and values with what was probably meant.
    pub fn read(file: &Path) -> Result<Settings, Error> {
        let text =
            std::fs::read_to_string(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let values = parse(&file.display().to_string(), &text, folder).map_err(Error::Rules)?;
        Ok(Settings { file: Some(file.to_owned()), values })
    }
}

/// The text of a key, if the file can be read so far: what is wrong with another is told by a separate reading.
pub fn text(file: &Path, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let (document, _) = DeTable::parse_recoverable(text.strip_prefix('\u{feff}').unwrap_or(&text));
    Some(document.get_ref().get(key)?.get_ref().as_str()?.to_owned())
}

type Values = BTreeMap<&'static str, Setting>;

fn parse(file: &str, text: &str, folder: &Path) -> Result<Values, Vec<Fault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut faults = Vec::new();
    let mut values = Values::new();
    let mut fault = |at: usize, message: String| {
        faults.push(Fault { file: file.to_owned(), line: line_of(text, at), message });
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors.iter().take(MOST_ERRORS) {
        let (at, message) = unreadable(text, error);
        fault(at, message);
    }
    // What a broken file seems to hold would only raise faults that are none.
    for (name, value) in document.get_ref().iter().filter(|_| errors.is_empty()) {
        let word: &str = name.get_ref();
        let Some(key) = KEYS.iter().find(|k| k.name == word) else {
            let near = suggest(word, KEYS.iter().map(|k| k.name));
            fault(
                name.span().start,
                format!("unknown key `{word}`{near}; `cuicha config show` lists the keys"),
            );
            continue;
        };
        match spelled(key, value, folder) {
            Ok(spelled) => {
                let line = line_of(text, name.span().start);
                values.insert(key.name, Setting { values: spelled, line });
            }
            Err(message) => fault(value.span().start, format!("`{word}` {message}")),
        }
    }
    faults.sort_by_key(|f| f.line);
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

/// A value as the command line would spell it.
fn spelled(key: &Key, value: &Spanned<DeValue<'_>>, folder: &Path) -> Result<Vec<String>, String> {
    let value = value.get_ref();
    let text = || value.as_str().ok_or_else(|| "must be text between quotes".to_owned());
    let path = |text: &str| folder.join(text).to_string_lossy().into_owned();
    match key.kind {
        Kind::Text => Ok(vec![text()?.to_owned()]),
        Kind::File => Ok(vec![path(text()?)]),
        Kind::Profile => {
            let text = text()?;
            let built_in = profile::builtin().contains(&text);
            let file = text.contains(['/', '\\', '.']);
            match built_in || Path::new(text).exists() {
                _ if file && !built_in => Ok(vec![path(text)]),
                true => Ok(vec![text.to_owned()]),
                false => Err(format!(
                    "is `{text}`{}: no file, and the built-in profiles are {}",
                    profile::nearest(text),
                    profile::builtin().join(", ")
                )),
            }
        }
        Kind::Folders => {
            let wrong = || "must be a list of folders, such as [\"rules\"]".to_owned();
            let list = value.as_array().ok_or_else(wrong)?;
            list.iter().map(|v| v.get_ref().as_str().map(path).ok_or_else(wrong)).collect()
        }
        Kind::Choice(known) => {
            let (word, known) = (text()?, known());
            if known.contains(&word) {
                return Ok(vec![word.to_owned()]);
            }
            Err(format!(
                "is `{word}`{}; it is one of {}",
                suggest(word, known.iter().copied()),
                known.join(", ")
            ))
        }
        Kind::Number { most } => {
            let number = value.as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
            let number = number.and_then(|n| u64::try_from(n).ok()).filter(|n| *n <= most);
            number
                .map(|n| vec![n.to_string()])
                .ok_or_else(|| format!("must be a whole number from 0 to {most}"))
        }
        Kind::Switch => {
            let on = value.as_bool().ok_or_else(|| "must be true or false, without quotes".to_owned())?;
            Ok(vec![on.to_string()])
        }
    }
}
