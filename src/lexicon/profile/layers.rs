//! The files of a user's own that a profile is read from.

use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::{MOST_LAYERS, source};

/// The file of a profile and those it extends, as far as they are files; none for a built-in profile. What is wrong with one is
/// told where it is read.
pub fn files(name_or_path: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut next = Some(name_or_path.to_owned());
    // One more layer than may be read: that one is named too.
    while let Some(name) = next.take_if(|name| source(name).is_none() && files.len() <= MOST_LAYERS) {
        let path = PathBuf::from(&name);
        // A pipe could not be read again.
        if path.is_file() {
            next = extended(&path);
            files.push(path);
        }
    }
    files
}

/// What a profile says that it extends: a built-in profile, or a file beside it.
fn extended(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let (document, _) = DeTable::parse_recoverable(text.strip_prefix('\u{feff}').unwrap_or(&text));
    let name = document.get_ref().get("extends")?.get_ref().as_str()?.to_owned();
    let beside = path.parent().unwrap_or(Path::new("")).join(&name);
    Some(if source(&name).is_some() { name } else { beside.to_string_lossy().into_owned() })
}
