//! Many short lists of numbers in one piece of memory.

/// The lists, each known by its place.
pub(super) struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// Sorted, each number once.
    pub(super) fn new(lists: impl Iterator<Item = Vec<usize>>) -> Lists {
        let mut made = Lists { ends: vec![0], items: Vec::new() };
        for mut list in lists {
            list.sort_unstable();
            list.dedup();
            made.items.extend(list.into_iter().map(|item| item as u32));
            made.ends.push(made.items.len() as u32);
        }
        made
    }

    pub(super) fn of(&self, n: usize) -> &[u32] {
        &self.items[self.ends[n] as usize..self.ends[n + 1] as usize]
    }
}
