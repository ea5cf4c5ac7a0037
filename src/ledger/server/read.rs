//! Calls of earlier runs that matter to this one, many borrowers at a time.

use postgres::types::ToSql;
use rustc_hash::FxHashMap;

use super::{Server, Store};
use crate::ledger::Take;
use crate::ledger::names::{self, Kind};
use crate::ledger::row::Row;
use crate::ledger::texts::{self, Texts, near};
use crate::model::error::Error;
use crate::model::past::{Reach, Wanted};

/// The columns in the order of [`row`].
pub(super) const COLUMNS: &str = "borrower, start, key, agency, collector, caller, callee, role, connected, \
talk_s, ring_s, agreed, flags, sealed_id";

/// Borrowers that are asked for at one go.
const BORROWERS: usize = 4_096;
/// Rows of a page of the whole table.
pub(super) const ROWS: i64 = 16_384;

fn row(r: &postgres::Row) -> Row {
    Row {
        borrower: r.get(0),
        start: r.get(1),
        key: r.get(2),
        agency: r.get(3),
        collector: r.get(4),
        caller: r.get(5),
        callee: r.get(6),
        role: r.get(7),
        connected: r.get(8),
        talk_s: r.get(9),
        ring_s: r.get(10),
        agreed: r.get(11),
        flags: r.get(12),
        sealed_id: r.get(13),
    }
}

impl Store {
    /// Calls that a condition holds for.
    pub fn rows(&mut self, which: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM cuicha.call {which}");
        let found = self.client.query(&sql, values).map_err(|e| self.fail(&e))?;
        Ok(found.iter().map(row).collect())
    }

    /// The next page of all calls, in the order of the table; an empty one is the end.
    pub fn page_after(&mut self, last: Option<&Row>) -> Result<Vec<Row>, Error> {
        let none = Vec::new();
        let (borrower, start, key) =
            last.map_or((i64::MIN, i64::MIN, &none), |row| (row.borrower, row.start, &row.key));
        let which = "WHERE (borrower, start, key) > ($1, $2, $3) ORDER BY borrower, start, key LIMIT $4";
        self.rows(which, &[&borrower, &start, key, &ROWS])
    }
}

impl Server {
    /// Hands over rows with their texts; an error if one is not as it was written.
    pub fn hand_over(&mut self, rows: &[Row], take: &mut Take<'_>) -> Result<(), Error> {
        let Server { store, seal, texts: known, .. } = self;
        let mut missing: Vec<i64> =
            rows.iter().flat_map(texts::ids).flatten().filter(|id| !known.contains_key(id)).collect();
        missing.sort_unstable();
        missing.dedup();
        let sql = "SELECT id, hash, sealed FROM cuicha.name WHERE id = ANY($1)";
        for r in store.client.query(sql, &[&missing]).map_err(|e| store.fail(&e))? {
            let (id, hash, sealed): (i64, Vec<u8>, Vec<u8>) = (r.get(0), r.get(1), r.get(2));
            known.extend(names::open(seal, id, &hash, &sealed).map(|text| (id, text.into())));
        }
        for row in rows {
            let ids = texts::ids(row);
            let names = ids.map(|id| known.get(&id?).cloned());
            let whole = ids.iter().zip(&names).all(|(id, name)| id.is_some() == name.is_some());
            let Some(call_id) = texts::call_id(seal, row).filter(|_| whole) else {
                return Err(store.fault(texts::changed(row)));
            };
            take(&Texts { call_id, names }.call(row));
        }
        Ok(())
    }

    /// All calls.
    pub fn all(&mut self, take: &mut Take<'_>) -> Result<u64, Error> {
        let (mut last, mut count) = (None, 0);
        loop {
            let page = self.store.page_after(last.as_ref())?;
            self.hand_over(&page, take)?;
            count += page.len() as u64;
            last = page.into_iter().last();
            if last.is_none() {
                return Ok(count);
            }
        }
    }
}

/// See [`Ledger::earlier`](crate::ledger::Ledger::earlier).
pub(super) fn earlier(
    ledger: &mut Server,
    wanted: &[Wanted],
    reach: Reach,
    take: &mut Take<'_>,
) -> Result<u64, Error> {
    if reach.everybody {
        return ledger.all(take);
    }
    let mut count = 0;
    for some in wanted.chunks(BORROWERS) {
        let spans: FxHashMap<Vec<u8>, (i64, i64)> = some
            .iter()
            .map(|w| (names::hash(&ledger.seal, Kind::Borrower, &w.borrower_id), (w.first, w.last)))
            .collect();
        let hashes: Vec<&Vec<u8>> = spans.keys().collect();
        let which = "WHERE borrower IN (SELECT id FROM cuicha.name WHERE hash = ANY($1)) \
                     ORDER BY borrower, start, key";
        let rows = ledger.store.rows(which, &[&hashes])?;
        let sql = "SELECT id, hash FROM cuicha.name WHERE hash = ANY($1)";
        let found = ledger.store.client.query(sql, &[&hashes]).map_err(|e| ledger.store.fail(&e))?;
        let span_of: FxHashMap<i64, (i64, i64)> =
            found.iter().filter_map(|r| Some((r.get(0), *spans.get(&r.get::<_, Vec<u8>>(1))?))).collect();
        for group in rows.chunk_by(|a, b| a.borrower == b.borrower) {
            let span = span_of.get(&group[0].borrower);
            let range = match (reach.apart, span) {
                (Some(apart), Some((first, last))) => near(group, *first, *last, apart),
                _ => 0..group.len(),
            };
            count += range.len() as u64;
            ledger.hand_over(&group[range], take)?;
        }
    }
    Ok(count)
}
