//! The exit status, decided in one place: 0 looked at everything and found nothing, 1 found something, 2 could not look at
//! everything or could not start (2 beats 1). A closed pipe is success.

use std::io::ErrorKind;
use std::process::ExitCode;

use cuicha::model::error::Error;
use cuicha::model::notice::Notice;

use crate::language;

/// How a command came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Looked at everything; nothing at or above the bar.
    Clean,
    /// Found something.
    Found,
    /// Could not look at everything.
    Incomplete,
}

impl Outcome {
    /// The same without the status for findings.
    pub fn forgive(self) -> Outcome {
        if self == Outcome::Found { Outcome::Clean } else { self }
    }
}

/// Prints the error, if there is one, and names the status.
pub fn status(result: Result<Outcome, Error>) -> ExitCode {
    match result {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Incomplete) => ExitCode::from(2),
        Err(Error::Write { source, .. }) if source.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(e) => {
            say(&language::fill("said.error", &[&language::told(&e)]));
            ExitCode::from(2)
        }
    }
}

/// One message on standard error; a closed one is nobody's fault.
pub fn say(message: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// What was noticed while the input was read, one line each.
pub fn tell(notices: &[Notice]) {
    for notice in notices {
        say(&language::fill(level(notice), &[&noticed(notice)]));
    }
}

/// How grave a notice is, as a key.
pub fn level(notice: &Notice) -> &'static str {
    if notice.lost { "said.warning" } else { "said.note" }
}

/// A notice with its place.
pub fn noticed(notice: &Notice) -> String {
    let line = notice.line.map(|l| format!(":{l}")).unwrap_or_default();
    let colon = if notice.file.is_empty() { "" } else { ": " };
    format!("{}{line}{colon}{}", notice.file, language::remark(&notice.message))
}
