//! A call of a run on its way into the table, whatever keeps the table.

use sha2::{Digest, Sha256};

use super::row::{NAMELESS, Names, Row, identity};
use super::seal::Seal;
use super::texts::call_id;
use crate::model::past::{Changes, PastCall};

/// Ids of corrected calls that are told.
const MOST_TOLD: usize = 20;

/// A call on its way into the table.
pub(super) struct Entry {
    pub row: Row,
    id: String,
    /// The key that it has where nobody tells its id.
    pub identity: Option<Vec<u8>>,
}

impl Entry {
    pub fn new(call: &PastCall<'_>, names: Names, seal: &Seal) -> Entry {
        let row = Row::of(call, names, seal);
        let identified = call.borrower_id.is_some() && call.callee_number.is_some();
        let identity = (row.flags & NAMELESS == 0 && identified).then(|| identity(call, seal));
        Entry { row, id: call.call_id.as_deref().unwrap_or_default().to_owned(), identity }
    }

    /// Joins calls with the same key, which leaves them sorted by it.
    pub fn once(mut entries: Vec<Entry>) -> Vec<Entry> {
        entries.sort_by(|a, b| a.row.key.cmp(&b.row.key));
        entries.dedup_by(|b, a| {
            let same = a.row.key == b.row.key;
            if same {
                a.row.fill(&b.row);
            }
            same
        });
        entries
    }

    /// Completes the call by what is known of it, seals it, notes what becomes of it, and says whether it is to be written.
    pub fn settle(&mut self, older: Option<&Row>, seal: &mut Seal, changes: &mut Changes) -> bool {
        if let Some(older) = older {
            if self.id.is_empty() {
                self.id = call_id(seal, older).unwrap_or_default();
            }
            self.row.fill(older);
        }
        self.row.sealed_id = seal.close(self.id.as_bytes(), &self.row.facts());
        match older {
            None => changes.added += 1,
            Some(older) if self.row == *older => {
                changes.unchanged += 1;
                return false;
            }
            Some(older) if self.row.corrects(older) => {
                changes.corrected += 1;
                if changes.corrected_calls.len() < MOST_TOLD {
                    changes.corrected_calls.push(self.id.clone());
                }
            }
            Some(_) => changes.completed += 1,
        }
        true
    }
}

/// A sum over calls that does not depend on their order.
#[derive(Default)]
pub(super) struct Sum([u8; 32]);

impl Sum {
    /// Adds as numbers of 256 bits: two of the same do not cancel out.
    pub fn add(&mut self, entry: &Entry) {
        let digest = Sha256::digest([&entry.row.facts(), entry.id.as_bytes()].concat());
        let mut carry = 0u16;
        for (a, b) in self.0.iter_mut().zip(digest) {
            let total = u16::from(*a) + u16::from(b) + carry;
            *a = (total & 0xff) as u8;
            carry = total >> 8;
        }
    }

    pub fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}
