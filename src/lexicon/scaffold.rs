//! A new rule file with comments that say what to fill in.

use std::path::{Path, PathBuf};

use super::document::suggest;
use super::files::Files;
use crate::model::error::Error;
use crate::model::rules::GROUPS;

/// A rule file that is right as it stands, to be filled in.
const TEMPLATE: &str = include_str!("../../lexicons/template.toml");
/// How every example of the template begins; `lint` looks for what was left standing.
pub const EXAMPLE: &str = "\u{793a}\u{4f8b}";

/// Writes the template for the rule `id` at its place below `dir`; the path of the file.
///
/// # Errors
/// An id that is no `group/name` or that of a built-in rule, an unknown group with the nearest known one, a file that is there already, or a folder
/// that cannot be written.
pub fn scaffold(id: &str, dir: &Path) -> Result<PathBuf, Error> {
    let Some((group, name)) = id.split_once('/') else {
        return Err(Error::Usage(format!("`{id}`: a rule is called group/name, as in threat/door-paint")));
    };
    if !GROUPS.contains(&group) {
        let known = GROUPS.join(", ");
        let hint = suggest(group, GROUPS);
        return Err(Error::Usage(format!("`{id}`: unknown group `{group}`{hint}; the groups are {known}")));
    }
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(fits) || name.starts_with('-') || name.ends_with('-') {
        let message =
            format!("`{id}`: a name is made of small letters, digits and hyphens, as in door-paint");
        return Err(Error::Usage(message));
    }
    let inside = format!("phrases/{group}/{name}.toml");
    if Files::built_in().0.contains_key(&inside) {
        let message = format!("`{id}`: is a built-in rule; a file at {inside} would take its whole place");
        return Err(Error::Usage(message));
    }
    let path = dir.join(inside);
    let failed = |source| Error::Write { path: path.clone(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let text = TEMPLATE.replace("{id}", id).replace("{dir}", &dir.display().to_string());
    let mut file = match std::fs::File::create_new(&path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Error::Usage(format!("{}: is there already and stays as it is", path.display())));
        }
        Err(e) => return Err(failed(e)),
    };
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(failed)?;
    Ok(path)
}
