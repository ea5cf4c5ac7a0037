//! Ids and phone numbers, each once: calls refer to them by number.

use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;

use crate::ledger::seal::Seal;

/// What kind of text it is. A number that calls and one that is called are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// Names that were looked up already, in both directions.
#[derive(Default)]
pub(super) struct NameTable {
    /// By kind and text: most names of a run occur again and again.
    numbers: FxHashMap<(Kind, String), i64>,
    texts: FxHashMap<i64, Rc<str>>,
}

pub(super) fn hash(seal: &Seal, kind: Kind, text: &str) -> Vec<u8> {
    seal.hash(&[b"name", kind.name(), text.as_bytes()])
}

/// What a sealed name is bound to.
fn place(id: i64, hash: &[u8]) -> Vec<u8> {
    [b"name", &id.to_le_bytes()[..], hash].concat()
}

/// The number of a hash.
pub(super) fn find(connection: &Connection, hash: &[u8]) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM name WHERE hash = ?1")?
        .query_row([hash], |r| r.get(0))
        .optional()
}

impl NameTable {
    /// The number of a text; a new one if need be.
    pub fn intern(
        &mut self,
        connection: &Connection,
        seal: &mut Seal,
        kind: Kind,
        text: &str,
    ) -> rusqlite::Result<i64> {
        let known = (kind, text.to_owned());
        if let Some(id) = self.numbers.get(&known) {
            return Ok(*id);
        }
        let hash = hash(seal, kind, text);
        let id = match find(connection, &hash)? {
            Some(id) => id,
            None => {
                let next: i64 = connection
                    .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM name")?
                    .query_row([], |r| r.get(0))?;
                let sealed = seal.close(text.as_bytes(), &place(next, &hash));
                connection
                    .prepare_cached("INSERT INTO name (id, hash, sealed) VALUES (?1, ?2, ?3)")?
                    .execute((next, &hash, sealed))?;
                next
            }
        };
        self.numbers.insert(known, id);
        Ok(id)
    }

    /// The text of a number; nothing if it is not there, or does not open.
    pub fn text(
        &mut self,
        connection: &Connection,
        seal: &mut Seal,
        id: i64,
    ) -> rusqlite::Result<Option<Rc<str>>> {
        if let Some(text) = self.texts.get(&id) {
            return Ok(Some(Rc::clone(text)));
        }
        let row: Option<(Vec<u8>, Vec<u8>)> = connection
            .prepare_cached("SELECT hash, sealed FROM name WHERE id = ?1")?
            .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let Some(text) = row.and_then(|(hash, sealed)| open(seal, id, &hash, &sealed)) else {
            return Ok(None);
        };
        let text: Rc<str> = text.into();
        self.texts.insert(id, Rc::clone(&text));
        Ok(Some(text))
    }
}

/// The text of a row of the table.
pub(super) fn open(seal: &mut Seal, id: i64, hash: &[u8], sealed: &[u8]) -> Option<String> {
    String::from_utf8(seal.open(sealed, &place(id, hash))?).ok()
}
