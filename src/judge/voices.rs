//! Who is who in a call whose labels do not tell: what each voice says is summed over the whole call.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::build::Engine;
use crate::model::policy::RoleBars;
use crate::model::roles::{self, InferredRole};
use crate::model::transcript::{Call, CalleeRole, Given, Speaker, Utterance};

/// What the only role that is left counts for: as much as a very plain sentence.
const LEFT: f32 = 2.0;
/// What a label counts for that mostly means a role.
const PRESUMPTION: f32 = 1.0;
/// What is known before anything is said: evidence of one for each side.
const BEFORE: f32 = 1.0;
/// Fewest turns without labels that may be taken to take turns.
const LEAST_TURNS: usize = 6;
/// A turn whose own words say so much against its place does not follow the order.
const AGAINST: f32 = 1.0;
/// Pieces of wording that are kept for people who ask.
const MOST_WORDS: usize = 6;

/// The call with the roles that its words tell: turns of voices that have none get them. A call in which all roles are named
/// comes back as it is, and so does one that went through before.
pub fn told<'c>(engine: &Engine, call: &'c Call) -> Cow<'c, Call> {
    if !is_open(call) {
        return Cow::Borrowed(call);
    }
    let mut call = call.clone();
    tell(engine, &mut call);
    Cow::Owned(call)
}

/// The same in place.
pub fn tell(engine: &Engine, call: &mut Call) {
    if !is_open(call) {
        return;
    }
    let heard = Heard::new(engine, call);
    let decided = heard.decide(call);
    call.inferred_roles = decided.iter().map(Decided::record).collect();
    for d in decided.iter().filter(|d| d.doubted) {
        d.turns.iter().for_each(|at| call.turns[*at].speaker = Speaker::Unknown);
    }
    for d in decided.iter().filter(|d| d.role != Speaker::Unknown) {
        for &at in &d.turns {
            let against = if d.role == Speaker::Collector { -heard.scores[at] } else { heard.scores[at] };
            if d.voice.is_some() || against < AGAINST {
                let turn = &mut call.turns[at];
                (turn.speaker, turn.inferred) = (d.role, !d.sure);
            }
        }
    }
    call.turns.iter_mut().filter(|turn| open(turn)).for_each(|turn| turn.given = Given::Told);
}

/// Whether words have to tell, and have not been asked.
fn is_open(call: &Call) -> bool {
    call.turns.iter().any(open)
}

fn open(turn: &Utterance) -> bool {
    matches!(turn.given, Given::Open | Given::Presumed)
}

/// What was said, by voice.
struct Heard<'e> {
    bars: &'e RoleBars,
    /// How much each turn speaks for the collector.
    scores: Vec<f32>,
    /// Labels without a role, in the order in which they come, with their turns.
    voices: Vec<(String, Vec<usize>)>,
    /// Turns without a label.
    loose: Vec<usize>,
    /// Roles that labels name.
    named: BTreeSet<Speaker>,
}

/// What a voice was found to be.
struct Decided {
    voice: Option<String>,
    turns: Vec<usize>,
    role: Speaker,
    sure: bool,
    /// Whether the words speak against what the label mostly means, though too softly to tell.
    doubted: bool,
    confidence: f32,
}

/// What speaks for the collector and for the other side.
#[derive(Clone, Copy)]
struct Evidence {
    collector: f32,
    other: f32,
}

impl Evidence {
    fn all(self) -> f32 {
        self.collector + self.other
    }

    /// How likely it is the collector.
    fn confidence(self) -> f32 {
        (self.collector + BEFORE) / (self.all() + 2.0 * BEFORE)
    }

    /// The same words from the other side.
    fn turned(self) -> Evidence {
        Evidence { collector: self.other, other: self.collector }
    }

    fn and(self, more: Evidence) -> Evidence {
        Evidence { collector: self.collector + more.collector, other: self.other + more.other }
    }
}

impl<'e> Heard<'e> {
    fn new(engine: &'e Engine, call: &Call) -> Heard<'e> {
        let (table, bars) = (&engine.rules.role_pieces, &engine.rules.policy.roles);
        let score = |turn: &Utterance| {
            let text = engine.normaliser.apply(&turn.text).text;
            let sum: f32 = roles::pieces(&text).into_iter().filter_map(|piece| table.weight(piece)).sum();
            sum.clamp(-bars.most_per_turn, bars.most_per_turn)
        };
        let mut heard = Heard {
            bars,
            scores: call.turns.iter().map(|turn| if open(turn) { score(turn) } else { 0.0 }).collect(),
            voices: Vec::new(),
            loose: Vec::new(),
            named: BTreeSet::new(),
        };
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        for (at, turn) in call.turns.iter().enumerate() {
            match (&turn.voice, open(turn)) {
                (Some(label), true) => {
                    let next = heard.voices.len();
                    let voice = *known.entry(label).or_insert(next);
                    if voice == next {
                        heard.voices.push((label.to_string(), Vec::new()));
                    }
                    heard.voices[voice].1.push(at);
                }
                (None, true) => heard.loose.push(at),
                (_, false) => {
                    heard.named.insert(turn.speaker);
                }
            }
        }
        heard.named.remove(&Speaker::Unknown);
        heard
    }

    fn evidence(&self, turns: &[usize]) -> Evidence {
        let sum = |sign: f32| turns.iter().map(|at| (sign * self.scores[*at]).max(0.0)).sum();
        Evidence { collector: sum(1.0), other: sum(-1.0) }
    }

    fn decide(&self, call: &Call) -> Vec<Decided> {
        match &self.voices[..] {
            // One label for everybody tells nobody apart.
            [] => self.in_turns(call, &self.loose),
            [(_, turns)] if self.named.is_empty() && self.loose.is_empty() => self.in_turns(call, turns),
            [_] if self.named.is_empty() => Vec::new(),
            [first, second] if self.named.is_empty() => {
                let said = self.evidence(&first.1).and(self.evidence(&second.1).turned());
                let lean = leaning(call, first).and(leaning(call, second).turned());
                let second = decided(self.bars, call, second, said.turned(), lean.turned());
                vec![decided(self.bars, call, first, said, lean), second]
            }
            voices => {
                let bars = RoleBars { least: self.bars.least / 2.0, ..*self.bars };
                let one = |voice: &(String, Vec<usize>)| {
                    let lean = leaning(call, voice).and(self.left());
                    decided(&bars, call, voice, self.evidence(&voice.1), lean)
                };
                voices.iter().map(one).collect()
            }
        }
    }

    /// A voice that no other stands against mostly has the role that no label names.
    fn left(&self) -> Evidence {
        let collector = self.named.contains(&Speaker::Collector);
        let other = self.named.contains(&Speaker::Borrower) || self.named.contains(&Speaker::Contact);
        let one = self.voices.len() == 1;
        let counts = |left: bool| if one && left { LEFT } else { 0.0 };
        Evidence { collector: counts(other && !collector), other: counts(collector && !other) }
    }

    /// Turns that no label tells apart: two people take turns, if what is said fits that well. Never for sure.
    fn in_turns(&self, call: &Call, turns: &[usize]) -> Vec<Decided> {
        let presumed = turns.iter().any(|at| call.turns[*at].given == Given::Presumed);
        if turns.len() < LEAST_TURNS.max(call.turns.len()) || presumed {
            return Vec::new();
        }
        let [first, second] = [0, 1].map(|n| turns.iter().copied().skip(n).step_by(2).collect::<Vec<_>>());
        let said = self.evidence(&first).and(self.evidence(&second).turned());
        let likely = said.confidence();
        let confidence = likely.max(1.0 - likely);
        if confidence < self.bars.in_turns || said.all() < self.bars.least {
            return Vec::new();
        }
        let (one, two) = if likely > 0.5 {
            (Speaker::Collector, other_side(call))
        } else {
            (other_side(call), Speaker::Collector)
        };
        let place =
            |turns, role| Decided { voice: None, turns, role, sure: false, doubted: false, confidence };
        vec![place(first, one), place(second, two)]
    }
}

/// What the label of a voice mostly means.
fn leaning(call: &Call, (_, turns): &(String, Vec<usize>)) -> Evidence {
    match presumed(call, turns) {
        Speaker::Collector => Evidence { collector: PRESUMPTION, other: 0.0 },
        Speaker::Borrower | Speaker::Contact => Evidence { collector: 0.0, other: PRESUMPTION },
        Speaker::Unknown => Evidence { collector: 0.0, other: 0.0 },
    }
}

fn presumed(call: &Call, turns: &[usize]) -> Speaker {
    turns.first().map_or(Speaker::Unknown, |at| call.turns[*at].speaker)
}

/// What a voice is, by what is said and what is presumed.
fn decided(
    bars: &RoleBars,
    call: &Call,
    (label, turns): &(String, Vec<usize>),
    said: Evidence,
    lean: Evidence,
) -> Decided {
    let presumed = presumed(call, turns);
    let likely = said.and(lean).confidence();
    let confidence = likely.max(1.0 - likely);
    let enough = said.and(lean).all() >= bars.least;
    let role = match likely {
        _ if confidence < bars.told || !enough => Speaker::Unknown,
        l if l > 0.5 => Speaker::Collector,
        _ if presumed == Speaker::Contact => Speaker::Contact,
        _ => other_side(call),
    };
    let against = match presumed {
        Speaker::Collector => said.other > said.collector,
        Speaker::Borrower | Speaker::Contact => said.collector > said.other,
        Speaker::Unknown => false,
    };
    Decided {
        voice: Some(label.clone()),
        turns: turns.clone(),
        role,
        sure: confidence >= bars.sure,
        doubted: role == Speaker::Unknown && enough && against,
        confidence,
    }
}

impl Decided {
    fn record(&self) -> InferredRole {
        InferredRole {
            voice: self.voice.clone(),
            role: self.role,
            confidence: crate::finding::round(f64::from(self.confidence)),
            turns: self.turns.len() as u64,
        }
    }
}

/// Whether the role of a turn was told by the words of the call.
pub fn is_told(call: &Call, turn: &Utterance) -> bool {
    let mut roles = call.inferred_roles.iter().filter(|role| role.role != Speaker::Unknown);
    turn.given == Given::Told
        && roles.any(|role| role.voice.as_deref() == turn.voice.as_deref() || role.voice.is_none())
}

/// The pieces of wording that weighed most for a role of the call, with their weights, for people who ask.
pub fn words(engine: &Engine, call: &Call, role: &InferredRole) -> Vec<(String, f64)> {
    let sign = match role.role {
        Speaker::Unknown => return Vec::new(),
        Speaker::Collector => 1.0,
        Speaker::Borrower | Speaker::Contact => -1.0,
    };
    let its = |turn: &&Utterance| match &role.voice {
        Some(voice) => turn.voice.as_deref() == Some(voice.as_str()),
        None => turn.speaker == role.role,
    };
    let texts: Vec<String> =
        call.turns.iter().filter(its).map(|turn| engine.normaliser.apply(&turn.text).text).collect();
    roles::heaviest(&engine.rules.role_pieces, texts.iter().map(String::as_str), sign, MOST_WORDS)
}

/// Whom the collector speaks to.
fn other_side(call: &Call) -> Speaker {
    if call.callee_role == CalleeRole::Contact { Speaker::Contact } else { Speaker::Borrower }
}
