//! Calls at forbidden hours.

use jiff::civil::Time;

use crate::aggregate::admit::Admits;
use crate::aggregate::dials::Dial;
use crate::aggregate::frequency::{Episode, Part};
use crate::aggregate::hours::Stretch;

const OVERRUN: &str = "began before the forbidden hours and ran on into them";
const UNPROVED: &str = "the log tells of agreed hours, but not of a proof from before the call";

pub(in crate::aggregate) fn test(
    part: &mut Part<'_>,
    dials: impl Iterator<Item = Dial>,
    hours: (Time, Time),
    overrun: bool,
) {
    let stretch = Stretch::new(hours.0, hours.1);
    for dial in dials {
        let dial = &dial;
        let admits = part.admits(dial);
        if admits == Admits::No {
            continue;
        }
        let second = i64::from(dial.second);
        if dial.start().is_none() {
            part.tally(dial, |t| t.loose());
            continue;
        }
        let inside = stretch.holds(second);
        let late = overrun && !inside && runs_on(dial, stretch, second);
        if !inside && !late {
            continue;
        }
        let consent = consent(part, dial, second);
        if consent == Consent::Proved {
            continue;
        }
        if admits == Admits::Open {
            part.tally(dial, |t| t.loose());
            continue;
        }
        let mut episode = Episode::of(vec![dial.ix], 1);
        episode.note = match (late, consent) {
            (true, _) => Some(OVERRUN),
            (false, Consent::Claimed) => Some(UNPROVED),
            (false, _) => None,
        };
        episode.review = episode.note.is_some();
        if episode.review {
            part.tally(dial, |t| t.doubtful = t.doubtful.saturating_add(1));
        } else {
            part.tally(dial, |t| t.inside = t.inside.saturating_add(1));
        }
        part.push(episode);
    }
}

/// Whether somebody still spoke when the stretch began.
fn runs_on(dial: &Dial, stretch: Stretch, second: i64) -> bool {
    let talk = dial.attempt.duration().and_then(|s| i64::try_from(s).ok()).unwrap_or(0);
    dial.attempt.connected() != Some(false) && talk > stretch.begins_in(second)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Consent {
    None,
    Claimed,
    Proved,
}

/// Consent has to be older than the call, and to be proved by a call or a document.
fn consent(part: &Part<'_>, dial: &Dial, second: i64) -> Consent {
    let Some(agreed) = part.book.agreement(&dial.attempt) else { return Consent::None };
    if !Stretch::new(agreed.from, agreed.to).holds(second) {
        return Consent::None;
    }
    let day = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(dial.day)).ok();
    let before = agreed.on.zip(day).is_some_and(|(on, day)| on <= day);
    if agreed.proved && before { Consent::Proved } else { Consent::Claimed }
}
