//! Whether a rule counts a call; and what cannot be said at all from these calls.

use super::attempt::{ANNOUNCED, Attempt, REFUSED};
use super::calls::CallBook;
use crate::model::profile::{Counts, Event, KeyPart, Profile, ProfileRule, Test};
use crate::model::transcript::CalleeRole;

/// Whether a rule counts a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admits {
    Yes,
    No,
    /// What is known of the call does not say.
    Open,
}

impl Admits {
    fn and(self, other: Admits) -> Admits {
        match (self, other) {
            (Admits::No, _) | (_, Admits::No) => Admits::No,
            (Admits::Yes, Admits::Yes) => Admits::Yes,
            _ => Admits::Open,
        }
    }

    fn of(known: Option<bool>) -> Admits {
        match known {
            Some(true) => Admits::Yes,
            Some(false) => Admits::No,
            None => Admits::Open,
        }
    }
}

/// Whether a rule counts a call, by what came of it and who was called.
pub(super) fn admits(profile: &Profile, rule: &ProfileRule, attempt: &Attempt) -> Admits {
    let mut admits = by_role(&rule.callees, attempt);
    if let Some(counts) = rule.test.counts() {
        admits = admits.and(by_counts(profile, counts, attempt));
    }
    if let Some(most) = rule.ring_max_seconds {
        let unanswered = Admits::of(attempt.connected().map(|c| !c));
        admits = admits.and(unanswered).and(Admits::of(attempt.ring().map(|r| r <= most)));
    }
    if rule.test.key().contains(&KeyPart::Contact) {
        admits = admits.and(by_role(&[CalleeRole::Contact], attempt));
    }
    admits
}

/// Whether a call is the event that starts a clock.
pub(super) fn is_event(profile: &Profile, event: Event, attempt: &Attempt) -> Admits {
    match event {
        Event::Connected => by_counts(profile, Counts::Connected, attempt),
        Event::Effective => by_counts(profile, Counts::Effective, attempt),
        Event::Refusal => Admits::of(Some(attempt.is(REFUSED))),
        Event::Announcement => Admits::of(Some(attempt.is(ANNOUNCED))),
    }
}

fn by_counts(profile: &Profile, counts: Counts, attempt: &Attempt) -> Admits {
    match counts {
        Counts::Attempts => Admits::Yes,
        Counts::Connected => Admits::of(attempt.connected()),
        Counts::Unanswered => Admits::of(attempt.connected().map(|c| !c)),
        Counts::Effective => {
            let least = profile.effective_min_seconds;
            let long = match attempt.duration() {
                // An answered call lasted for some time.
                None if least == 0 => Admits::Yes,
                seconds => Admits::of(seconds.map(|s| s > least)),
            };
            Admits::of(attempt.connected()).and(long).and(by_role(&[CalleeRole::Borrower], attempt))
        }
    }
}

pub(super) fn by_role(callees: &[CalleeRole], attempt: &Attempt) -> Admits {
    let role = attempt.role();
    if callees.is_empty() || callees.contains(&role) {
        Admits::Yes
    } else if role == CalleeRole::Unknown {
        Admits::Open
    } else {
        Admits::No
    }
}

/// The name of a part of a key, as profiles write it.
pub(super) fn name_of(part: KeyPart) -> &'static str {
    match part {
        KeyPart::Borrower => "borrower",
        KeyPart::CalleeNumber => "callee_number",
        KeyPart::CallerNumber => "caller_number",
        KeyPart::Collector => "collector",
        KeyPart::Agency => "agency",
        KeyPart::Contact => "contact",
    }
}

/// Why a rule cannot be tested at all on these calls.
pub(super) fn not_checked(book: &CallBook, profile: &Profile, rule: &ProfileRule) -> Option<String> {
    let known = &book.resolved().known;
    let counts = rule.test.counts();
    if rule.needs_call_log && !book.has_log() {
        return Some("needs a call log: none was given".to_owned());
    }
    if book.is_empty() {
        return Some("no call was given".to_owned());
    }
    if counts == Some(Counts::Unanswered) && !book.has_log() {
        return Some("unanswered calls stand in a call log only: none was given".to_owned());
    }
    if known.starts == 0 {
        return Some("no call tells when it began".to_owned());
    }
    let mut parts = rule.test.key().to_vec();
    if let Test::Distinct { of, .. } = rule.test {
        parts.push(of);
    }
    if let Some(part) = parts.into_iter().find(|part| known.part(*part) == 0) {
        return Some(format!("no call tells its {}", name_of(part).replace('_', " ")));
    }
    let contact_first = matches!(rule.test, Test::ContactFirst { .. });
    let by_answer = counts.is_some_and(|c| c != Counts::Attempts)
        || contact_first
        || matches!(rule.test, Test::After { event: Event::Connected | Event::Effective, .. });
    if by_answer && known.connected == 0 {
        return Some("no call tells whether it was answered".to_owned());
    }
    let by_role = counts == Some(Counts::Effective)
        || contact_first
        || rule.test.key().contains(&KeyPart::Contact)
        || !(rule.callees.is_empty() || rule.callees.contains(&CalleeRole::Unknown));
    if by_role && counts.is_some() | contact_first && known.roles == 0 {
        return Some("no call tells who was called".to_owned());
    }
    if counts == Some(Counts::Effective) && profile.effective_min_seconds > 0 && known.durations == 0 {
        return Some("no call tells how long it lasted".to_owned());
    }
    special(book, rule)
}

/// What single kinds of rules need.
fn special(book: &CallBook, rule: &ProfileRule) -> Option<String> {
    let known = &book.resolved().known;
    let words = matches!(rule.test, Test::After { event: Event::Refusal | Event::Announcement, .. });
    let reason = if rule.ring_max_seconds.is_some() && known.rings == 0 {
        "no call tells how long it rang"
    } else if rule.test == Test::Unrecorded && known.recordings == 0 {
        "no call log tells of recordings"
    } else if words && known.transcripts == 0 {
        "needs transcripts: none was given"
    } else {
        return None;
    };
    Some(reason.to_owned())
}
