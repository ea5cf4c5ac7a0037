//! The shapes of lexicon files, as their authors write them.

use serde::Deserialize;
use toml::Spanned;

use crate::model::rules::{Basis, Bilingual, Boundary, CueKind, Scope, Severity};
use crate::model::transcript::Speaker;

/// A term: a bare string, or a table with its own weight or boundary.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a string or a table { text, weight, boundary }")]
pub(super) enum Term {
    Plain(String),
    /// Apart, as most are plain.
    Full(Box<FullTerm>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullTerm {
    pub text: String,
    pub weight: Option<f32>,
    pub boundary: Option<Boundary>,
}

/// Parts in order: each a list of alternatives between `|`, an alternative being `@class` or a literal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PhraseEntry {
    pub parts: Spanned<Vec<String>>,
    pub gap: Option<usize>,
    pub gaps: Option<Vec<usize>>,
    #[serde(default)]
    pub unless: Vec<String>,
    pub weight: Option<f32>,
    #[serde(default)]
    pub any_order: bool,
}

/// `phrases/<group>/<name>.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub title: Bilingual,
    pub severity: Severity,
    pub why: Bilingual,
    #[serde(default)]
    pub advice: Bilingual,
    #[serde(default)]
    pub basis: Vec<Spanned<Basis>>,
    pub speakers: Option<Vec<Speaker>>,
    pub boundary: Option<Boundary>,
    #[serde(default)]
    pub terms: Vec<Spanned<Term>>,
    #[serde(default)]
    pub except: Vec<Spanned<String>>,
    #[serde(default)]
    pub phrase: Vec<PhraseEntry>,
    pub tests: Option<Spanned<TestsEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestsEntry {
    #[serde(default)]
    pub hit: Vec<Spanned<String>>,
    #[serde(default)]
    pub miss: Vec<Spanned<MissEntry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MissEntry {
    pub say: String,
    pub because: String,
}

/// One class of `cues/classes*.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassEntry {
    #[serde(default)]
    pub words: Vec<Spanned<String>>,
    #[serde(default)]
    pub classes: Vec<Spanned<String>>,
    pub boundary: Option<Boundary>,
}

/// `cues/<kind>.toml` for the gates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CueFile {
    pub kind: CueKind,
    #[serde(default)]
    pub cue: Vec<CueEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CueEntry {
    #[serde(default)]
    pub words: Vec<Spanned<String>>,
    #[serde(default)]
    pub classes: Vec<Spanned<String>>,
    #[serde(default)]
    pub void: Vec<Spanned<String>>,
    pub reach: usize,
    pub scope: Option<Scope>,
    #[serde(default)]
    pub after: bool,
    #[serde(default)]
    pub groups: Vec<Spanned<String>>,
}

/// `cues/care.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CareFile {
    #[serde(default)]
    pub care: Vec<CareEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CareEntry {
    pub name: String,
    pub title: Bilingual,
    pub speakers: Vec<Speaker>,
    #[serde(default)]
    pub terms: Vec<Spanned<String>>,
    #[serde(default)]
    pub phrase: Vec<PhraseEntry>,
    #[serde(default)]
    pub tests: SignTestsEntry,
}

/// Sentences in which a sign must be seen, and some in which it must not.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignTestsEntry {
    #[serde(default)]
    pub hit: Vec<Spanned<String>>,
    #[serde(default)]
    pub miss: Vec<Spanned<String>>,
}

/// `cues/voices.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VoiceFile {
    #[serde(default)]
    pub voice: Vec<VoiceEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VoiceEntry {
    pub speaker: Speaker,
    pub weight: f32,
    #[serde(default)]
    pub terms: Vec<Spanned<String>>,
    #[serde(default)]
    pub phrase: Vec<PhraseEntry>,
    #[serde(default)]
    pub tests: SignTestsEntry,
}

/// What was asked before there was a key for it.
fn no_debt() -> f32 {
    0.99
}

/// `conduct/<element>.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConductFile {
    pub title: Bilingual,
    pub why: Bilingual,
    pub severity: Severity,
    #[serde(default)]
    pub basis: Vec<Spanned<Basis>>,
    pub order: u32,
    #[serde(default)]
    pub first_turns: usize,
    pub before: Option<Spanned<String>>,
    #[serde(default)]
    pub void_by: Vec<Spanned<String>>,
    pub need: Vec<NeedEntry>,
    pub tests: Option<ElementTestsEntry>,
}

/// Calls, each turn with its speaker's label, in which an element is present or missing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ElementTestsEntry {
    #[serde(default)]
    pub present: Vec<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    pub missing: Vec<Spanned<Vec<Spanned<String>>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NeedEntry {
    pub name: Spanned<String>,
    pub speaker: Option<Speaker>,
    #[serde(default)]
    pub agency: bool,
    #[serde(default)]
    pub terms: Vec<Spanned<String>>,
    #[serde(default)]
    pub phrase: Vec<PhraseEntry>,
    #[serde(default)]
    pub void: Vec<VoidEntry>,
    #[serde(default)]
    pub claims: Vec<Spanned<String>>,
}

impl NeedEntry {
    /// Whether nothing in the file can show it.
    pub fn shows_nothing(&self) -> bool {
        !self.agency && self.terms.is_empty() && self.phrase.iter().all(|phrase| phrase.weight == Some(0.0))
    }
}

/// A phrase in whose turn nothing shows the need.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VoidEntry {
    pub parts: Spanned<Vec<String>>,
    pub gap: Option<usize>,
    pub gaps: Option<Vec<usize>>,
    #[serde(default)]
    pub unless: Vec<String>,
    #[serde(default)]
    pub heard: usize,
    #[serde(default)]
    pub within: usize,
    #[serde(default)]
    pub unheard: bool,
    #[serde(default)]
    pub unless_asked: Vec<String>,
    #[serde(default)]
    pub except: Vec<String>,
    #[serde(default)]
    pub back: bool,
    #[serde(default)]
    pub other: bool,
}

/// `verdict.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFile {
    pub bars: PolicyBars,
    pub score: PolicyScore,
    pub roles: PolicyRoles,
    pub classifier: std::collections::BTreeMap<String, BarsEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyBars {
    pub violation: f32,
    pub review: f32,
    pub classifier_min_chars: usize,
    pub classifier_second: f32,
    pub classifier_certain: f32,
    pub classifier_overrule: f32,
    pub classifier_lone_turns: usize,
    /// These came later: without them nothing more is asked than before.
    #[serde(default)]
    pub classifier_alone: f32,
    #[serde(default = "no_debt")]
    pub classifier_no_debt: f32,
    #[serde(default)]
    pub classifier_hardly_debt: f32,
    pub classifier_short_chars: usize,
    pub classifier_short: f32,
    pub classifier_lone: f32,
    // What came later: a file that does not name it does without it.
    pub classifier_passage_turn_chars: Option<usize>,
    pub classifier_passage_chars: Option<usize>,
    pub classifier_passage: Option<f32>,
    pub classifier_repeated_turns: Option<usize>,
    pub classifier_repeated: Option<f32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyScore {
    pub info: f64,
    pub minor: f64,
    pub major: f64,
    pub critical: f64,
    pub review_factor: f64,
    pub cap_per_rule: usize,
    pub cap_calls: usize,
    pub max_findings_per_rule: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyRoles {
    pub told: f32,
    pub sure: f32,
    pub in_turns: f32,
    pub least: f32,
    pub most_per_turn: f32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BarsEntry {
    pub violation: f32,
    pub review: f32,
    pub doubt: f32,
}
