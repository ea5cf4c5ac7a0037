//! What may show required elements in a turn that was glanced at: proved when it is asked for, as most never is.

use super::proof::{Proof, Proved};
use super::sheet::{By, Marked, Marks, Sheet};
use super::{Matcher, SHEET};
use crate::matching::kinds;
use crate::model::rules::{Owner, RuleSet};
use crate::model::span::NormSpan;

/// What may show required elements, for [`Matcher::evidence`].
#[derive(Debug, Default)]
pub struct Evidence {
    /// Phrases whose rarest part stands there, and the second rarest seems to where it may.
    pub(super) begun: Vec<Begun>,
    /// A bit for what these show, by its number; the last one for all that have a higher number.
    pub(super) needs: u64,
    /// Where parts of phrases stand.
    pub(super) places: Vec<Marked>,
    /// At least the bytes of the longest of these.
    pub(super) longest: usize,
}

/// A phrase whose rarest part stands at one of the places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun {
    pub(super) phrase: u32,
    /// The number of what it is evidence for.
    pub(super) need: u16,
    /// Whether it shows that, or speaks against it.
    pub(super) shows: bool,
    /// The number of the place among those where something stands as listed.
    pub(super) at: u8,
}

/// The bit of what something is evidence for.
pub(super) fn bit(need: u16) -> u64 {
    1 << need.min(63)
}

impl Matcher {
    /// Hands over the phrases of an owner that show something in a turn that was glanced at, or those that speak against it,
    /// by their number and with the places of their parts.
    pub fn evidence(
        &self,
        seen: &Evidence,
        (owner, shows): (Owner, bool),
        text: &str,
        rules: &RuleSet,
        see: &mut dyn FnMut(usize, &[NormSpan]),
    ) {
        let phrases = &self.glance.phrases;
        let Some(need) = phrases.number(owner) else { return };
        if seen.begun.is_empty() || shows && seen.needs & bit(need) == 0 {
            return;
        }
        let marks = Marks { all: &seen.places, longest: seen.longest };
        let by = By { text, heard: false, left_out: 0 };
        SHEET.with_borrow_mut(|sheet| {
            let Sheet { outlined, proved, .. } = sheet;
            outlined.clear();
            for begun in seen.begun.iter().filter(|begun| begun.need == need && begun.shows == shows) {
                let one = (kinds::NEED, begun.phrase as usize);
                let at = usize::from(begun.at);
                if !outlined.contains(&one) && marks.holds(phrases, one.1, at, &by) {
                    outlined.push(one);
                }
            }
            outlined.sort_unstable();
            self.prove(text, rules, (marks, outlined, proved), see);
        });
    }

    /// Hands over the matches of the phrases that may stand there.
    fn prove(
        &self,
        text: &str,
        rules: &RuleSet,
        (marks, outlined, proved): (Marks<'_>, &[(u8, usize)], &mut Proved),
        see: &mut dyn FnMut(usize, &[NormSpan]),
    ) {
        for ix in outlined.iter().map(|(_, ix)| *ix) {
            let phrase = &rules.phrases[ix];
            let proof =
                Proof { text, marked: marks.all, phrases: &self.glance.phrases, phrase: (phrase, ix) };
            if !proof.find(proved) {
                self.found(text, rules, (marks, outlined), kinds::NEED, &mut |m| see(m.phrase, &m.parts));
                return;
            }
            proved.matches(phrase).for_each(|parts| see(ix, parts));
        }
    }
}
