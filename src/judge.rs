//! One call in, one outcome out: the stages from normalising to the call's verdict, in order.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::aggregate::{care, conduct};
use crate::build::Engine;
use crate::classify::Input;
use crate::context::{self, Surroundings};
use crate::finding::{self, Facts};
use crate::matching::{self, Located};
use crate::model::candidate::{Candidate, Fold, Likeness, Matched};
use crate::model::finding::{Finding, Verdict};
use crate::model::receipt::Receipt;
use crate::model::scan::{CallOutcome, CallRecord};
use crate::model::transcript::{Call, Speaker};
use crate::normalise::Normalised;
use crate::segment::Edges;
use crate::verdict;

mod classified;

use classified::Around;

/// Remark on a finding whose speaker the input does not name.
const UNKNOWN_SPEAKER: &str = "speaker unknown";
/// Remark on a finding that nothing else in its call supports.
const LONE: &str = "nothing else in the call speaks for it";
/// Remark on a finding whose speaker was inferred.
const INFERRED_SPEAKER: &str = "speaker inferred from the words";

/// Remark on a finding whose words were recognised by sound alone.
const BY_SOUND: &str = "recognised by its sound";

/// The group whose words recognisers mask.
const MASKABLE: &str = "insult";

/// One turn with everything that was located in it and what became of it.
pub struct JudgedTurn {
    /// Who spoke, given or inferred.
    pub speaker: Speaker,
    /// Whether the speaker was inferred.
    pub inferred: bool,
    /// The normalised text.
    pub text: Normalised,
    /// What was located.
    pub located: Located,
    /// Every candidate, rejected or not.
    pub candidates: Vec<Candidate>,
}

/// Judges every turn of a call by terms and phrases alone.
pub fn listed_turns(engine: &Engine, call: &Call) -> Vec<JudgedTurn> {
    let mut judged: Vec<JudgedTurn> = call.turns.iter().map(|u| locate(engine, u)).collect();
    for turn in &mut judged {
        turn.candidates = matching::candidates(&turn.located, &engine.rules);
        for c in &mut turn.candidates {
            c.lowered.extend(c.fold.filter(|f| !trusted(*f, c)).map(|_| BY_SOUND.to_owned()));
        }
        turn.candidates.retain(|c| match c.matched {
            Matched::Phrase(_) => engine.layers.phrases,
            _ => engine.layers.terms,
        });
        if engine.layers.gates {
            gate(engine, turn);
        }
    }
    judged
}

/// Judges every turn of a call.
pub fn turns(engine: &Engine, call: &Call) -> Vec<JudgedTurn> {
    let mut judged = listed_turns(engine, call);
    let alone = spoken(&judged) < engine.rules.policy.lone_turns;
    for i in 0..judged.len() {
        let (before, rest) = judged.split_at_mut(i);
        let Some((turn, after)) = rest.split_first_mut() else { break };
        let around = Around { before: before.last(), after: after.first(), alone };
        classified::add(engine, turn, around, call.callee_role);
        for c in &mut turn.candidates {
            if turn.speaker == Speaker::Unknown {
                c.lowered.push(UNKNOWN_SPEAKER.to_owned());
            } else if turn.inferred {
                c.lowered.push(INFERRED_SPEAKER.to_owned());
            }
        }
    }
    lone(engine, &mut judged);
    judged
}

/// A turn as the classifier sees it, between the one before and the one after: what the same side says there is left out.
pub fn input<'a>(
    engine: &'a Engine,
    before: Option<&'a JudgedTurn>,
    turn: &'a JudgedTurn,
    after: Option<&'a JudgedTurn>,
) -> Input<'a> {
    let other =
        |t: Option<&'a JudgedTurn>| t.filter(|t| t.speaker != turn.speaker).map(|t| t.text.text.as_str());
    Input { sounds: &engine.sounds, text: &turn.text.text, previous: other(before), reply: other(after) }
}

/// How many turns may be the collector's.
fn spoken(judged: &[JudgedTurn]) -> usize {
    judged.iter().filter(|t| matches!(t.speaker, Speaker::Collector | Speaker::Unknown)).count()
}

/// In a whole call a violation that the classifier finds in one turn alone, and not very surely, is for review: of a dozen
/// turns one looks like something by chance more often than a collector slips but once and mildly.
fn lone(engine: &Engine, judged: &mut [JudgedTurn]) {
    let policy = &engine.rules.policy;
    if spoken(judged) < policy.lone_turns {
        return;
    }
    let weak = |c: &Candidate| match c.matched {
        Matched::Classifier { probability, .. } => probability < policy.lone,
        _ => c.weight < policy.violation,
    };
    let stands = |c: &&mut Candidate| c.rejected.is_none() && c.lowered.is_empty();
    let mut standing: Vec<&mut Candidate> =
        judged.iter_mut().flat_map(|t| &mut t.candidates).filter(stands).collect();
    if standing.iter().all(|c| weak(c)) {
        for c in &mut standing {
            c.lowered.push(LONE.to_owned());
        }
    }
}

/// Whether a match that is spelled otherwise is as good as a listed one: all of it stands as listed but for fillers, or
/// something of it does and the rest is in letters, or it is a phrase.
fn trusted(fold: Fold, candidate: &Candidate) -> bool {
    fold.anchored && (fold.by != Likeness::Sound || matches!(candidate.matched, Matched::Phrase(_)))
}

fn locate(engine: &Engine, utterance: &crate::model::transcript::Utterance) -> JudgedTurn {
    let text = engine.normaliser.apply(&utterance.text);
    let mut located = engine.matcher.locate(&text.text, &engine.rules);
    let guessed = (utterance.speaker == Speaker::Unknown)
        .then(|| context::roles::infer(&located.phrases, &engine.rules))
        .filter(|s| *s != Speaker::Unknown);
    let speaker = guessed.unwrap_or(utterance.speaker);
    if engine.layers.normalising && matches!(speaker, Speaker::Collector | Speaker::Unknown) {
        let edges = Edges::new(&text.text, engine.segmenter.as_ref());
        let is_edge = |at| edges.is_edge(at);
        engine.matcher.listen(&text.text, &engine.rules, &engine.sounds, &is_edge, &mut located);
    }
    JudgedTurn { speaker, inferred: guessed.is_some(), text, located, candidates: Vec::new() }
}

fn gate(engine: &Engine, turn: &mut JudgedTurn) {
    let edges = Edges::new(&turn.text.text, engine.segmenter.as_ref());
    let around = Surroundings {
        rules: &engine.rules,
        speaker: turn.speaker,
        text: &turn.text.text,
        occurrences: &turn.located.occurrences,
        longest: turn.located.occurrences.iter().map(|o| o.span.end - o.span.start).max().unwrap_or(0),
        is_edge: &|at| edges.is_edge(at),
    };
    for candidate in &mut turn.candidates {
        context::judge(candidate, &around);
    }
}

/// Judges a call.
pub fn call(engine: &Engine, call: &Call) -> CallOutcome {
    let judged = turns(engine, call);
    let day = call.start.map(|t| t.to_zoned_datetime(engine.profile.timezone.clone()).date());
    let (findings, truncated) = findings(engine, call, day, &judged);
    let record = record(engine, call, &judged, &findings, truncated);
    let care = care::notes(&engine.rules, call, &care_turns(&judged), &|text| engine.mask.apply(text));
    CallOutcome { record, findings, care }
}

fn findings(engine: &Engine, call: &Call, day: Option<Date>, judged: &[JudgedTurn]) -> (Vec<Finding>, u64) {
    let facts = Facts { rules: &engine.rules, call, day, mask: &engine.mask, context: engine.context };
    let mut findings: Vec<Finding> = Vec::new();
    let mut per_rule: BTreeMap<usize, usize> = BTreeMap::new();
    let mut same: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut truncated = judged.iter().filter(|t| t.located.truncated).count() as u64;
    for (turn, t) in judged.iter().enumerate() {
        for c in finding::resolve(&t.candidates, &engine.rules) {
            if c.weight < engine.rules.policy.review {
                continue;
            }
            let seen = per_rule.entry(c.rule).or_default();
            *seen += 1;
            if *seen > engine.rules.policy.max_findings_per_rule {
                truncated += 1;
                continue;
            }
            let mut f = finding::finding(&facts, turn, t.speaker, &c, &|span| t.text.raw(span));
            // The words as normalised: masking or a recogniser's spacing does not change the fingerprint.
            let words = t.text.text[c.span.start..c.span.end].to_owned();
            let nth = same.entry((f.rule.clone(), words.clone())).or_default();
            *nth += 1;
            f.fingerprint = finding::fingerprint([&*f.rule, &*f.call_id, &*words, &*nth.to_string()]);
            findings.push(f);
        }
    }
    (findings, truncated)
}

fn record(
    engine: &Engine,
    call: &Call,
    judged: &[JudgedTurn],
    findings: &[Finding],
    truncated: u64,
) -> CallRecord {
    let mut groups: BTreeMap<String, u64> = BTreeMap::new();
    for f in findings {
        *groups.entry(f.group.clone()).or_default() += 1;
    }
    let heard = judged.iter().any(|t| !t.text.text.trim().is_empty());
    let known = judged.iter().any(|t| t.speaker != Speaker::Unknown);
    let not_checked = not_checked(call);
    let nothing = if heard && known && not_checked.is_empty() { Verdict::Pass } else { Verdict::NotChecked };
    let start = call.start.map(|t| {
        let zoned = t.to_zoned_datetime(engine.profile.timezone.clone());
        zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    });
    let receipts = verdict::call_receipts(&engine.rules.policy, findings);
    CallRecord {
        call_id: call.call_id.clone(),
        borrower_id: call.borrower_id.clone(),
        collector_id: call.collector_id.clone(),
        start,
        verdict: verdict::worst(findings.iter().map(|f| f.verdict), nothing),
        score: Receipt::total(&receipts),
        receipts,
        groups,
        conduct: required(engine, call, judged, findings),
        not_checked,
        file: call.file.clone(),
        line: call.line,
        roles_known: known,
        truncated,
    }
}

/// What cannot be tested on a call: under the stars of a recogniser any insult may stand.
fn not_checked(call: &Call) -> BTreeMap<&'static str, String> {
    let words = match call.masked_words {
        0 => return BTreeMap::new(),
        1 => "1 word is".to_owned(),
        n => format!("{n} words are"),
    };
    BTreeMap::from([(MASKABLE, format!("{words} masked by the recogniser"))])
}

fn required(
    engine: &Engine,
    call: &Call,
    judged: &[JudgedTurn],
    findings: &[Finding],
) -> BTreeMap<String, crate::model::scan::Presence> {
    let turns: Vec<conduct::Turn<'_>> = judged
        .iter()
        .enumerate()
        .map(|(i, t)| conduct::Turn {
            speaker: t.speaker,
            text: &t.text.text,
            phrases: &t.located.phrases,
            groups: findings
                .iter()
                .filter(|f| f.turn == i && f.verdict == Verdict::Violation)
                .map(|f| f.group.as_str())
                .collect(),
        })
        .collect();
    let agency = call.agency.as_deref().map(|name| engine.normaliser.entry(name));
    conduct::elements(&engine.rules, call, agency.as_deref(), &turns)
}

fn care_turns(judged: &[JudgedTurn]) -> Vec<care::Turn<'_>> {
    judged.iter().map(|t| care::Turn { speaker: t.speaker, phrases: &t.located.phrases }).collect()
}
