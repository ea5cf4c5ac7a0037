//! An interrupted run leaves nothing half-written: files that are still being written beside their targets go with it.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use tempfile::NamedTempFile;

/// Files that were begun. One that is in its place by now is known by a name that is no longer there.
static BEGUN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// What a program adds to the number of the signal that ended it for its exit status.
const BY_SIGNAL: i32 = 128;

/// From now on an interrupt (Ctrl-C, a request to end, a closed terminal) takes the files under way with it. What the program was
/// started to ignore (`nohup`) it goes on to ignore, where the system tells.
#[cfg(unix)]
pub fn watch() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let ignored = ignored();
    let watched = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    // Without a handler an interrupt still ends the program; a leftover is all there is to lose.
    let Ok(mut signals) = signal_hook::iterator::Signals::new(watched) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end(BY_SIGNAL + signal);
        }
    });
}

/// A bit for each signal that is ignored, the first in the lowest.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let told = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    told.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(0)
}

/// From now on an interrupt takes the files under way with it.
#[cfg(not(unix))]
pub fn watch() {
    // As Ctrl-C is known elsewhere.
    let _ = ctrlc::set_handler(|| end(BY_SIGNAL + 2));
}

/// Ends the program without the files that were begun.
fn end(status: i32) {
    let files = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    for file in files.iter() {
        let _ = std::fs::remove_file(file);
    }
    // The lock is still held: no file is begun any more.
    std::process::exit(status);
}

/// Makes a file that an interrupt takes away.
pub fn begin(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<NamedTempFile> {
    let mut files = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    let file = make()?;
    files.push(file.path().to_owned());
    Ok(file)
}
