//! Which turns stand beside one and change what it means.

use super::transcript::Speaker;

/// How far away what the same speaker said still belongs to a turn: the other side spoke once in between.
const REACH: usize = 2;

/// Places of turns of a call, where there are such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    /// The turn before, when another speaker said it.
    pub previous: Option<usize>,
    /// The turn after, when another speaker said it.
    pub reply: Option<usize>,
    /// What the same speaker said last before, at most two turns away.
    pub earlier: Option<usize>,
    /// What the same speaker said first after, at most two turns away.
    pub later: Option<usize>,
}

impl Beside {
    /// Of the turn at the place `at` of `turns` turns. A speaker who is not known is nobody's same speaker.
    pub fn of(at: usize, turns: usize, speaker: impl Fn(usize) -> Speaker) -> Beside {
        let own = speaker(at);
        let before = |n: usize| at.checked_sub(n);
        let after = |n: usize| Some(at + n).filter(|k| *k < turns);
        let another = |k: &usize| speaker(*k) != own;
        let same = |k: &usize| own != Speaker::Unknown && speaker(*k) == own;
        Beside {
            previous: before(1).filter(another),
            reply: after(1).filter(another),
            earlier: (1..=REACH).filter_map(before).find(same),
            later: (1..=REACH).filter_map(after).find(same),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Speaker::{Borrower, Collector, Unknown};

    fn of(at: usize, said: &[Speaker]) -> [Option<usize>; 4] {
        let Beside { previous, reply, earlier, later } = Beside::of(at, said.len(), |k| said[k]);
        [previous, reply, earlier, later]
    }

    #[test]
    fn the_other_side_stands_next_and_the_same_speaker_at_most_two_away() {
        let call = [Collector, Borrower, Collector, Collector, Borrower, Borrower, Collector];
        assert_eq!(of(0, &call), [None, Some(1), None, Some(2)]);
        assert_eq!(of(2, &call), [Some(1), None, Some(0), Some(3)]);
        assert_eq!(of(3, &call), [None, Some(4), Some(2), None]);
        assert_eq!(of(6, &call), [Some(5), None, None, None]);
        assert_eq!(of(1, &[Unknown, Unknown, Unknown]), [None; 4]);
        assert_eq!(of(0, &[Collector]), [None; 4]);
    }
}
