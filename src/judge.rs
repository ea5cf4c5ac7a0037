//! One call in, one outcome out: the stages from normalising to the call's verdict, in order.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::aggregate::{care, conduct};
use crate::build::Engine;
use crate::classify::{Care, HEARD_WITHIN, Input};
use crate::finding::{self, Facts, Shown};
use crate::matching::{Evidence, Located};
use crate::model::candidate::{Candidate, Matched};
use crate::model::finding::{Finding, Verdict};
use crate::model::receipt::Receipt;
use crate::model::rules::{Owner, RuleSet};
use crate::model::scan::{CallOutcome, CallRecord, Presence};
use crate::model::transcript::{Call, CalleeRole, Speaker, Utterance};
use crate::normalise::Normalised;
use crate::verdict;

mod arguable;
mod called;
mod classified;
mod located;
mod passage;
mod repeated;
mod unrelated;
pub mod voices;

pub use called::another;
use classified::Around;
pub use classified::{passages, surest};
pub use passage::explained;

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
    /// Who hears it: it shows in the call as a whole, and until all its turns are at hand it is not known.
    pub callee: CalleeRole,
    /// What was located.
    pub located: Located,
    /// Evidence for required elements, if it was gathered at once.
    pub evidence: Option<Evidence>,
    /// Every candidate, rejected or not.
    pub candidates: Vec<Candidate>,
}

/// Judges every turn of a call by terms and phrases alone.
pub fn listed_turns(engine: &Engine, call: &Call) -> Vec<JudgedTurn> {
    let call = &*voices::told(engine, call);
    call.turns.iter().map(|utterance| located::thoroughly(engine, &engine.rules, utterance)).collect()
}

/// Judges one turn by terms and phrases alone, with tables that lack something of the engine's own: whoever asks what an entry is
/// good for leaves it out. What is looked for stays the same.
pub fn listed_turn_by(engine: &Engine, rules: &RuleSet, utterance: &Utterance) -> JudgedTurn {
    located::thoroughly(engine, rules, utterance)
}

/// Judges every turn of a call, with all that was located and rejected: for those who ask why.
pub fn turns(engine: &Engine, call: &Call) -> Vec<JudgedTurn> {
    weighed(engine, call, listed_turns(engine, call))
}

/// What the classifier and the call as a whole say to the turns.
fn weighed(engine: &Engine, call: &Call, mut judged: Vec<JudgedTurn>) -> Vec<JudgedTurn> {
    let alone = spoken(&judged) < engine.rules.policy.lone_turns;
    called::note(engine, call, &mut judged);
    for i in 0..judged.len() {
        let (before, rest) = judged.split_at_mut(i);
        let Some((turn, after)) = rest.split_first_mut() else { break };
        let around = Around { before, after: after.first(), alone };
        classified::add(engine, turn, around);
        for c in &mut turn.candidates {
            if turn.speaker == Speaker::Unknown {
                c.lowered.push(UNKNOWN_SPEAKER.to_owned());
            } else if turn.inferred {
                c.lowered.push(INFERRED_SPEAKER.to_owned());
            }
        }
    }
    lone(engine, &mut judged);
    arguable::weigh(engine, &mut judged);
    unrelated::lower(engine, call, &mut judged);
    repeated::raise(engine, &mut judged);
    judged
}

/// A turn as the classifier sees it, between those before and the one after: what the same side says there is left out.
pub fn input<'a>(
    engine: &'a Engine,
    before: &'a [JudgedTurn],
    turn: &'a JudgedTurn,
    after: Option<&'a JudgedTurn>,
) -> Input<'a> {
    let other = |t: &&JudgedTurn| t.speaker != turn.speaker;
    let text = |t: &'a JudgedTurn| t.text.text.as_str();
    let mut heard = before.iter().rev().take(HEARD_WITHIN).filter(other).map(text);
    Input {
        sounds: &engine.sounds,
        text: &turn.text.text,
        asks: &engine.asks,
        previous: before.last().filter(other).map(text),
        heard: std::array::from_fn(|_| heard.next()),
        reply: after.filter(other).map(text),
        contact: turn.callee == CalleeRole::Contact,
    }
}

/// How sure the classifier must be for a violation at a turn, beside the bars of the groups.
pub fn least_sure(engine: &Engine, judged: &[JudgedTurn], at: usize) -> f32 {
    let alone = spoken(judged) < engine.rules.policy.lone_turns && !classified::answers(&judged[..at]);
    if alone { classified::least_alone(engine, &judged[at]) } else { 0.0 }
}

/// How closely the classifier looks at a turn. At all of it, however lawful it looks at first: what is listed must not fall for a first
/// look, and what may be said to a borrower may be a leak to others.
pub fn how_closely(turn: &JudgedTurn) -> Care {
    // Whoever explains asks when the classifier's own are among the candidates.
    let listed = turn.candidates.iter().any(Candidate::listed);
    let thorough = listed || turn.callee == CalleeRole::Contact;
    if thorough { Care::Thorough } else { Care::Turn }
}

/// How many turns may be the collector's.
fn spoken(judged: &[JudgedTurn]) -> usize {
    judged.iter().filter(|t| matches!(t.speaker, Speaker::Collector | Speaker::Unknown)).count()
}

/// In a whole call what the classifier alone sees, and not very surely even when all its turns are taken together, is for
/// review: of a dozen turns one looks like something by chance more often than a collector slips but once and mildly.
fn lone(engine: &Engine, judged: &mut [JudgedTurn]) {
    let policy = &engine.rules.policy;
    if spoken(judged) < policy.lone_turns {
        return;
    }
    let stands = |c: &Candidate| c.rejected.is_none() && c.lowered.is_empty();
    let mut lawful = 1.0;
    for turn in judged.iter() {
        let mut likeliest = 0.0f32;
        for c in turn.candidates.iter().filter(|c| stands(c) && c.weight >= policy.violation) {
            let Matched::Classifier { probability, .. } = c.matched else { return };
            likeliest = likeliest.max(probability);
        }
        lawful *= 1.0 - likeliest;
    }
    if 1.0 - lawful < policy.lone {
        for c in judged.iter_mut().flat_map(|t| &mut t.candidates).filter(|c| stands(c)) {
            c.lowered.push(LONE.to_owned());
        }
    }
}

/// Judges a call.
pub fn call(engine: &Engine, call: &Call) -> CallOutcome {
    call_and_refusal(engine, call).0
}

/// Judges a call, and tells whether the side that was called asked not to be called again.
pub fn call_and_refusal(engine: &Engine, call: &Call) -> (CallOutcome, bool) {
    let call = &*voices::told(engine, call);
    let needs = conduct::is_checkable(call);
    let early = conduct::early_turns(&engine.rules);
    let mut spoken: BTreeMap<Speaker, usize> = BTreeMap::new();
    let judged = call.turns.iter().map(|u| {
        let before = spoken.entry(u.speaker).or_default();
        *before += 1;
        located::quickly(engine, u, needs, *before > early)
    });
    let judged: Vec<JudgedTurn> = judged.collect();
    let refuses = |(u, t): (&Utterance, &JudgedTurn)| {
        // In a text of which not all was looked at the rest is looked through.
        let beyond =
            || t.located.truncated && engine.refusals.iter().any(|w| t.text.text.contains(w.as_str()));
        matches!(u.speaker, Speaker::Borrower | Speaker::Contact) && (t.located.refuses || beyond())
    };
    let refused = call.turns.iter().zip(&judged).any(refuses);
    (outcome(engine, call, &weighed(engine, call, judged)), refused)
}

/// Which required elements a call shows by terms and phrases alone, and the phrases of their needs that stand in a turn of the
/// speaker who is to say them, with its turns. `rules`: the engine's own, or those with something left out.
pub fn elements(
    engine: &Engine,
    rules: &RuleSet,
    call: &Call,
) -> (BTreeMap<String, Presence>, BTreeSet<usize>, Vec<JudgedTurn>) {
    let call = &*voices::told(engine, call);
    let turns = call.turns.iter();
    let judged: Vec<JudgedTurn> = turns.map(|u| located::thoroughly(engine, rules, u)).collect();
    let find = called::finder(engine, rules, &judged);
    let mut said = BTreeSet::new();
    for (at, turn) in judged.iter().enumerate() {
        for (ix, element) in rules.conduct.iter().enumerate() {
            let own = |n: &usize| element.needs[*n].speaker == turn.speaker;
            for (need, shows) in (0..element.needs.len()).filter(own).flat_map(|n| [(n, true), (n, false)]) {
                find(at, Owner::Need(ix, need), shows, &mut |phrase, _| {
                    said.insert(phrase);
                });
            }
        }
    }
    drop(find);
    let (findings, _) = findings(engine, call, None, &judged);
    (required(engine, rules, call, &judged, &findings), said, judged)
}

/// Judges a call the plain way, with nothing left out: the same as [`call`], which tests prove.
pub fn call_plainly(engine: &Engine, call: &Call) -> CallOutcome {
    let call = &*voices::told(engine, call);
    outcome(engine, call, &turns(engine, call))
}

fn outcome(engine: &Engine, call: &Call, judged: &[JudgedTurn]) -> CallOutcome {
    let day = call.start.map(|t| t.to_zoned_datetime(engine.profile.timezone.clone()).date());
    let (findings, truncated) = findings(engine, call, day, judged);
    let record = record(engine, call, judged, &findings, truncated);
    let care = care::notes(&engine.rules, call, &care_turns(judged), &|text| engine.mask.apply(text));
    CallOutcome { record, findings, care }
}

fn findings(engine: &Engine, call: &Call, day: Option<Date>, judged: &[JudgedTurn]) -> (Vec<Finding>, u64) {
    let shown = Shown::new(call, &engine.mask);
    let another = another(call, judged);
    let facts = Facts { rules: &engine.rules, shown: &shown, day, context: engine.context, another };
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
        conduct: required(engine, &engine.rules, call, judged, findings),
        inferred_roles: call.inferred_roles.clone(),
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
    rules: &RuleSet,
    call: &Call,
    judged: &[JudgedTurn],
    findings: &[Finding],
) -> BTreeMap<String, Presence> {
    let agency = call.agency.as_deref().map(|name| engine.normaliser.entry(name));
    let (turns, find) = (said(judged, findings), called::finder(engine, rules, judged));
    conduct::elements(rules, call, agency.as_deref(), &turns, &find)
}

/// Where the needs of each required element were shown, in the order of [`RuleSet::conduct`]; nothing of one that was not.
pub fn proofs(engine: &Engine, call: &Call, judged: &[JudgedTurn]) -> Vec<Option<Vec<conduct::Proof>>> {
    let (findings, _) = findings(engine, call, None, judged);
    let agency = call.agency.as_deref().map(|name| engine.normaliser.entry(name));
    let (turns, find) = (said(judged, &findings), called::finder(engine, &engine.rules, judged));
    conduct::proofs(&engine.rules, agency.as_deref(), &turns, &find)
}

/// The turns as the required elements see them.
fn said<'a>(judged: &'a [JudgedTurn], findings: &'a [Finding]) -> Vec<conduct::Turn<'a>> {
    let groups = |i: usize| {
        let here = findings.iter().filter(move |f| f.turn == i && f.verdict == Verdict::Violation);
        here.map(|f| f.group.as_str()).collect()
    };
    let turns = judged.iter().enumerate();
    turns.map(|(i, t)| conduct::Turn { groups: groups(i), ..called::turn(t) }).collect()
}

fn care_turns(judged: &[JudgedTurn]) -> Vec<care::Turn<'_>> {
    judged.iter().map(|t| care::Turn { speaker: t.speaker, phrases: &t.located.phrases }).collect()
}
