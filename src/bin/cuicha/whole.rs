//! Files that are written whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use cuicha::model::error::Error;
use tempfile::NamedTempFile;

use crate::interrupt;

/// A file beside its target, which is to replace it; gone if the program ends before.
pub fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    interrupt::begin(|| tempfile::Builder::new().prefix(".cuicha-").tempfile_in(folder)).map_err(|e| {
        // What is beside the target, and is gone by now, is no news to anybody.
        let text = e.to_string();
        io::Error::new(e.kind(), text.split(" at path ").next().unwrap_or_default().to_owned())
    })
}

/// Writes a file with the usual rights, in place of the one that is there.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let fail = |source| Error::Write { path: path.to_owned(), source };
    filled(path, bytes).and_then(|file| file.persist(path).map_err(|e| e.error)).map_err(fail)?;
    Ok(())
}

/// The same where no file must be yet.
///
/// # Errors
/// When there is one, or it cannot be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let fail = |source| Error::Write { path: path.to_owned(), source };
    filled(path, bytes).and_then(|file| file.persist_noclobber(path).map_err(|e| e.error)).map_err(fail)?;
    Ok(())
}

fn filled(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    readable(&file)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// A temporary file is private; what the user asked for is not.
#[cfg(unix)]
fn readable(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
