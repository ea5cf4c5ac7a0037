//! An interrupted run leaves nothing half-written: files that are still being written beside their targets go with it.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

/// Files that were begun. One that is in its place by now is known by a name that is no longer there.
static BEGUN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// The exit status of an interrupted program.
const INTERRUPTED: i32 = 130;

/// From now on an interrupt (Ctrl-C, or a request to end) takes the files under way with it.
pub fn watch() {
    // Without a handler an interrupt still ends the program; a leftover is all there is to lose.
    let _ = ctrlc::set_handler(|| {
        let files = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
        for file in files.iter() {
            let _ = std::fs::remove_file(file);
        }
        // The lock is still held: no file is begun any more.
        std::process::exit(INTERRUPTED);
    });
}

/// Makes a file that an interrupt takes away.
pub fn begin(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<NamedTempFile> {
    let mut files = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    let file = make()?;
    files.push(file.path().to_owned());
    Ok(file)
}
