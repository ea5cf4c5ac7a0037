//! The rows of a manifest, joined to files by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::tz::TimeZone;

use crate::decode::Charset;
use crate::decode::call_log::{ManifestRow, read_manifest};
use crate::model::error::Error;
use crate::model::facts::Facts;
use crate::model::notice::Notice;

/// Largest manifest, in bytes.
const MOST_BYTES: u64 = 1 << 30;
/// So many names or numbers are told before the rest is counted.
const MOST_NAMED: usize = 10;

/// A manifest that was read, and which of its rows belong to which files.
#[derive(Debug)]
pub struct Manifest {
    file: String,
    canonical: PathBuf,
    rows: Vec<ManifestRow>,
    /// Rows by the name of the file as it is written, and without its extension.
    whole: HashMap<String, Vec<usize>>,
    bare: HashMap<String, Vec<usize>>,
    /// Rows by the id of their call.
    ids: HashMap<String, Vec<usize>>,
    notices: Vec<Notice>,
    tally: Mutex<Tally>,
}

/// What was joined so far.
#[derive(Debug, Default)]
struct Tally {
    /// Files of each row.
    files: BTreeMap<usize, BTreeSet<String>>,
    /// Rows that were not used, since others fit as well.
    doubtful: BTreeSet<usize>,
    /// Files without a row.
    without: BTreeSet<String>,
}

/// What the manifest says of a name.
enum Fit {
    Row(usize),
    Several(Vec<usize>),
    None,
}

impl Manifest {
    /// Reads a manifest. Times without an offset are those of `zone`.
    ///
    /// # Errors
    /// When it cannot be read or none of its rows tells anything.
    pub fn open(path: &Path, charset: Charset, zone: &TimeZone) -> Result<Manifest, Error> {
        let failed = |source: io::Error| Error::Read { path: path.to_owned(), source };
        let size = std::fs::metadata(path).map_err(failed)?.len();
        if size > MOST_BYTES {
            return Err(failed(io::Error::other(format!("larger than {MOST_BYTES} bytes"))));
        }
        let bytes = std::fs::read(path).map_err(failed)?;
        let file = path.to_string_lossy().into_owned();
        let read = read_manifest(&file, &bytes, charset, zone)
            .map_err(|why| Error::Usage(format!("--manifest: {file}: {why}")))?;
        let canonical = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        Ok(Manifest::of(file, canonical, read.rows, read.notices))
    }

    fn of(file: String, canonical: PathBuf, rows: Vec<ManifestRow>, notices: Vec<Notice>) -> Manifest {
        let (mut whole, mut bare, mut ids) = (HashMap::new(), HashMap::new(), HashMap::new());
        let put = |map: &mut HashMap<String, Vec<usize>>, key: &str, row: usize| {
            map.entry(key.to_owned()).or_default().push(row);
        };
        for (ix, row) in rows.iter().enumerate() {
            if let Some(cell) = &row.recording {
                let path = slashed(cell);
                let name = last(&path);
                put(&mut whole, name, ix);
                put(&mut bare, stem(name), ix);
            }
            if let Some(id) = &row.facts.call_id {
                put(&mut ids, id, ix);
            }
        }
        Manifest { file, canonical, rows, whole, bare, ids, notices, tally: Mutex::default() }
    }

    /// Whether a file of the input is the manifest itself.
    pub fn is(&self, file: &str) -> bool {
        Path::new(file).file_name() == self.canonical.file_name()
            && std::fs::canonicalize(file).is_ok_and(|path| path == self.canonical)
    }

    /// What the manifest tells of a file with one call: by the name of the file, else by what its transcript calls the call.
    pub fn of_file(&self, file: &str, call_id: Option<&str>, notices: &mut Vec<Notice>) -> Option<&Facts> {
        let mut fit = self.by_name(file);
        if let (Fit::None, Some(id)) = (&fit, call_id) {
            fit = self.by_id(id);
        }
        self.take(fit, file, notices)
    }

    /// What the manifest tells of one of several calls of a file.
    pub fn of_call(&self, file: &str, call_id: &str, notices: &mut Vec<Notice>) -> Option<&Facts> {
        match self.by_id(call_id) {
            Fit::None => None,
            fit => self.take(fit, file, notices),
        }
    }

    fn take(&self, fit: Fit, file: &str, notices: &mut Vec<Notice>) -> Option<&Facts> {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        match fit {
            Fit::Row(ix) => {
                tally.files.entry(ix).or_default().insert(file.to_owned());
                Some(&self.rows[ix].facts)
            }
            Fit::Several(rows) => {
                let lines = numbers(rows.iter().map(|ix| self.rows[*ix].line));
                let text = format!("rows {lines} of the manifest fit as well as each other: none is used");
                notices.push(Notice::lost(file, None, text));
                tally.doubtful.extend(rows);
                None
            }
            Fit::None => {
                tally.without.insert(file.to_owned());
                None
            }
        }
    }

    /// By the name of a file as it is written in the manifest, with its extension or that of the recording; where several rows have
    /// the name, those with most of its folders.
    fn by_name(&self, file: &str) -> Fit {
        let path = slashed(file);
        let name = last(&path);
        let tries = [self.whole.get(name), self.whole.get(stem(name)), self.bare.get(stem(name))];
        let Some(rows) = tries.into_iter().flatten().next() else { return Fit::None };
        let common = |ix: &usize| {
            let cell = self.rows[*ix].recording.as_deref().map(slashed).unwrap_or_default();
            let folders = |p: &str| p.rsplit('/').skip(1).map(str::to_owned).collect::<Vec<_>>();
            folders(&cell).iter().zip(folders(&path)).take_while(|(a, b)| **a == *b).count()
        };
        let most = rows.iter().map(common).max().unwrap_or(0);
        self.one(rows.iter().copied().filter(|ix| common(ix) == most).collect())
    }

    fn by_id(&self, id: &str) -> Fit {
        match self.ids.get(id) {
            Some(rows) => self.one(rows.clone()),
            None => self.by_name(id),
        }
    }

    /// The row if it is one, or if all say the same.
    fn one(&self, rows: Vec<usize>) -> Fit {
        match rows[..] {
            [] => Fit::None,
            [first, ref others @ ..]
                if others.iter().all(|o| self.rows[*o].facts == self.rows[first].facts) =>
            {
                Fit::Row(first)
            }
            _ => Fit::Several(rows),
        }
    }

    /// What there is to say when all files were seen.
    pub fn finish(&self) -> Vec<Notice> {
        let tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        let mut notices = self.notices.clone();
        let mut several: Vec<_> = tally.files.iter().filter(|(_, files)| files.len() > 1).collect();
        let more = several.len().saturating_sub(MOST_NAMED);
        several.truncate(MOST_NAMED);
        for (ix, files) in several {
            // Transcripts that lie side by side may be of one recording; those in different folders are not.
            let folders: BTreeSet<&str> = files.iter().map(|f| folder(f)).collect();
            let text = format!(
                "the row fits {} files, and is taken for each: {}",
                files.len(),
                named(files.iter().map(String::as_str))
            );
            let lost = folders.len() > 1;
            notices.push(Notice { lost, ..Notice::remark(&*self.file, Some(self.rows[*ix].line), text) });
        }
        if more > 0 {
            notices.push(Notice::lost(&*self.file, None, format!("{more} more rows fit several files")));
        }
        let used = |ix: &usize| {
            tally.files.contains_key(ix) || tally.doubtful.contains(ix) || self.twin(*ix, &tally)
        };
        let unused: Vec<usize> =
            (0..self.rows.len()).filter(|ix| !used(ix)).map(|ix| self.rows[ix].line).collect();
        if let Some(first) = unused.first() {
            let rows = if unused.len() == 1 {
                "1 row has".to_owned()
            } else {
                format!("{} rows have", unused.len())
            };
            let text = format!("{rows} no transcript: {}", numbers(unused.iter().copied()));
            notices.push(Notice::remark(&*self.file, Some(*first), text));
        }
        if !tally.without.is_empty() {
            let n = tally.without.len();
            let files = if n == 1 { "1 file has".to_owned() } else { format!("{n} files have") };
            let text = format!("{files} no row in it: {}", named(tally.without.iter().map(String::as_str)));
            notices.push(Notice::remark(&*self.file, None, text));
        }
        notices
    }

    /// Whether another row with the same name says the same and was used.
    fn twin(&self, ix: usize, tally: &Tally) -> bool {
        let row = &self.rows[ix];
        let name = row.recording.as_deref().map(slashed);
        let same = name.as_deref().and_then(|n| self.bare.get(stem(last(n))));
        same.into_iter()
            .flatten()
            .any(|o| *o != ix && tally.files.contains_key(o) && self.rows[*o].facts == row.facts)
    }
}

/// A path with slashes, without what a web address has behind it.
fn slashed(path: &str) -> String {
    let path = path.trim().replace('\\', "/");
    match path.split_once("://") {
        Some(_) => path.split(['?', '#']).next().unwrap_or_default().to_owned(),
        None => path,
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn folder(path: &str) -> &str {
    path.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder)
}

/// A name without its extension.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

fn numbers(all: impl Iterator<Item = usize>) -> String {
    let all: Vec<String> = all.map(|n| n.to_string()).collect();
    named(all.iter().map(String::as_str))
}

/// The first of them, and how many more there are.
fn named<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = all.collect();
    let shown = all.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(MOST_NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
