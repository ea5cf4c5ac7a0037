//! How borrowers and collectors stand in one part of the work.

use rustc_hash::FxHashMap;

use super::calls::CallBook;
use super::symbols::Symbol;

/// Collectors above which their tallies stand in a map.
const MOST_COLLECTORS: usize = 2_048;

/// Whom a number is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Borrower(Symbol),
    Collector(Symbol),
}

/// Largest counts for one borrower or collector.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Tally {
    /// Calls that surely count.
    pub count: u32,
    /// The same with calls that may count.
    pub most: u32,
    /// Calls that may count and belong to no known window.
    pub loose: u32,
    /// Calls at forbidden hours.
    pub inside: u32,
    /// Findings that are for review whatever the rule says.
    pub doubtful: u32,
}

impl Tally {
    /// The same party, seen from another part of the work.
    pub fn join(&mut self, other: Tally) {
        self.count = self.count.max(other.count);
        self.most = self.most.max(other.most);
        self.loose = self.loose.saturating_add(other.loose);
        self.inside = self.inside.saturating_add(other.inside);
        self.doubtful = self.doubtful.saturating_add(other.doubtful);
    }

    pub fn count(&mut self, count: u64) {
        self.count = self.count.max(u32::try_from(count).unwrap_or(u32::MAX));
        self.most = self.most.max(self.count);
    }

    /// The largest number in a window of calls that may count.
    pub fn most(&mut self, most: u64) {
        self.most = self.most.max(u32::try_from(most).unwrap_or(u32::MAX));
    }

    /// One more call that may count and has no place.
    pub fn loose(&mut self) {
        self.loose = self.loose.saturating_add(1);
    }
}

/// Tallies of collectors in one part of the work: in a table where there are few of them, as every call asks for one.
pub(super) enum Collectors {
    /// A row for each of the rules.
    Table {
        rules: Vec<usize>,
        width: usize,
        tallies: Vec<Tally>,
    },
    Map(FxHashMap<(usize, Symbol), Tally>),
}

impl Collectors {
    pub fn new(book: &CallBook, rules: &[usize]) -> Collectors {
        let width = book.names.collectors.len();
        if width > MOST_COLLECTORS {
            return Collectors::Map(FxHashMap::default());
        }
        let tallies = vec![Tally::default(); width * rules.len()];
        Collectors::Table { rules: rules.to_vec(), width, tallies }
    }

    pub fn of(&mut self, rule: usize, who: Symbol) -> &mut Tally {
        match self {
            Collectors::Table { rules, width, tallies } => {
                let row = rules.iter().position(|r| *r == rule).unwrap_or(0);
                &mut tallies[row * *width + who.0 as usize]
            }
            Collectors::Map(map) => map.entry((rule, who)).or_default(),
        }
    }

    pub fn finish(self, parties: &mut Vec<(usize, Who, Tally)>) {
        match self {
            Collectors::Map(map) => {
                parties
                    .extend(map.into_iter().map(|((rule, who), tally)| (rule, Who::Collector(who), tally)));
            }
            Collectors::Table { rules, width, tallies } => {
                for (rule, row) in rules.iter().zip(tallies.chunks(width.max(1))) {
                    let known = (0u32..).zip(row).filter(|(_, tally)| **tally != Tally::default());
                    parties.extend(known.map(|(who, tally)| (*rule, Who::Collector(Symbol(who)), *tally)));
                }
            }
        }
    }
}
