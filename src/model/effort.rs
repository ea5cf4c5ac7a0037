//! Comparisons that judging a text took, counted: tests hold them to the length of the text, as time on a busy machine tells
//! nothing.

use std::cell::Cell;

thread_local! {
    static SPENT: Cell<u64> = const { Cell::new(0) };
}

/// Counts `n` comparisons.
pub fn spend(n: usize) {
    SPENT.with(|spent| spent.set(spent.get().wrapping_add(n as u64)));
}

/// How many comparisons this thread has made.
pub fn spent() -> u64 {
    SPENT.with(Cell::get)
}
