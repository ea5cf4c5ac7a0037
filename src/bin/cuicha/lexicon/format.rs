//! `cuicha lexicon format`: rule files in their one form.

use std::io::Write;
use std::path::{Path, PathBuf};

use cuicha::lexicon::format::format;
use cuicha::model::error::{Error, Fault};

use super::to_stdout;
use crate::exit::Outcome;
use crate::language::fill;

pub fn run(paths: &[PathBuf], check: bool) -> Result<Outcome, Error> {
    let mut files = Vec::new();
    for path in paths {
        files.extend(rule_files(path)?);
    }
    files.sort();
    files.dedup();
    // Nothing is written before everything could be read.
    let (mut changed, mut faults) = (Vec::new(), Vec::new());
    for file in &files {
        match formatted(file)? {
            Ok(Some(text)) => changed.push((file, text)),
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Rules(faults));
    }
    let mut out = std::io::stdout().lock();
    for (file, text) in &changed {
        let did = if check { "format.would" } else { "format.did" };
        if !check {
            write(file, text)?;
        }
        writeln!(out, "{}", fill(did, &[&file.display()])).map_err(to_stdout)?;
    }
    let (all, some) = (files.len(), changed.len());
    let key = if check { "format.checked" } else { "format.changed" };
    writeln!(out, "{}", fill(key, &[&all, &some])).map_err(to_stdout)?;
    Ok(if check && some > 0 { Outcome::Found } else { Outcome::Clean })
}

/// The file itself, or the rule files below a folder.
fn rule_files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
        let entry = entry.map_err(|e| {
            failed(e.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links")))
        })?;
        let grand = entry.path().parent().and_then(Path::parent).and_then(Path::file_name);
        let is_rule =
            grand.is_some_and(|g| g == "phrases") && entry.path().extension().is_some_and(|e| e == "toml");
        if is_rule && entry.file_type().is_file() {
            found.push(entry.into_path());
        }
    }
    if found.is_empty() {
        let place = path.display();
        return Err(Error::Usage(format!(
            "{place}: holds no rule file; they stand at phrases/<group>/<name>.toml"
        )));
    }
    Ok(found)
}

/// The text as it should be, when it is another one.
fn formatted(file: &Path) -> Result<Result<Option<String>, Fault>, Error> {
    let bytes = std::fs::read(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
    let name = file.to_string_lossy().into_owned();
    let Ok(text) = std::str::from_utf8(&bytes) else {
        let message = "is not UTF-8: save it as UTF-8".to_owned();
        return Ok(Err(Fault { file: name, line: 0, message }));
    };
    Ok(format(&name, text).map(|new| (new != text).then_some(new)))
}

/// Whole or not at all.
fn write(file: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::Write { path: file.to_owned(), source };
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    beside.write_all(text.as_bytes()).map_err(failed)?;
    if let Ok(old) = std::fs::metadata(file) {
        beside.as_file().set_permissions(old.permissions()).map_err(failed)?;
    }
    beside.persist(file).map_err(|e| failed(e.error))?;
    Ok(())
}
