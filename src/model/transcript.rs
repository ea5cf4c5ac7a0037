//! A call and what was said in it.

use std::borrow::Cow;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::roles::InferredRole;

/// Who said an utterance. `Unknown` when the input does not say and it could not be inferred.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Speaker {
    /// The collection agency's side.
    Collector,
    /// The person who owes.
    Borrower,
    /// A third person: relative, colleague, emergency contact.
    Contact,
    /// Not known.
    Unknown,
}

/// Who was called.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    JsonSchema,
    serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum CalleeRole {
    /// The person who owes.
    Borrower,
    /// A third person.
    Contact,
    /// Not known.
    #[default]
    Unknown,
}

/// What the input calls whoever spoke: a name, a number or a channel. Common ones are not copied.
pub type Voice = Cow<'static, str>;

/// How it is known who spoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Given {
    /// The input or the user names the role, be it that of nobody who matters.
    Named,
    /// A label such as `A` mostly means that: the words may tell otherwise.
    Presumed,
    /// Not at all: the words may tell.
    #[default]
    Open,
    /// The words of the whole call were asked; where they tell nothing all is as before.
    Told,
}

/// One turn of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utterance {
    /// Who spoke, as far as it is known.
    pub speaker: Speaker,
    /// Whether `speaker` was inferred from the words and is not sure.
    pub inferred: bool,
    /// How that is known.
    pub given: Given,
    /// The label of whoever spoke.
    pub voice: Option<Voice>,
    /// What was said, as it came in (after character decoding only).
    pub text: String,
    /// Start, milliseconds from the start of the call.
    pub start_ms: Option<u64>,
    /// End, milliseconds from the start of the call.
    pub end_ms: Option<u64>,
    /// 1-based line of the input file where the turn begins, if each turn has a line of its own.
    pub line: Option<usize>,
}

impl Utterance {
    /// A turn of which no more is known.
    pub fn said(speaker: Speaker, text: &str) -> Utterance {
        Utterance {
            speaker,
            inferred: false,
            given: if speaker == Speaker::Unknown { Given::Open } else { Given::Named },
            voice: None,
            text: text.to_owned(),
            start_ms: None,
            end_ms: None,
            line: None,
        }
    }
}

/// One call with what was said in it. Every key but the words is optional in the input: the default is a call of which nothing
/// is known and in which nothing was said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Call {
    /// Id of the call; made from file name and position when the input has none.
    pub call_id: String,
    /// Whether `call_id` was made up by the decoder.
    pub made_up_id: bool,
    /// Whether `call_id` is but the name of the recording, as a recogniser was given it.
    pub id_is_recording: bool,
    /// Id of the borrower.
    pub borrower_id: Option<String>,
    /// Id of the collector.
    pub collector_id: Option<String>,
    /// Name of the agency.
    pub agency: Option<String>,
    /// Number that called.
    pub caller_number: Option<String>,
    /// Number that was called.
    pub callee_number: Option<String>,
    /// Who was called.
    pub callee_role: CalleeRole,
    /// Start of the call.
    pub start: Option<Timestamp>,
    /// End of the call.
    pub end: Option<Timestamp>,
    /// Whether it was answered, if the input says so.
    pub connected: Option<bool>,
    /// Whether the agency was called and did not call: no counting rule sees such a call.
    pub inbound: bool,
    /// Words that the recogniser has put stars in place of: nobody can say what they were.
    pub masked_words: usize,
    /// The turns in order.
    pub turns: Vec<Utterance>,
    /// Whose parts the voices have whose labels do not tell, once their words were asked.
    pub inferred_roles: Vec<InferredRole>,
    /// Input file, as the user named it.
    pub file: String,
    /// 1-based line of the file where the call begins.
    pub line: usize,
}
