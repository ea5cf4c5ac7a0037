//! Why a rule found nothing in a call or a turn: the first stage that said no.

use schemars::JsonSchema;
use serde::Serialize;

use super::near::{Near, brief, nearest};
use super::wording;
use super::{ExplainedCandidate, Fate};
use crate::build::Engine;
use crate::judge::{self, JudgedTurn};
use crate::lexicon::document::suggest;
use crate::model::error::Error;
use crate::model::finding::Verdict;
use crate::model::rules::{GROUPS, RuleIx};
use crate::model::scan::Presence;
use crate::model::transcript::{Call, CalleeRole, Speaker};

/// The name of the rule of each group that the classifier's findings belong to.
const IMPLIED: &str = "/implied";

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Rule id.
    pub rule: &'a str,
    /// 0-based index of the turn; none: the whole call.
    pub turn: Option<usize>,
}

/// The stage that said no. Ordered: the later one came nearer to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The rule is not in force here.
    RuleOff,
    /// What the rule looks at is not known.
    NotChecked,
    /// Somebody else spoke.
    NotTheCollector,
    /// No entry of the rule stands in the text.
    NotMatched,
    /// An entry stands in the text as it came in, and normalising made another text of it.
    NormalisedAway,
    /// The role of who was called raises the bar.
    CallRole,
    /// Not sure enough.
    BelowBar,
    /// A gate stopped it.
    Gate,
    /// A better match of the same group stands at the same place.
    Overruled,
    /// None: it was found.
    Found,
}

/// The answer for a call.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WhyNot {
    /// Call.
    pub call_id: String,
    /// Rule.
    pub rule: String,
    /// The stage that said no, of the turn that came nearest.
    pub stage: Stage,
    /// 0-based index of that turn, for rules on words.
    pub turn: Option<usize>,
    /// What it said, with the words or figures that decided.
    pub message: String,
    /// The answer for every turn that was asked about.
    pub turns: Vec<TurnAnswer>,
}

/// The answer for a turn.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TurnAnswer {
    /// 0-based index.
    pub turn: usize,
    /// Who spoke.
    pub speaker: Speaker,
    /// The stage that said no.
    pub stage: Stage,
    /// What it said.
    pub message: String,
    /// The entry that came nearest to matching, when none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Near>,
}

/// Asks why the rule found nothing.
///
/// # Errors
/// An unknown rule, with the nearest known one; a turn that the call does not have.
pub fn why_not(engine: &Engine, call: &Call, ask: Ask<'_>) -> Result<WhyNot, Error> {
    let told = |stage, message: String| WhyNot {
        call_id: call.call_id.clone(),
        rule: ask.rule.to_owned(),
        stage,
        turn: None,
        message,
        turns: Vec::new(),
    };
    if let Some(rule) = engine.rules.rule(ask.rule) {
        return of_words(engine, call, (rule, ask.turn), told);
    }
    if let Some(name) = ask.rule.strip_prefix("conduct/")
        && let Some(presence) = judge::call(engine, call).record.conduct.get(name)
    {
        let (stage, message) = of_conduct(*presence, call);
        return Ok(told(stage, message));
    }
    if let Some(name) = ask.rule.strip_prefix("frequency/") {
        if engine.profile.rules.iter().any(|r| r.id == name) {
            let message =
                "it counts calls and not words: one call alone cannot break it; `cuicha scan --calls` counts";
            return Ok(told(Stage::NotChecked, message.to_owned()));
        }
        if let Some(profile) = profile_with(name) {
            let message = format!("the profile `{}` has no such rule, `{profile}` has", engine.profile.name);
            return Ok(told(Stage::RuleOff, message));
        }
    }
    Err(Error::Usage(unknown(engine, ask.rule)))
}

/// The message about a rule that nobody knows.
fn unknown(engine: &Engine, id: &str) -> String {
    let words = engine.rules.rules.iter().map(|r| r.id.clone());
    let conduct = engine.rules.conduct.iter().map(|e| format!("conduct/{}", e.name));
    let counts = engine.profile.rules.iter().map(|r| format!("frequency/{}", r.id));
    let known: Vec<String> = words.chain(conduct).chain(counts).collect();
    let hint = suggest(id, known.iter().map(String::as_str));
    format!("no rule `{id}`{hint}; `cuicha rules list` names them all")
}

/// A built-in profile that has this counting rule.
fn profile_with(rule: &str) -> Option<String> {
    let names = crate::lexicon::profile::builtin();
    let found = names
        .into_iter()
        .find(|name| crate::lexicon::profile::load(name).is_ok_and(|p| p.rules.iter().any(|r| r.id == rule)));
    found.map(str::to_owned)
}

fn of_conduct(presence: Presence, call: &Call) -> (Stage, String) {
    match presence {
        Presence::Missing => (
            Stage::Found,
            "it is missing, and reported so; `cuicha explain` shows what came too late".to_owned(),
        ),
        Presence::Present => (Stage::NotMatched, "the element was said, so nothing is missing".to_owned()),
        Presence::NotChecked => {
            let why = if call.callee_role == CalleeRole::Contact {
                "the call goes to a contact: required elements are those of calls to the borrower"
            } else if call.callee_role != CalleeRole::Borrower {
                "the call is not known to be one to the borrower (`callee_role`)"
            } else if call.connected == Some(false) {
                "the call was not answered"
            } else {
                "no turn is known to be the collector's"
            };
            (Stage::NotChecked, why.to_owned())
        }
    }
}

fn of_words(
    engine: &Engine,
    call: &Call,
    (rule, turn): (RuleIx, Option<usize>),
    told: impl Fn(Stage, String) -> WhyNot,
) -> Result<WhyNot, Error> {
    if let Some(at) = turn.filter(|at| *at >= call.turns.len()) {
        let (id, turns) = (&call.call_id, call.turns.len());
        return Err(Error::Usage(format!("call `{id}` has {turns} turns, no turn {}", at.saturating_add(1))));
    }
    let explained = super::explain(engine, call);
    let judged = judge::turns(engine, call);
    let asked = (0..call.turns.len()).filter(|i| turn.is_none_or(|at| at == *i));
    let turns: Vec<TurnAnswer> = asked
        .map(|i| {
            let own: Vec<&ExplainedCandidate> = explained.turns[i]
                .candidates
                .iter()
                .filter(|c| c.rule == engine.rules.rules[rule].id)
                .collect();
            let (stage, message, nearest) = of_turn(engine, call, (&judged, i), rule, &own);
            TurnAnswer { turn: i, speaker: judged[i].speaker, stage, message, nearest }
        })
        .collect();
    let nearer = |t: &&TurnAnswer| (t.stage, share(t), std::cmp::Reverse(t.turn));
    let Some(best) = turns.iter().max_by_key(nearer) else {
        return Ok(told(Stage::NotChecked, "the call has no turns".to_owned()));
    };
    let (stage, message, at) = (best.stage, best.message.clone(), best.turn);
    if explained.verdict == Verdict::NotChecked && stage != Stage::Found && stage < Stage::Gate {
        let message =
            format!("the call is not checked: no words, or no speaker is known; turn {}: {message}", at + 1);
        return Ok(WhyNot { turn: Some(at), turns, ..told(Stage::NotChecked, message) });
    }
    Ok(WhyNot { turn: Some(at), turns, ..told(stage, message) })
}

/// How much of the nearest entry stands in the turn, in thousandths.
fn share(t: &TurnAnswer) -> u32 {
    t.nearest.as_ref().map_or(0, |n| (n.share * 1000.0) as u32)
}

type Told = (Stage, String, Option<Near>);

fn of_turn(
    engine: &Engine,
    call: &Call,
    (judged, at): (&[JudgedTurn], usize),
    rule: RuleIx,
    own: &[&ExplainedCandidate],
) -> Told {
    let by_fate = |fate: Fate| own.iter().find(|c| c.outcome == fate);
    if let Some(c) = by_fate(Fate::Violation) {
        return (Stage::Found, format!("`{}` is found as a violation", c.words), None);
    }
    if let Some(c) = by_fate(Fate::Review) {
        let bar = engine.rules.policy.violation;
        let why = if c.lowered.is_empty() {
            format!("weight {:.2}, a violation needs {bar:.2}", c.weight)
        } else {
            c.lowered.join("; ")
        };
        return (Stage::Found, format!("`{}` is found, for review alone: {why}", c.words), None);
    }
    if let Some(c) = by_fate(Fate::BelowBar) {
        let bar = engine.rules.policy.review;
        let message =
            format!("`{}` matched with weight {:.2}, what is shown needs {bar:.2}", c.words, c.weight);
        return (Stage::BelowBar, message, None);
    }
    if let Some(c) = by_fate(Fate::Overruled) {
        let better = c.overruled_by.clone().unwrap_or_default();
        return (Stage::Overruled, format!("`{}` matched, but {better} fits better there", c.words), None);
    }
    if let Some(c) = by_fate(Fate::Rejected) {
        let Some(no) = c.gates.iter().find(|g| !g.passed) else {
            return unmatched(engine, call, (judged, at), rule);
        };
        let because = no.because.as_deref().unwrap_or_default();
        let stage = if no.gate == "speaker" { Stage::NotTheCollector } else { Stage::Gate };
        let message =
            format!("`{}` ({}) was stopped by the gate `{}`: {because}", c.words, c.matched, no.gate);
        return (stage, message, None);
    }
    unmatched(engine, call, (judged, at), rule)
}

/// No entry of the rule matched.
fn unmatched(engine: &Engine, call: &Call, (judged, at): (&[JudgedTurn], usize), ix: RuleIx) -> Told {
    let (turn, rule) = (&judged[at], &engine.rules.rules[ix]);
    if turn.speaker != Speaker::Unknown && !rule.speakers.contains(&turn.speaker) {
        let message = format!("the {} spoke", format!("{:?}", turn.speaker).to_lowercase());
        return (Stage::NotTheCollector, message, None);
    }
    if rule.id.ends_with(IMPLIED) {
        let (stage, message) = of_classifier(engine, (judged, at), &rule.group);
        return (stage, message, nearest(&engine.rules, turn, ix));
    }
    if let Some(entry) = normalised_away(engine, &call.turns[at].text, turn, ix) {
        let message = format!(
            "`{entry}` stands in the text, which is read as `{}`",
            engine.mask.apply(&turn.text.text)
        );
        return (Stage::NormalisedAway, message, None);
    }
    let nearest = nearest(&engine.rules, turn, ix);
    let message = nearest.as_ref().map_or_else(|| "no entry of the rule stands in it".to_owned(), said);
    (Stage::NotMatched, message, nearest)
}

/// Why no entry of a rule matched, in words; none when nothing of any stands in the text.
pub(crate) fn nearest_said(engine: &Engine, raw: &str, turn: &JudgedTurn, rule: RuleIx) -> Option<String> {
    if let Some(entry) = normalised_away(engine, raw, turn, rule) {
        return Some(format!("`{entry}` stands in it, but it is read as `{}`", turn.text.text));
    }
    nearest(&engine.rules, turn, rule).as_ref().map(said)
}

/// What the nearest entry lacks, in words.
fn said(near: &Near) -> String {
    use super::near::Place;
    let has = near.has.join("`, `");
    let why = match &near.place {
        Place::Incomplete => {
            let lacks: Vec<String> = near.lacks.iter().map(|part| brief(part)).collect();
            format!("`{}` does not", lacks.join("`, `"))
        }
        Place::Apart => "too far apart, in another order or in two sentences".to_owned(),
        Place::Unless(word) => format!("but so does `{word}`, which it excludes (`unless`)"),
    };
    let entry = brief(&near.entry);
    format!("no entry matched; nearest is the {} `{entry}`: `{has}` stands there, {why}", near.by)
}

/// An entry of the rule that stands in the text as it came in, and not in what it was read as.
fn normalised_away<'a>(engine: &'a Engine, raw: &str, turn: &JudgedTurn, rule: RuleIx) -> Option<&'a str> {
    use crate::model::rules::Use;
    let of_rule = |u: &Use| matches!(u, Use::Term { rule: r, .. } if *r == rule);
    let terms = engine.rules.patterns.iter().filter(|p| p.uses.iter().any(of_rule));
    terms
        .map(|p| (p.shown(), &p.text))
        .find_map(|(shown, text)| (raw.contains(shown) && !turn.text.text.contains(&**text)).then_some(shown))
}

/// The rule of a group that has no entries: the classifier decides, by its figures.
fn of_classifier(engine: &Engine, (judged, at): (&[JudgedTurn], usize), group: &str) -> (Stage, String) {
    let wording = wording::wording(engine, judged, at);
    if let Some(why) = wording.not_asked {
        let stage = if engine.classifier.is_none() { Stage::RuleOff } else { Stage::NotChecked };
        return (stage, format!("the classifier was not asked: {why}"));
    }
    let bars = GROUPS.iter().position(|g| *g == group).map(|g| engine.rules.policy.bars[g]);
    let (review, violation) = bars.map_or((0.0, 0.0), |b| (b.review, b.violation));
    let probability = wording.groups.iter().find(|g| g.group == group).map_or(0.0, |g| g.probability);
    let figures = format!("the classifier says {probability:.2}, review begins at {review:.2}");
    if probability >= f64::from(review) {
        let role = format!("{:?}", judged[at].callee).to_lowercase();
        let message =
            format!("{figures}, but of what is said to the {role} only {violation:.2} or more counts");
        return (Stage::CallRole, message);
    }
    (Stage::BelowBar, figures)
}
