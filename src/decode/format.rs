//! A format that the user names.

use super::{DECODERS, Decoder};
use crate::model::error::Error;

/// A format of transcripts that is taken without a look at what is in the files.
#[derive(Clone, Copy)]
pub struct Format(pub(super) &'static dyn Decoder);

impl Format {
    /// The names, as they are typed: those of the decoders with a hyphen in place of what is awkward to type.
    pub fn names() -> Vec<String> {
        DECODERS.iter().map(|d| typed(d.name())).collect()
    }

    /// The format of this name.
    ///
    /// # Errors
    /// [`Error::Usage`] with all names and the nearest one when there is none.
    pub fn named(name: &str) -> Result<Format, Error> {
        let wanted = typed(name);
        let found = DECODERS.iter().find(|d| typed(d.name()) == wanted);
        found.map(|d| Format(*d)).ok_or_else(|| {
            let names = Format::names();
            let near = names.iter().map(|n| (strsim::damerau_levenshtein(&wanted, n), n)).min();
            let near = near.filter(|(distance, n)| *distance <= 1 + n.len() / 4);
            let meant = near.map_or(String::new(), |(_, n)| format!(" (did you mean `{n}`?)"));
            Error::Usage(format!("no format `{name}`{meant}: known are {}", names.join(", ")))
        })
    }

    /// Whether its files are joined with tables beside them.
    pub fn has_tables(self) -> bool {
        self.0.name() == super::kaldi::NAME
    }

    /// Whether its files can be read line by line.
    pub fn by_lines(self) -> bool {
        self.0.by_lines()
    }
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Format({})", self.0.name())
    }
}

fn typed(name: &str) -> String {
    name.trim()
        .chars()
        .map(|c| if matches!(c, ' ' | '/' | '_') { '-' } else { c.to_ascii_lowercase() })
        .collect()
}
