//! The key file: one line with a secret that only its owner may read. Whoever has ledger and key can read the ids.

use std::io::Write;
use std::path::Path;

use super::fault;
use crate::model::error::Error;

/// Bytes of the secret.
pub(super) const BYTES: usize = 32;
const HEAD: &str = "cuicha-ledger-key-1 ";

/// The secret in a key file.
///
/// # Errors
/// When it is not there or is no key file.
pub(super) fn read(path: &Path, ledger: &Path) -> Result<[u8; BYTES], Error> {
    let text = std::fs::read_to_string(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => fault(
            path,
            format!(
                "the key file of the ledger {} is not there: put it back or name it with --history-key; \
                 without it no id in the ledger can be told",
                ledger.display()
            ),
        ),
        std::io::ErrorKind::InvalidData => no_key(path),
        _ => Error::Read { path: path.to_owned(), source: e },
    })?;
    text.trim_end().strip_prefix(HEAD).and_then(unhex).ok_or_else(|| no_key(path))
}

/// The secret in a key file, which is made if it is not there.
///
/// # Errors
/// When it is no key file, or cannot be made.
pub(super) fn read_or_make(path: &Path, ledger: &Path) -> Result<[u8; BYTES], Error> {
    if !path.exists() {
        make(path)?;
    }
    read(path, ledger)
}

fn make(path: &Path) -> Result<(), Error> {
    let fail = |source: std::io::Error| Error::Write { path: path.to_owned(), source };
    let mut secret = [0u8; BYTES];
    getrandom::fill(&mut secret)
        .map_err(|e| fault(path, format!("the system gives no random bytes for a key: {e}")))?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Temporary files are made with mode 0600, and this one keeps it.
    let mut file = tempfile::Builder::new().prefix(".cuicha-key-").tempfile_in(folder).map_err(fail)?;
    writeln!(file, "{HEAD}{}", hex(&secret)).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    match file.persist_noclobber(path) {
        Ok(_) => sync_folder(folder).map_err(fail),
        // Another first run was faster: its key is the key.
        Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(fail(e.error)),
    }
}

/// A ledger that outlives its key in a loss of power would be lost.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn no_key(path: &Path) -> Error {
    fault(path, "is no key file of a ledger: one line, `cuicha-ledger-key-1` and 64 hexadecimal digits")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; BYTES]> {
    let mut bytes = [0u8; BYTES];
    if text.len() != 2 * BYTES || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
