//! What words are a sign of, beside a violation: that somebody is in distress, and who speaks.

use super::rules::Bilingual;
use super::transcript::Speaker;

/// A kind of distress cue.
#[derive(Debug, Clone)]
pub struct CareCue {
    /// Name, e.g. `self-harm`.
    pub name: String,
    /// Title.
    pub title: Bilingual,
    /// Whose words.
    pub speakers: Vec<Speaker>,
    /// File it came from.
    pub file: String,
    /// Its own tests.
    pub tests: Vec<SignTest>,
}

/// Words that tell who speaks, for input that does not.
#[derive(Debug, Clone)]
pub struct Voice {
    /// Who speaks so.
    pub speaker: Speaker,
    /// How strongly it tells.
    pub weight: f32,
    /// File it came from.
    pub file: String,
    /// Its own tests.
    pub tests: Vec<SignTest>,
}

/// A test of such words, which stands in their file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignTest {
    /// 1-based line in the file.
    pub line: usize,
    /// What is said.
    pub text: String,
    /// Who says it; nobody knows where the words are to tell.
    pub speaker: Speaker,
    /// Whether the sign must be seen, or must not.
    pub seen: bool,
}
