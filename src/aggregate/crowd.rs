//! All calls with one value of a key where there are very many of them: only their numbers are kept in order, and every rule
//! looks at the records of the book in this order. No copy of them is made.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::calls::CallBook;
use super::dials::{Calls, Dial};
use super::hours::LocalClock;
use super::redial;
use super::symbols::Symbol;
use crate::model::profile::Profile;

/// Calls that are sorted at one go.
const SORTED: usize = 1 << 20;

/// Calls of one borrower, or of one of another key, by number.
#[derive(Debug)]
pub(super) struct Crowd {
    pub who: Symbol,
    /// Calls to the agency, which are left out.
    pub inbound: u32,
    order: Vec<u32>,
    /// How many of them have a start; they stand first.
    started: usize,
    redials: OnceLock<Vec<u32>>,
    /// The crowd of which this one is a part.
    whole: Option<Arc<Crowd>>,
}

impl Crowd {
    /// Puts the calls in order.
    pub fn new(book: &CallBook, who: Symbol, mut order: Vec<u32>, inbound: u32) -> Crowd {
        let start = |ix: &u32| book.attempt(*ix).start().unwrap_or(i64::MAX);
        // Most logs are in order. Elsewhere parts are sorted first, for which the starts are copied, and then joined.
        if !order.is_sorted_by_key(start) {
            order.chunks_mut(SORTED).for_each(|part| part.sort_by_cached_key(start));
            order.sort_by_key(start);
        }
        let started = order.partition_point(|ix| start(ix) != i64::MAX);
        Crowd { who, inbound, order, started, redials: OnceLock::new(), whole: None }
    }

    /// Some calls of a crowd, in its order; all of them have a start.
    pub fn part(whole: &Arc<Crowd>, order: Vec<u32>) -> Crowd {
        let (who, started) = (whole.who, order.len());
        Crowd { who, inbound: 0, order, started, redials: OnceLock::new(), whole: Some(Arc::clone(whole)) }
    }

    /// The calls.
    pub fn line<'a>(&'a self, book: &'a CallBook, profile: &'a Profile) -> Line<'a> {
        Line::new(&self.order, book, profile)
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// The places of calls without a start among these.
    pub fn without_start(&self, places: &Range<usize>) -> Range<usize> {
        places.start.max(self.started)..places.end.max(self.started)
    }

    /// One past the last call less than `length` seconds behind that at `first`.
    pub fn reach(&self, book: &CallBook, first: usize, length: i64) -> usize {
        let start = |ix: u32| book.attempt(ix).start().unwrap_or(i64::MAX);
        let begin = self.order.get(first).map_or(0, |ix| start(*ix));
        let behind = self.order[..self.started].get(first..).unwrap_or_default();
        first + behind.partition_point(|ix| start(*ix).saturating_sub(begin) < length)
    }

    /// Calls that follow one that broke off, sorted by number.
    pub fn redials(&self, book: &CallBook, profile: &Profile) -> &[u32] {
        match &self.whole {
            Some(whole) => whole.redials(book, profile),
            None => self.redials.get_or_init(|| redial::among(&self.line(book, profile))),
        }
    }
}

/// Calls by number, read from the book when they are asked for.
pub(super) struct Line<'a> {
    order: &'a [u32],
    book: &'a CallBook,
    clock: RefCell<LocalClock<'a>>,
}

impl<'a> Line<'a> {
    /// Of calls in this order.
    pub fn new(order: &'a [u32], book: &'a CallBook, profile: &'a Profile) -> Line<'a> {
        Line { order, book, clock: RefCell::new(LocalClock::new(&profile.timezone)) }
    }
}

impl Calls for Line<'_> {
    fn len(&self) -> usize {
        self.order.len()
    }

    fn dial(&self, at: usize) -> Dial {
        let ix = self.order[at];
        Dial::new(ix, self.book.attempt(ix), &mut self.clock.borrow_mut())
    }
}
