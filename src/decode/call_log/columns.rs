//! Names of columns and words for values: `lexicons/tables/call-log-columns.tsv`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::model::transcript::CalleeRole;

/// Columns of a call log, in the order of the documentation. `end` is used only where `duration_s` says nothing.
pub(super) const COLUMNS: [&str; 11] = [
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
];

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

static TABLE: &str = include_str!("../../../lexicons/tables/call-log-columns.tsv");

/// The table, by its kinds. A line of it that makes no sense is refused by a test, not here.
pub(super) struct Words {
    column: FxHashMap<String, usize>,
    connected: FxHashMap<String, bool>,
    role: FxHashMap<String, CalleeRole>,
    /// Units of durations with their seconds.
    pub unit: Vec<(String, u64)>,
}

/// The table, read once.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| read(TABLE));

fn read(table: &str) -> Words {
    let mut words = Words {
        column: COLUMNS.iter().enumerate().map(|(i, name)| (folded(name), i)).collect(),
        connected: FxHashMap::default(),
        role: FxHashMap::default(),
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
            "connected" => {
                words.connected.insert(written.to_lowercase(), meaning == "true");
            }
            "role" => {
                let role = match meaning {
                    "borrower" => CalleeRole::Borrower,
                    "contact" => CalleeRole::Contact,
                    _ => CalleeRole::Unknown,
                };
                words.role.insert(written.to_lowercase(), role);
            }
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

    /// Whether this word says that the call was answered.
    pub fn connected(&self, word: &str) -> Option<bool> {
        lookup(&self.connected, word)
    }

    /// Who was called, by this word.
    pub fn role(&self, word: &str) -> Option<CalleeRole> {
        lookup(&self.role, word)
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
pub(super) struct Layout {
    /// Position of each of [`COLUMNS`].
    pub at: [Option<usize>; COLUMNS.len()],
    /// How many fields a row has.
    pub width: usize,
    /// Headers that say the same as one before them.
    pub doubled: Vec<String>,
}

impl Layout {
    /// From the header of a file.
    pub fn of(header: &[&str]) -> Layout {
        let mut layout = Layout { at: [None; COLUMNS.len()], width: header.len(), doubled: Vec::new() };
        // A column with the documented name goes before one with a synonym.
        for exact in [true, false] {
            for (i, name) in header.iter().enumerate() {
                let Some(ix) = WORDS.column(name) else { continue };
                if (folded(name) == folded(COLUMNS[ix])) != exact {
                    continue;
                }
                match layout.at[ix] {
                    None => layout.at[ix] = Some(i),
                    Some(_) => layout.doubled.push((*name).to_owned()),
                }
            }
        }
        layout
    }

    /// How many columns are known.
    pub fn known(&self) -> usize {
        self.at.iter().flatten().count()
    }

    /// Names of the columns that are not there.
    pub fn missing(&self) -> Vec<&'static str> {
        COLUMNS.iter().zip(self.at).filter(|(_, at)| at.is_none()).map(|(name, _)| *name).collect()
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
