//! Ids and phone numbers as they stand in the table `name`, each once: calls refer to them by number.

use super::seal::Seal;
use crate::model::past::PastCall;

/// What kind of text it is. A number that calls and one that is called are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Borrower,
    Agency,
    Collector,
    Number,
}

impl Kind {
    fn name(self) -> &'static [u8] {
        match self {
            Kind::Borrower => b"borrower",
            Kind::Agency => b"agency",
            Kind::Collector => b"collector",
            Kind::Number => b"number",
        }
    }
}

/// The names of a call, in the order of [`Names`](super::row::Names).
pub(super) fn of<'c>(call: &PastCall<'c>) -> [(Kind, Option<&'c str>); 5] {
    [
        (Kind::Borrower, call.borrower_id),
        (Kind::Agency, call.agency),
        (Kind::Collector, call.collector_id),
        (Kind::Number, call.caller_number),
        (Kind::Number, call.callee_number),
    ]
}

/// What finds a text.
pub(super) fn hash(seal: &Seal, kind: Kind, text: &str) -> Vec<u8> {
    seal.hash(&[b"name", kind.name(), text.as_bytes()])
}

/// What a sealed name is bound to.
fn place(id: i64, hash: &[u8]) -> Vec<u8> {
    [b"name", &id.to_le_bytes()[..], hash].concat()
}

/// The text as it stands in the table.
pub(super) fn close(seal: &mut Seal, id: i64, hash: &[u8], text: &str) -> Vec<u8> {
    seal.close(text.as_bytes(), &place(id, hash))
}

/// The text of a row of the table.
pub(super) fn open(seal: &mut Seal, id: i64, hash: &[u8], sealed: &[u8]) -> Option<String> {
    String::from_utf8(seal.open(sealed, &place(id, hash))?).ok()
}
