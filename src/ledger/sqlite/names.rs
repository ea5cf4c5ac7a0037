//! The table `name`, one name after another.

use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension};
use rustc_hash::FxHashMap;

use crate::ledger::names::{Kind, close, hash, open};
use crate::ledger::seal::Seal;

/// Names that were looked up already, in both directions.
#[derive(Default)]
pub(super) struct NameTable {
    /// By kind and text: most names of a run occur again and again.
    numbers: FxHashMap<(Kind, String), i64>,
    texts: FxHashMap<i64, Rc<str>>,
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
                let sealed = close(seal, next, &hash, text);
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
