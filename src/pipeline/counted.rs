//! What the counting rules find, by as many threads as there are.

use rayon::prelude::*;

use crate::aggregate::calls::CallBook;
use crate::aggregate::frequency::{self, Cut, Merge};
use crate::model::profile::Profile;

/// Parts of the counting that are done at one go.
const WAVE: usize = 32;

pub(super) fn counted(book: &CallBook, profile: &Profile) -> Merge {
    let mut merge = Merge::new(book, profile);
    for slice in frequency::slices() {
        let mut tasks = frequency::tasks(book, profile, slice, Cut::default());
        while !tasks.is_empty() {
            // In waves, so that what the parts found does not all stand in memory at once.
            for wave in tasks.chunks(WAVE) {
                let found: Vec<_> = wave.par_iter().map(|task| frequency::run(book, profile, task)).collect();
                found.into_iter().for_each(|part| merge.add(part));
            }
            tasks = merge.rest();
        }
    }
    merge
}
