//! What is wrong with a ledger.

/// Faults that are told one by one.
const MOST: usize = 20;

/// Faults, the first ones in words.
#[derive(Default)]
pub(super) struct Faults {
    told: Vec<String>,
    more: u64,
}

impl Faults {
    pub fn add(&mut self, fault: String) {
        if self.told.len() < MOST { self.told.push(fault) } else { self.more += 1 }
    }

    pub fn list(mut self) -> Vec<String> {
        if self.more > 0 {
            self.told.push(format!("{} more faults", self.more));
        }
        self.told
    }
}
