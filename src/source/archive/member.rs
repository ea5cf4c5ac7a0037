//! Names of files in archives.

use std::ffi::OsStr;

use crate::source::walk::hidden;

/// Folders that archivers add for themselves.
const ADDED: &[&str] = &["__MACOSX"];

/// The name with slashes, as other systems may write it otherwise.
pub(super) fn name(bytes: &[u8], decode: fn(&[u8]) -> String) -> String {
    let text = std::str::from_utf8(bytes).map_or_else(|_| decode(bytes), str::to_owned);
    let text = text.replace('\\', "/");
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
}

/// Whether the name is that of a file outside.
pub(super) fn leads_out(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    name.starts_with('/') || drive || name.split('/').any(|part| part == "..") || name.contains('\0')
}

/// Whether the file or a folder above it is hidden.
pub(super) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| (part != "." && hidden(OsStr::new(part))) || ADDED.contains(&part))
}
