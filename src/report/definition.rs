//! What a counting rule tests, for machines and in words.

use serde_json::{Value, json};

use crate::model::messages::Voice;
use crate::model::profile::{Counts, Event, KeyPart, Profile, ProfileRule, Test, Window, Wording};
use crate::model::rules::Severity;
use crate::model::transcript::CalleeRole;

/// The keys of a rule, as a profile writes them.
pub(super) fn json(rule: &ProfileRule) -> Value {
    let mut value = match &rule.test {
        Test::Hours { from, to, overrun } => {
            json!({ "from": from.to_string(), "to": to.to_string(), "overrun": overrun })
        }
        Test::Count { counts, key, window, max } => {
            json!({ "counts": counts, "key": key, "window": name(*window), "max": max })
        }
        Test::Distinct { counts, of, key, window, max } => {
            json!({ "counts": counts, "distinct": of, "key": key, "window": name(*window), "max": max })
        }
        Test::After { event, counts, key, window, max } => {
            json!({ "after": event, "counts": counts, "key": key, "window": name(*window), "max": max })
        }
        Test::ContactFirst { failed } => json!({ "contact_after_failed": failed }),
        Test::Unrecorded => json!({ "requires": "recording" }),
    };
    if !rule.callees.is_empty() {
        value["callees"] = json!(rule.callees);
    }
    if let Some(ring) = rule.ring_max_seconds {
        value["ring_max_seconds"] = json!(ring);
    }
    value
}

fn name(window: Window) -> String {
    match window {
        Window::CalendarDay => "calendar-day".to_owned(),
        Window::CalendarDays { days } => format!("{days}-calendar-days"),
        Window::Rolling { seconds } => format!("{seconds}s"),
        Window::Forever => "forever".to_owned(),
    }
}

/// A whole profile for people: each rule with what it tests, its clauses and how certain they are.
pub fn profile(profile: &Profile, voice: Voice<'_>) -> String {
    let zone = profile.timezone.iana_name().unwrap_or("fixed offset");
    let mut page = format!("{}  {}\n", profile.name, voice.pick(&profile.title));
    page.push_str(&voice.fill("define.zone", &[&zone]));
    page.push('\n');
    page.push_str(&voice.fill("define.effective", &[&profile.effective_min_seconds]));
    page.push('\n');
    page.push_str(&voice.say("define.dials"));
    page.push('\n');
    for rule in &profile.rules {
        page.push('\n');
        page.push_str(&section(rule, voice));
    }
    page
}

fn section(rule: &ProfileRule, voice: Voice<'_>) -> String {
    let title = rule.title.as_ref().map_or("", |t| voice.pick(t));
    let severity = voice.say(match rule.severity {
        Severity::Critical => "severity.critical",
        Severity::Major => "severity.major",
        Severity::Minor => "severity.minor",
        Severity::Info => "severity.info",
    });
    let verdict = voice.say(if rule.review { "verdict.review" } else { "verdict.violation" });
    let mut lines = vec![
        format!("frequency/{}  {title}", rule.id),
        format!("  {}", words(rule, voice)),
        format!("  {}", voice.fill("define.level", &[&verdict, &severity, &wording(rule.wording, voice)])),
    ];
    if rule.needs_call_log {
        lines.push(format!("  {}", voice.say("define.needs-log")));
    }
    if rule.all_agencies {
        lines.push(format!("  {}", voice.say("define.all-agencies")));
    }
    for b in &rule.basis {
        let from = b.from.map_or(String::new(), |d| format!(" {}", voice.fill("define.from", &[&d])));
        let until = b.until.map_or(String::new(), |d| format!(" {}", voice.fill("define.until", &[&d])));
        let sure = b.certainty.as_deref().unwrap_or("-");
        let sure = voice.fill("define.certainty", &[&sure]);
        lines.push(format!("  {}: {}{from}{until}  {sure}", voice.say("basis"), b.id));
    }
    if let Some(why) = &rule.why {
        lines.push(format!("  {}: {}", voice.say("why"), voice.pick(why)));
    }
    lines.join("\n") + "\n"
}

fn wording(wording: Option<Wording>, voice: Voice<'_>) -> String {
    voice.say(match wording {
        Some(Wording::MustNot) => "wording.must-not",
        Some(Wording::Should) => "wording.should",
        Some(Wording::Advised) => "wording.advised",
        Some(Wording::Chosen) => "wording.chosen",
        None => "wording.none",
    })
}

/// What a rule tests, as a sentence.
pub(super) fn words(rule: &ProfileRule, voice: Voice<'_>) -> String {
    let key = |parts: &[KeyPart]| {
        let names: Vec<String> = parts.iter().map(|p| voice.say(part(*p))).collect();
        names.join(&format!(" {} ", voice.say("define.and")))
    };
    let calls = |counts: Counts| {
        let what = voice.say(match counts {
            Counts::Attempts => "define.attempts",
            Counts::Connected => "define.connected",
            Counts::Effective => "define.effective-calls",
            Counts::Unanswered => "define.unanswered",
        });
        let what = match rule.ring_max_seconds {
            Some(seconds) => voice.fill("define.rings", &[&what, &seconds]),
            None => what,
        };
        callees(what, &rule.callees, voice)
    };
    match &rule.test {
        Test::Hours { from, to, overrun } => {
            let late = if *overrun { format!("; {}", voice.say("define.overrun")) } else { String::new() };
            voice.fill("define.hours", &[from, to]) + &late
        }
        Test::Count { counts, key: k, window, max } => {
            voice.fill("define.count", &[&key(k), &length(*window, voice), &calls(*counts), max])
        }
        Test::Distinct { counts, of, key: k, window, max } => {
            let of = voice.say(part(*of));
            voice.fill("define.distinct", &[&key(k), &length(*window, voice), &calls(*counts), &of, max])
        }
        Test::After { event, counts, key: k, window, max } => {
            let event = voice.say(match event {
                Event::Connected => "define.after-connected",
                Event::Effective => "define.after-effective",
                Event::Refusal => "define.after-refusal",
                Event::Announcement => "define.after-announcement",
            });
            voice.fill("define.after", &[&key(k), &event, &length(*window, voice), &calls(*counts), max])
        }
        Test::ContactFirst { failed } => voice.fill("define.contact-first", &[failed]),
        Test::Unrecorded => voice.say("define.unrecorded"),
    }
}

fn callees(calls: String, callees: &[CalleeRole], voice: Voice<'_>) -> String {
    if callees.is_empty() {
        return calls;
    }
    let names: Vec<String> = callees
        .iter()
        .map(|c| {
            voice.say(match c {
                CalleeRole::Borrower => "define.to-borrower",
                CalleeRole::Contact => "define.to-contact",
                CalleeRole::Unknown => "define.to-unknown",
            })
        })
        .collect();
    voice.fill("define.to", &[&calls, &names.join(&format!(" {} ", voice.say("define.or")))])
}

fn part(part: KeyPart) -> &'static str {
    match part {
        KeyPart::Borrower => "key.borrower",
        KeyPart::CalleeNumber => "key.callee-number",
        KeyPart::CallerNumber => "key.caller-number",
        KeyPart::Collector => "key.collector",
        KeyPart::Agency => "key.agency",
        KeyPart::Contact => "key.contact",
    }
}

fn length(window: Window, voice: Voice<'_>) -> String {
    match window {
        Window::CalendarDay => voice.say("define.day"),
        Window::CalendarDays { days } => voice.fill("define.days", &[&days]),
        Window::Forever => voice.say("define.forever"),
        Window::Rolling { seconds } => {
            let units = [
                (86_400, "define.rolling-days"),
                (3_600, "define.rolling-hours"),
                (60, "define.rolling-minutes"),
            ];
            let (n, key) = units
                .into_iter()
                .find(|(unit, _)| seconds % unit == 0)
                .map_or((seconds, "define.rolling-seconds"), |(unit, key)| (seconds / unit, key));
            voice.fill(key, &[&n])
        }
    }
}
