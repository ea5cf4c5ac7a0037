//! What may show required elements in a turn that was glanced at: proved when it is asked for, as most never is.

use super::proof::Proof;
use super::sheet::{By, Marked, Sheet};
use super::{Matcher, SHEET};
use crate::matching::kinds;
use crate::model::rules::{Owner, RuleSet};
use crate::model::span::NormSpan;

/// What may show required elements, for [`Matcher::evidence`].
#[derive(Debug, Default)]
pub struct Evidence {
    /// Phrases whose rarest part stands there, and their second rarest somewhere.
    pub(super) begun: Vec<Begun>,
    /// A bit for what these are evidence for, by its number; the last one for all that have a higher number.
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
        if seen.places.is_empty() || shows && seen.needs & bit(need) == 0 {
            return;
        }
        SHEET.with_borrow_mut(|sheet| {
            sheet.mark_again(&seen.places, seen.longest);
            if shows {
                sheet.outlined.clear();
                let by = By { text, heard: false, left_out: 0 };
                for begun in seen.begun.iter().filter(|begun| begun.need == need) {
                    let one = (kinds::NEED, begun.phrase as usize);
                    let at = usize::from(begun.at);
                    if !sheet.outlined.contains(&one) && sheet.holds(phrases, one.1, at, &by) {
                        sheet.outlined.push(one);
                    }
                }
                sheet.outlined.sort_unstable();
            } else {
                let against = &self.glance.against[usize::from(need)];
                sheet.begin(against);
                self.glance.outlined(text, (against, kinds::AGAINST), 0, sheet, |_| kinds::AGAINST);
            }
            self.prove(text, rules, sheet, see);
        });
    }

    /// Hands over the matches of the phrases that may stand there.
    fn prove(&self, text: &str, rules: &RuleSet, sheet: &mut Sheet, see: &mut dyn FnMut(usize, &[NormSpan])) {
        let Sheet { marked, outlined, proved, .. } = sheet;
        let mut many = false;
        for ix in outlined.iter().map(|(_, ix)| *ix) {
            let phrase = &rules.phrases[ix];
            let proof = Proof { text, marked, phrases: &self.glance.phrases, phrase: (phrase, ix) };
            if proof.find(proved) {
                proved.matches(phrase).for_each(|parts| see(ix, parts));
            } else {
                many = true;
                break;
            }
        }
        if many {
            self.found(text, rules, sheet, kinds::NEED | kinds::AGAINST, &mut |m| see(m.phrase, &m.parts));
        }
    }
}
