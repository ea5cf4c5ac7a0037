//! Names of columns and words for values: `lexicons/tables/call-log-columns.tsv`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::model::calllog::Direction;
use crate::model::transcript::CalleeRole;

/// Columns of a call log, in the order of the documentation. `end` is used only where `duration_s`
/// or `ring_s` says nothing.
pub(super) const COLUMNS: [&str; 17] = [
    "call_id",
    "borrower_id",
    "agency",
    "collector_id",
    "caller_number",
    "callee_number",
    "callee_role",
    "start",
    "duration_s",
    "connected",
    "end",
    "direction",
    "ring_s",
    "recording",
    "agreed_hours",
    "agreed_on",
    "agreed_by",
];

/// How many of the columns a log is expected to have: what the others tell is told by few.
const EXPECTED: usize = 10;

/// Index of a column in [`COLUMNS`].
pub(super) const CALL_ID: usize = 0;
pub(super) const BORROWER_ID: usize = 1;
pub(super) const AGENCY: usize = 2;
pub(super) const COLLECTOR_ID: usize = 3;
pub(super) const CALLER_NUMBER: usize = 4;
pub(super) const CALLEE_NUMBER: usize = 5;
pub(super) const CALLEE_ROLE: usize = 6;
pub(super) const START: usize = 7;
pub(super) const DURATION: usize = 8;
pub(super) const CONNECTED: usize = 9;
pub(super) const END: usize = 10;
pub(super) const DIRECTION: usize = 11;
pub(super) const RING: usize = 12;
pub(super) const RECORDING: usize = 13;
pub(super) const AGREED_HOURS: usize = 14;
pub(super) const AGREED_ON: usize = 15;
pub(super) const AGREED_BY: usize = 16;

static TABLE: &str = include_str!("../../../lexicons/tables/call-log-columns.tsv");

/// What came of a dial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
    /// The number does not exist.
    Invalid,
}

/// The table, by its kinds. A line of it that makes no sense is refused by a test, not here.
pub(super) struct Words {
    column: FxHashMap<String, usize>,
    /// Names of the column of a manifest that tells which file a row is about.
    file: Vec<String>,
    connected: FxHashMap<String, Answer>,
    role: FxHashMap<String, CalleeRole>,
    direction: FxHashMap<String, Direction>,
    /// Words for the halves of the day; true: the second.
    pub half: Vec<(String, bool)>,
    /// Words that a row with sums begins with.
    total: Vec<String>,
    /// Units of durations with their seconds.
    pub unit: Vec<(String, u64)>,
}

/// The table, read once.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| read(TABLE));

fn read(table: &str) -> Words {
    let mut words = Words {
        column: COLUMNS.iter().enumerate().map(|(i, name)| (folded(name), i)).collect(),
        file: Vec::new(),
        connected: FxHashMap::default(),
        role: FxHashMap::default(),
        direction: FxHashMap::default(),
        half: Vec::new(),
        total: Vec::new(),
        unit: Vec::new(),
    };
    for line in table.lines().filter(|l| !l.starts_with('#')) {
        let mut parts = line.trim_end().split('\t');
        let (Some(kind), Some(written), Some(meaning)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        match kind {
            "column" => {
                if let Some(ix) = COLUMNS.iter().position(|c| *c == meaning) {
                    words.column.entry(folded(written)).or_insert(ix);
                }
            }
            "file" => words.file.push(folded(written)),
            "connected" => {
                let answer = match meaning {
                    "true" => Answer::Yes,
                    "invalid" => Answer::Invalid,
                    _ => Answer::No,
                };
                words.connected.insert(written.to_lowercase(), answer);
            }
            "role" => {
                let role = match meaning {
                    "borrower" => CalleeRole::Borrower,
                    "contact" => CalleeRole::Contact,
                    _ => CalleeRole::Unknown,
                };
                words.role.insert(written.to_lowercase(), role);
            }
            "direction" => {
                let inbound = meaning == "inbound";
                let direction = if inbound { Direction::Inbound } else { Direction::Outbound };
                words.direction.insert(written.to_lowercase(), direction);
            }
            "half-day" => words.half.push((written.to_owned(), meaning == "second")),
            "total" => words.total.push(written.to_lowercase()),
            _ => words.unit.extend(meaning.parse().ok().map(|seconds| (written.to_owned(), seconds))),
        }
    }
    // The longest first, so that a unit is not taken for the beginning of another.
    words.unit.sort_by_key(|(unit, _)| std::cmp::Reverse(unit.len()));
    words
}

impl Words {
    /// The column that a header means.
    pub fn column(&self, header: &str) -> Option<usize> {
        self.column.get(&folded(header)).copied()
    }

    /// The column that a header of a manifest means.
    pub fn column_of_manifest(&self, header: &str) -> Option<usize> {
        self.column(header).or_else(|| self.file.contains(&folded(header)).then_some(RECORDING))
    }

    /// What this word says came of the dial.
    pub fn connected(&self, word: &str) -> Option<Answer> {
        lookup(&self.connected, word)
    }

    /// Whether this word says that the number does not exist.
    pub fn is_invalid(&self, word: &str) -> bool {
        self.connected(word) == Some(Answer::Invalid)
    }

    /// Who was called, by this word.
    pub fn role(&self, word: &str) -> Option<CalleeRole> {
        lookup(&self.role, word)
    }

    /// Whether a row that begins with this holds sums.
    pub fn is_total(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        self.total.iter().any(|t| word.starts_with(t.as_str()))
    }

    /// Who called whom, by this word.
    pub fn direction(&self, word: &str) -> Option<Direction> {
        lookup(&self.direction, word)
    }
}

/// Most words are written as in the table: no copy is made for those.
fn lookup<T: Copy>(table: &FxHashMap<String, T>, word: &str) -> Option<T> {
    table.get(word).or_else(|| table.get(&word.to_lowercase())).copied()
}

fn folded(header: &str) -> String {
    header
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Where the columns stand in the rows of a file.
#[derive(Clone)]
pub(super) struct Layout {
    /// Position of each of [`COLUMNS`].
    pub at: [Option<usize>; COLUMNS.len()],
    /// The headers as written.
    pub written: [String; COLUMNS.len()],
    /// How many fields a row has.
    pub width: usize,
    /// Headers that say the same as one before them.
    pub doubled: Vec<String>,
    /// The field that may hold more columns as `name=value`.
    pub pairs: Option<usize>,
    /// Whether the rows have places, and not only names.
    pub placed: bool,
}

impl Layout {
    /// From the header of a log.
    pub fn of(header: &[&str]) -> Layout {
        Layout::by(header, |name| WORDS.column(name))
    }

    /// From the header of a manifest.
    pub fn of_manifest(header: &[&str]) -> Layout {
        Layout::by(header, |name| WORDS.column_of_manifest(name))
    }

    fn by(header: &[&str], column: impl Fn(&str) -> Option<usize>) -> Layout {
        let mut layout = Layout {
            at: [None; COLUMNS.len()],
            written: Default::default(),
            width: header.len(),
            doubled: Vec::new(),
            pairs: None,
            placed: true,
        };
        // A column with the documented name goes before one with a synonym.
        for exact in [true, false] {
            for (i, name) in header.iter().enumerate() {
                let Some(ix) = column(name) else { continue };
                if (folded(name) == folded(COLUMNS[ix])) != exact {
                    continue;
                }
                match layout.at[ix] {
                    None => {
                        layout.at[ix] = Some(i);
                        layout.written[ix] = (*name).to_owned();
                    }
                    Some(_) => layout.doubled.push((*name).to_owned()),
                }
            }
        }
        layout
    }

    /// Of records whose parts have names: every column, in the order of [`COLUMNS`].
    pub fn by_name() -> Layout {
        Layout { placed: false, ..Layout::of(&COLUMNS) }
    }

    /// How many columns are known.
    pub fn known(&self) -> usize {
        self.at.iter().flatten().count()
    }

    /// Names of the expected columns that are not there.
    pub fn missing(&self) -> Vec<&'static str> {
        COLUMNS
            .iter()
            .zip(self.at)
            .take(EXPECTED)
            .filter(|(_, at)| at.is_none())
            .map(|(name, _)| *name)
            .collect()
    }
}

/// The header that was probably meant to be `column`, and what it should have been.
pub(super) fn near(header: &[&str], column: usize) -> Option<String> {
    let names: Vec<&String> = WORDS.column.iter().filter(|(_, ix)| **ix == column).map(|(n, _)| n).collect();
    let mut best: Option<(usize, &str)> = None;
    for written in header.iter().filter(|h| WORDS.column(h).is_none()) {
        let folded = folded(written);
        for name in &names {
            let distance = strsim::damerau_levenshtein(&folded, name);
            let length = name.chars().count();
            if distance <= 1 + length / 4 && distance < length && best.is_none_or(|(d, _)| distance < d) {
                best = Some((distance, written));
            }
        }
    }
    best.map(|(_, written)| written.to_owned())
}
