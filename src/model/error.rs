//! Why a run cannot start or cannot be finished. What concerns a single record is a [`Notice`](super::notice::Notice).

use std::path::{Path, PathBuf};

use super::messages::{Language, Voice};

/// Between the two sides of a message.
const PLAIN: char = '\u{1e}';

/// One fault of a lexicon, a profile or a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// File at fault, as the user named it, or `lexicons/…` for the built-in one.
    pub file: String,
    /// 1-based line; 0 when no line can be named.
    pub line: usize,
    /// What is wrong, and what would be right. May have a second side: see [`Fault::with_plain_words`].
    pub message: String,
}

impl Fault {
    /// A message of two sides: the words of a parser, which are told in English, and plain words that are told in other languages:
    /// the parser's help nobody who reads no English.
    pub fn with_plain_words(parser: &str, plain: &str) -> String {
        format!("{parser}{PLAIN}{plain}")
    }

    /// The same when the plain words are about a line other than that at which the parser stops.
    pub fn with_plain_words_of_line(parser: &str, line: usize, plain: &str) -> String {
        format!("{parser}{PLAIN}{plain}{PLAIN}{line}")
    }

    /// The line that is told in a language.
    fn line(&self, language: Language) -> usize {
        let of_plain = self.message.split(PLAIN).nth(2).and_then(|line| line.parse().ok());
        of_plain.filter(|_| language != Language::English).unwrap_or(self.line)
    }

    /// The side of the message that is told in a language.
    fn side(&self, language: Language) -> &str {
        match self.message.split_once(PLAIN) {
            Some((parser, _)) if language == Language::English => parser,
            Some((_, plain)) => plain.split(PLAIN).next().unwrap_or_default(),
            None => &self.message,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let message = self.side(Language::English);
        match self.line {
            0 => write!(f, "{}: {message}", self.file),
            n => write!(f, "{}:{n}: {message}", self.file),
        }
    }
}

/// Errors of this crate, by who must act.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A lexicon, a profile or a policy file is wrong: its author must mend it. Holds every fault found.
    #[error("{}", list(.0))]
    Rules(Vec<Fault>),
    /// What was asked for cannot be done: the caller must ask for something else.
    #[error("{0}")]
    Usage(String),
    /// Something could not be read.
    #[error("{}: cannot read: {source}", path.display())]
    Read {
        /// What.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The ledger of earlier runs cannot be used as it is.
    #[error("{}: {message}", path.display())]
    Ledger {
        /// The ledger or its key file.
        path: PathBuf,
        /// What is wrong, and what to do.
        message: String,
    },
    /// Something could not be written.
    #[error("{}: cannot write: {source}", path.display())]
    Write {
        /// What.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Error {
    /// The error in the language of a voice; paths stay as they are.
    pub fn told(&self, voice: Voice<'_>) -> String {
        let at = |path: &Path, text: &str| format!("{}: {}", path.display(), voice.remark(text));
        match self {
            Error::Rules(faults) => {
                let told = |f: &Fault| {
                    let message = voice.remark(f.side(voice.language));
                    Fault { file: f.file.clone(), line: f.line(voice.language), message }.to_string()
                };
                let mut lines: Vec<String> = faults.iter().map(told).collect();
                // What a parser finds at two places may be one slip in plain words.
                if voice.language != Language::English {
                    lines.dedup();
                }
                lines.join("\n")
            }
            Error::Usage(message) => voice.remark(message),
            Error::Read { path, source } => at(path, &format!("cannot read: {source}")),
            Error::Ledger { path, message } => at(path, message),
            Error::Write { path, source } => at(path, &format!("cannot write: {source}")),
        }
    }
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
