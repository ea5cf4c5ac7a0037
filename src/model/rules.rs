//! Rules as tables: what the lexicon stage builds once and every later stage reads.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::pattern::{Pattern, Use, Uses};
pub use super::signs::{CareCue, SignTest, Voice};
use super::transcript::Speaker;

/// How grave a finding is. Ordered: `Info < Minor < Major < Critical`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// A lapse.
    Minor,
    /// A breach.
    Major,
    /// A grave breach; look at it first.
    Critical,
}

/// The ten groups of the taxonomy, beside `frequency` and `conduct`.
pub const GROUPS: [&str; 10] = [
    "insult",
    "threat",
    "false-legal",
    "impersonation",
    "disclosure",
    "third-party",
    "harassment",
    "improper-demand",
    "data-abuse",
    "obstruction",
];

/// A text in Chinese and in English.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    #[serde(default)]
    pub en: String,
}

/// How certain the wording of a clause may be: read, quoted, reported, inferred.
pub const CERTAINTIES: [&str; 4] = ["A", "A-", "B", "C"];

/// A clause and the time it was in force. Both days belong to that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Short id of the clause, e.g. `CC11 68`.
    pub id: String,
    /// First day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// How certain the wording of the clause is: one of [`CERTAINTIES`].
    #[serde(default, deserialize_with = "certainty", skip_serializing_if = "Option::is_none")]
    pub certainty: Option<String>,
}

fn certainty<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let written = String::deserialize(value)?;
    match CERTAINTIES.contains(&written.as_str()) {
        true => Ok(Some(written)),
        false => Err(serde::de::Error::unknown_variant(&written, &CERTAINTIES)),
    }
}

impl Basis {
    /// Whether the clause was in force on `day`; an unknown day takes every clause without an end.
    pub fn in_force(&self, day: Option<Date>) -> bool {
        match day {
            None => self.until.is_none(),
            Some(d) => self.from.is_none_or(|f| f <= d) && self.until.is_none_or(|u| d <= u),
        }
    }
}

/// How the ends of a match must lie on the words of the segmenter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Boundary {
    /// Both ends at word edges.
    Word,
    /// The start at a word edge.
    Start,
    /// Anywhere.
    Free,
}

/// Index of a rule in [`RuleSet::rules`].
pub type RuleIx = usize;
/// Index of a class in [`RuleSet::classes`].
pub type ClassIx = usize;
/// Index of a pattern in [`RuleSet::patterns`].
pub type PatternIx = usize;

/// One category of the lexicon, one file.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `group/name`, from the path of its file.
    pub id: String,
    /// One of [`GROUPS`].
    pub group: String,
    /// Title.
    pub title: Bilingual,
    /// Why it is forbidden.
    pub why: Bilingual,
    /// What the collector should say or do instead.
    pub advice: Bilingual,
    /// How grave.
    pub severity: Severity,
    /// Clauses.
    pub basis: Vec<Basis>,
    /// Whose words can break it.
    pub speakers: Vec<Speaker>,
    /// File it came from.
    pub file: String,
    /// Whether it is the user's own: what he lists counts, whatever the classifier thinks of it.
    pub own: bool,
    /// How many terms it has.
    pub terms: usize,
    /// How many phrases it has.
    pub phrases: usize,
    /// Its own tests.
    pub tests: Vec<RuleTest>,
}

/// The weight of an entry that is sure by itself, and of one that names none.
pub const FULL_WEIGHT: f32 = 1.0;

/// A test that stands in a rule file.
#[derive(Debug, Clone)]
pub struct RuleTest {
    /// 1-based line in the file.
    pub line: usize,
    /// What is said, without the marks.
    pub text: String,
    /// Who says it.
    pub speaker: Speaker,
    /// What is expected.
    pub expect: Expect,
}

/// What a test of a rule file expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// A finding of the rule; when a part was marked with 【】, the finding overlaps it (bytes of the text without marks).
    Hit(Option<super::span::RawSpan>),
    /// No finding of the rule, for this reason: a gate's name or `no-match`.
    Miss(String),
}

/// A named list of words for phrases, cues and conduct.
#[derive(Debug, Clone)]
pub struct Class {
    /// Name without the `@`.
    pub name: String,
    /// Edges of its members.
    pub boundary: Boundary,
    /// The members as written, with those of the classes that it includes.
    pub members: Vec<String>,
    /// The classes that it includes.
    pub included: Vec<ClassIx>,
}

/// One part of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Any member of any of these classes.
    pub classes: Vec<ClassIx>,
    /// Most characters between the part before and this one.
    pub gap: usize,
}

/// Parts in order, near one another.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// What it is for.
    pub owner: Owner,
    /// As written, for the evidence.
    pub shown: String,
    /// The parts.
    pub parts: Vec<Part>,
    /// A member of one of these in the same sentence forbids a match.
    pub unless: Vec<ClassIx>,
    /// How sure a match is, 0 to 1.
    pub weight: f32,
    /// Whether the parts may come in any order.
    pub any_order: bool,
    /// Whether nothing in its turn shows the need of a required element that it speaks against.
    pub void: Option<Void>,
    /// 1-based line in the rule's file.
    pub line: usize,
}

/// On what terms a phrase voids its turn: unless full evidence stands there beside it.
#[derive(Debug, Clone, Default)]
pub struct Void {
    /// Only if the other side has said before what stands from its first part to this one, counted from 1; 0: in any case.
    pub heard: usize,
    /// Only among the first words of its speaker: at most so many characters said before it; 0: anywhere.
    pub within: usize,
    /// Only if the other side says the words of its last part in no turn.
    pub unheard: bool,
    /// Not if the other side has said one of these shortly before; normalised.
    pub unless_asked: Vec<String>,
    /// Not if a part of it lies within one of these; normalised.
    pub except: Vec<String>,
    /// Whether it takes back what the speaker has shown shortly before, too.
    pub back: bool,
    /// Whether who says it is surely somebody else.
    pub other: bool,
}

/// What a phrase is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// A candidate of a rule.
    Rule(RuleIx),
    /// Evidence for a need of a required element: indices into [`RuleSet::conduct`] and its needs.
    Need(usize, usize),
    /// A cue that the speaker is in distress: index into [`RuleSet::care`].
    Care(usize),
    /// Words that tell who speaks: index into [`RuleSet::voices`].
    Voice(usize),
}

/// What a cue is for: the gate that reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CueKind {
    /// The thing is denied, or the listener is warned off it.
    Negation,
    /// Somebody else's words.
    Quotation,
    /// It is asked whether it happened.
    Question,
    /// A true notice of what the law provides.
    Notice,
}

/// How far a cue reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// To the next comma.
    Clause,
    /// To the next full stop, question or exclamation mark.
    Sentence,
}

/// Words near a candidate that make it harmless.
#[derive(Debug, Clone)]
pub struct Cue {
    /// Which gate reads it.
    pub kind: CueKind,
    /// Its words.
    pub class: ClassIx,
    /// Most characters between cue and candidate.
    pub reach: usize,
    /// What it does not cross.
    pub scope: Scope,
    /// Whether the cue stands behind the candidate and not before it.
    pub after: bool,
    /// Groups it holds for; empty: all.
    pub groups: Vec<String>,
    /// A member of this class that overlaps the cue voids it.
    pub void: Option<ClassIx>,
}

/// One thing that a required element is made of.
#[derive(Debug, Clone)]
pub struct Need {
    /// Name, for the evidence.
    pub name: String,
    /// Whose words show it.
    pub speaker: Speaker,
    /// Whether naming the call's agency shows it.
    pub agency: bool,
    /// Whether a phrase may void a turn of its speaker's.
    pub void: bool,
    /// Full evidence by which the speaker surely means himself where nothing stands behind it; normalised.
    pub claims: Vec<String>,
}

/// A required element of a call to the borrower.
#[derive(Debug, Clone)]
pub struct ConductElement {
    /// Name, e.g. `identify-self`.
    pub name: String,
    /// Title.
    pub title: Bilingual,
    /// Why.
    pub why: Bilingual,
    /// Weight of leaving it out.
    pub severity: Severity,
    /// Clauses.
    pub basis: Vec<Basis>,
    /// Look at the collector's first turns only; 0: at all.
    pub first_turns: usize,
    /// Element that must not come earlier than this one.
    pub before: Option<String>,
    /// A finding in one of these groups at the element's own turn voids it (a false identity is none).
    pub void_by: Vec<String>,
    /// What it is made of; all of it is needed.
    pub needs: Vec<Need>,
    /// Its file, as shown in messages.
    pub file: String,
    /// Its own tests.
    pub tests: Vec<ElementTest>,
}

/// A test that stands in the file of a required element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementTest {
    /// 1-based line in the file.
    pub line: usize,
    /// The call as written.
    pub written: String,
    /// The agency on whose behalf it is made, if told.
    pub agency: Option<String>,
    /// Who says what in it.
    pub turns: Vec<(Speaker, String)>,
    /// Whether the element is present in it.
    pub present: bool,
}

/// Every table of a lexicon, built once and shared.
#[derive(Debug, Clone)]
pub struct RuleSet {
    /// Rules by id.
    pub rules: Vec<Rule>,
    /// Patterns by text.
    pub patterns: Vec<Pattern>,
    /// Files that the patterns stand in.
    pub files: Vec<String>,
    /// Classes by name.
    pub classes: Vec<Class>,
    /// Phrases.
    pub phrases: Vec<Phrase>,
    /// Cues.
    pub cues: Vec<Cue>,
    /// Required elements in order.
    pub conduct: Vec<ConductElement>,
    /// Distress cues.
    pub care: Vec<CareCue>,
    /// Words that tell the speaker.
    pub voices: Vec<Voice>,
    /// What may be true of some debts.
    pub arguable: Vec<super::arguable::Arguable>,
    /// Pieces of wording that tell the speaker over a whole call.
    pub role_pieces: super::roles::RolePieces,
    /// Policy.
    pub policy: super::policy::Policy,
    /// Characters that stand for a digit when a number is spoken.
    pub digits: Vec<char>,
    /// What reports say.
    pub messages: super::messages::Messages,
    /// SHA-256 over all files, hexadecimal.
    pub hash: String,
}

impl RuleSet {
    /// Index of the rule with this id.
    pub fn rule(&self, id: &str) -> Option<RuleIx> {
        self.rules.binary_search_by(|r| r.id.as_str().cmp(id)).ok()
    }

    /// Index of a group in [`GROUPS`].
    pub fn group_index(group: &str) -> Option<usize> {
        GROUPS.iter().position(|g| *g == group)
    }
}
