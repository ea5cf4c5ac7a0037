//! What the program has to say about its input, short of refusing to run.

use schemars::JsonSchema;
use serde::Serialize;

/// A remark about the input, with its place. The run goes on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Notice {
    /// Input file, as the user named it; empty when the remark is about the run as a whole.
    pub file: String,
    /// 1-based line, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What was noticed.
    pub message: String,
    /// Whether something could not be looked at because of it (the exit status becomes 2).
    pub lost: bool,
}

impl Notice {
    /// Something could not be looked at: the exit status becomes 2.
    pub fn lost(file: impl Into<String>, line: Option<usize>, message: impl Into<String>) -> Notice {
        Notice { file: file.into(), line, message: message.into(), lost: true }
    }

    /// Worth saying; nothing was lost.
    pub fn remark(file: impl Into<String>, line: Option<usize>, message: impl Into<String>) -> Notice {
        Notice { file: file.into(), line, message: message.into(), lost: false }
    }
}
