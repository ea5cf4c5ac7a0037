//! The words of a lexicon, and what each of them stands for.

use super::rules::{Boundary, ClassIx, RuleIx};

/// What a pattern that was found stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Use {
    /// A term of a rule: a candidate by itself.
    Term {
        /// Whose.
        rule: RuleIx,
        /// How sure a match is, 0 to 1.
        weight: f32,
        /// Edges.
        boundary: Boundary,
    },
    /// A harmless expression: a candidate of this rule that overlaps it is rejected.
    Except {
        /// Whose.
        rule: RuleIx,
    },
    /// A member of a class, for phrases, cues and conduct.
    Member {
        /// Of which.
        class: ClassIx,
    },
}

/// A distinct string that the automaton looks for, in normalised form.
/// There may be a hundred thousand: what most have in common takes no room.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Normalised text.
    pub text: Box<str>,
    /// The spelling of the lexicon, where it is another one.
    pub spelled: Option<Box<str>>,
    /// What it stands for.
    pub uses: Uses,
    /// Index in [`RuleSet::files`](super::rules::RuleSet::files) and 1-based line of its first use.
    pub origin: (u32, u32),
}

impl Pattern {
    /// The spelling of the lexicon.
    pub fn shown(&self) -> &str {
        self.spelled.as_deref().unwrap_or(&self.text)
    }
}

/// What a pattern stands for: mostly one thing, never nothing.
#[derive(Debug, Clone)]
pub enum Uses {
    /// One thing.
    One(Use),
    /// Several.
    Several(Box<[Use]>),
}

impl Uses {
    /// Adds one more.
    pub fn push(&mut self, more: Use) {
        let mut all = self.to_vec();
        all.push(more);
        *self = Uses::Several(all.into());
    }
}

impl std::ops::Deref for Uses {
    type Target = [Use];

    fn deref(&self) -> &[Use] {
        match self {
            Uses::One(one) => std::slice::from_ref(one),
            Uses::Several(all) => all,
        }
    }
}

impl<'a> IntoIterator for &'a Uses {
    type Item = &'a Use;
    type IntoIter = std::slice::Iter<'a, Use>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
