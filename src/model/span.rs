//! Two coordinate systems, two types: a span in the text as it came in, and a span in the normalised text.

use schemars::JsonSchema;
use serde::Serialize;

/// A half-open range of BYTES in the text of one utterance as it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RawSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A half-open range of BYTES in the normalised text of one utterance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NormSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A half-open range of CHARACTERS (Unicode scalar values) in the text of one utterance as it came in: what output shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct CharSpan {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

impl NormSpan {
    /// Whether `other` lies wholly inside this span.
    pub fn covers(self, other: NormSpan) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two spans share at least one byte.
    pub fn overlaps(self, other: NormSpan) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    pub fn join(self, other: NormSpan) -> NormSpan {
        NormSpan { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl RawSpan {
    /// The same range counted in characters of `text`, which must be the text the span was taken from.
    pub fn in_chars(self, text: &str) -> CharSpan {
        let start = text[..self.start].chars().count();
        let end = start + text[self.start..self.end].chars().count();
        CharSpan { start, end }
    }
}
