//! How findings become verdicts and scores.

/// Bars of the classifier for one group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bars {
    /// From this probability on: violation.
    pub violation: f32,
    /// From this probability on: review.
    pub review: f32,
    /// A term or phrase that the classifier rates below this is lowered to review.
    pub doubt: f32,
}

/// When what is said over a call tells who is who.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoleBars {
    /// From this confidence on a voice has the role.
    pub told: f32,
    /// From this confidence on it is as good as named.
    pub sure: f32,
    /// From this confidence on turns without labels are taken to take turns.
    pub in_turns: f32,
    /// The least evidence, for and against, of two voices together; a voice that stands for itself needs half of it.
    pub least: f32,
    /// What one turn can say at most for either side.
    pub most_per_turn: f32,
}

/// How findings become verdicts and scores (`lexicons/verdict.toml`).
#[derive(Debug, Clone)]
pub struct Policy {
    /// A match at or above this weight is a violation, below it for review.
    pub violation: f32,
    /// A match below this weight is dropped.
    pub review: f32,
    /// A turn with fewer characters than this says too little for the classifier.
    pub classifier_min_chars: usize,
    /// What a group beside the likeliest one must reach by itself to count.
    pub second: f32,
    /// A listed match of full weight is lowered to review in a turn that the classifier finds less likely than this to
    /// violate anything.
    pub certain: f32,
    /// From this probability on a denial or a quotation that acquits the listed matches does not acquit the wording.
    pub overrule: f32,
    /// In a whole call of which nothing says that it is one of collection a violation of a built-in rule must be so sure to the classifier …
    pub no_debt: f32,
    /// … and where but one word does.
    pub hardly_debt: f32,
    /// A turn that answers nobody, in a talk of fewer turns than `lone_turns`, is a violation only from this probability on …
    pub alone: f32,
    /// Most letters, digits and characters of a short turn.
    pub short_chars: usize,
    /// … and a short one only from this on.
    pub short: f32,
    /// Turns with more letters, digits and characters than this are looked at by passages too …
    pub passage_turn_chars: usize,
    /// … of at least so many …
    pub passage_chars: usize,
    /// … which are a violation from this probability on.
    pub passage: f32,
    /// At most so many turns from a violation of its group …
    pub repeated_turns: usize,
    /// … what the classifier finds likely is one too, from this share of its bar on.
    pub repeated: f32,
    /// In a call with at least so many turns of the collector a violation that the classifier alone sees …
    pub lone_turns: usize,
    /// … must have this probability over all such turns taken together, else all are for review.
    pub lone: f32,
    /// Score weight by severity: info, minor, major, critical.
    pub severity_weight: [f64; 4],
    /// Factor on the weight of a finding that is for review only.
    pub review_factor: f64,
    /// How many findings of one rule count for a call's score.
    pub cap_per_rule: usize,
    /// How many calls' scores count for a borrower's or collector's score, worst first.
    pub cap_calls: usize,
    /// Findings kept per rule and call; the rest are counted and said to be left out.
    pub max_findings_per_rule: usize,
    /// Bars of the classifier in the order of [`GROUPS`](super::rules::GROUPS).
    pub bars: [Bars; 10],
    /// When what is said tells who is who.
    pub roles: RoleBars,
}
