//! Looking after a ledger on a server.

use std::io::Write;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::read::ROWS;
use super::{Server, Store, schema};
use crate::ledger::faults::Faults;
use crate::ledger::key::{self, hex};
use crate::ledger::names;
use crate::ledger::row::{NOBODY, Row};
use crate::ledger::seal::Seal;
use crate::ledger::texts::{self, Texts};
use crate::ledger::{Care, Info, Ledger, Options, Take, csv};
use crate::model::error::Error;
use crate::model::past::PastCall;

/// The ledger on a server.
pub(in crate::ledger) struct OnServer;

impl Care for OnServer {
    fn for_run(&self, options: &Options) -> Result<Box<dyn Ledger>, Error> {
        Ok(Box::new(Server::for_run(options)?))
    }

    fn info(&self, options: &Options) -> Result<Info, Error> {
        let mut store = Store::open(options)?;
        schema::check(&mut store)?;
        let key_fits = match key::read(&options.key_file(), &store.shown) {
            Ok(secret) => Seal::new(&secret).map(|seal| schema::key_fits(&mut store, &seal)).transpose()?,
            Err(_) if options.key.is_none() => None,
            Err(e) => return Err(e),
        };
        let sql = format!(
            "SELECT (SELECT count(*) FROM cuicha.batch), count(*), \
             count(DISTINCT borrower) FILTER (WHERE borrower <> {NOBODY}), min(start), max(start), \
             (SELECT sum(pg_total_relation_size(t))::bigint FROM unnest(ARRAY['cuicha.call', 'cuicha.name', \
             'cuicha.batch', 'cuicha.meta']::regclass[]) t) FROM cuicha.call"
        );
        let r = store.client.query_one(&sql, &[]).map_err(|e| store.fail(&e))?;
        let last = "SELECT at, tool_version FROM cuicha.batch ORDER BY id DESC LIMIT 1";
        let last = store.client.query_opt(last, &[]).map_err(|e| store.fail(&e))?;
        Ok(Info {
            schema: schema::version(&mut store)?.unwrap_or(0) as i64,
            runs: r.get::<_, i64>(0) as u64,
            calls: r.get::<_, i64>(1) as u64,
            borrowers: r.get::<_, i64>(2) as u64,
            first: r.get(3),
            last: r.get(4),
            last_run: last.map(|r| (r.get(0), r.get(1))),
            bytes: r.get::<_, i64>(5) as u64,
            key_fits,
        })
    }

    fn verify(&self, options: &Options) -> Result<Vec<String>, Error> {
        let mut ledger = Server::existing(options)?;
        let mut faults = Faults::default();
        let known = seals_of_names(&mut ledger, &mut faults)?;
        let Server { store, seal, .. } = &mut ledger;
        let mut last = None;
        loop {
            let page = store.page_after(last.as_ref())?;
            page.iter().for_each(|row| check(row, seal, &known, &mut faults));
            last = page.into_iter().last();
            if last.is_none() {
                break;
            }
        }
        Ok(faults.list())
    }

    fn prune(&self, options: &Options, before: i64) -> Result<u64, Error> {
        let mut store = Store::open(options)?;
        schema::check(&mut store)?;
        store.begin()?;
        let gone = store
            .client
            .execute("DELETE FROM cuicha.call WHERE start < $1", &[&before])
            .map_err(|e| store.fail(&e))?;
        store.batch(
            "DELETE FROM cuicha.name WHERE id NOT IN (SELECT borrower FROM cuicha.call UNION
             SELECT v FROM cuicha.call, LATERAL (VALUES (agency), (collector), (caller), (callee)) AS t (v)
             WHERE v IS NOT NULL); COMMIT",
        )?;
        // The calls are gone already; this takes them off the disk.
        for table in ["call", "name"] {
            store.batch(&format!("VACUUM FULL cuicha.{table}"))?;
        }
        Ok(gone)
    }

    fn export(
        &self,
        options: &Options,
        hashed: bool,
        out: &mut dyn Write,
        shown: &Path,
    ) -> Result<u64, Error> {
        let fail = |source: std::io::Error| Error::Write { path: shown.to_owned(), source };
        writeln!(out, "{}", csv::HEADER).map_err(fail)?;
        let mut written = Ok(());
        let mut put = |call: &PastCall<'_>| {
            if written.is_ok() {
                written = csv::write(call, &mut *out);
            }
        };
        let count = if hashed {
            let mut store = Store::open(options)?;
            schema::check(&mut store)?;
            all_hashed(&mut store, &mut put)?
        } else {
            Server::existing(options)?.all(&mut put)?
        };
        written.and_then(|()| out.flush()).map_err(fail)?;
        Ok(count)
    }
}

/// Whether every name still is what was written; the numbers of those that are there.
fn seals_of_names(ledger: &mut Server, faults: &mut Faults) -> Result<FxHashSet<i64>, Error> {
    let Server { store, seal, .. } = ledger;
    let (mut known, mut last) = (FxHashSet::default(), i64::MIN);
    let sql = "SELECT id, hash, sealed FROM cuicha.name WHERE id > $1 ORDER BY id LIMIT $2";
    loop {
        let page = store.client.query(sql, &[&last, &ROWS]).map_err(|e| store.fail(&e))?;
        for r in &page {
            let (id, hash, sealed): (i64, Vec<u8>, Vec<u8>) = (r.get(0), r.get(1), r.get(2));
            known.insert(id);
            last = id;
            if names::open(seal, id, &hash, &sealed).is_none() {
                faults.add(format!("name {id} was changed: it does not open"));
            }
        }
        if page.is_empty() {
            return Ok(known);
        }
    }
}

fn check(row: &Row, seal: &mut Seal, names: &FxHashSet<i64>, faults: &mut Faults) {
    let place = format!("call of borrower {} at second {}", row.borrower, row.start);
    if texts::call_id(seal, row).is_none() {
        faults.add(format!("{place}: was changed, it does not open"));
    }
    if let Some(name) = texts::ids(row).into_iter().flatten().find(|n| !names.contains(n)) {
        faults.add(format!("{place}: its name {name} is not there"));
    }
}

/// All calls with hashes for ids: equal ones stay equal, and no key is needed.
fn all_hashed(store: &mut Store, take: &mut Take<'_>) -> Result<u64, Error> {
    let (mut last, mut count) = (None, 0);
    loop {
        let page = store.page_after(last.as_ref())?;
        hand_over_hashed(store, &page, take)?;
        count += page.len() as u64;
        last = page.into_iter().last();
        if last.is_none() {
            return Ok(count);
        }
    }
}

fn hand_over_hashed(store: &mut Store, page: &[Row], take: &mut Take<'_>) -> Result<(), Error> {
    let ids: Vec<i64> = page.iter().flat_map(texts::ids).flatten().collect();
    let sql = "SELECT id, hash FROM cuicha.name WHERE id = ANY($1)";
    let found = store.client.query(sql, &[&ids]).map_err(|e| store.fail(&e))?;
    let hashes: FxHashMap<i64, Vec<u8>> = found.iter().map(|r| (r.get(0), r.get(1))).collect();
    for row in page {
        let names = texts::ids(row).map(|id| hashes.get(&id?).map(|hash| hex(hash).into()));
        let texts = Texts { call_id: hex(&row.key), names };
        take(&PastCall { made_up_id: false, ..texts.call(row) });
    }
    Ok(())
}
