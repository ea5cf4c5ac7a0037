//! What a tape must keep until the files it belongs to have come: sidecars, and tables that are one input together.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::io::Cursor;

use crate::model::notice::Notice;
use crate::source::company::{self, Beside, Folders, Stand, split};
use crate::source::opened::Opened;
use crate::source::passed::Passed;
use crate::source::{Besides, Options};

/// Files that are kept, by their names in the archive.
#[derive(Default)]
pub(super) struct Held {
    sidecars: BTreeMap<String, Beside>,
    used: BTreeSet<String>,
    tables: BTreeMap<String, Beside>,
    /// Files that were given, with and without their extension.
    given: HashSet<String>,
    bytes: u64,
}

impl Held {
    /// Keeps a file if it is one to be kept; else gives it back with what stands beside it.
    pub fn keep(
        &mut self,
        inner: &str,
        mut opened: Opened,
        options: &Options,
        notices: &mut VecDeque<Notice>,
    ) -> Option<Opened> {
        let (folder, name) = split(inner);
        let told = options.company.told_by(name).map(|told| join(folder, told));
        if told.is_none() && !options.company.is_plain_table(name) {
            opened.beside = self.beside(inner, options);
            self.given.insert(inner.to_owned());
            self.given.insert(stem(inner).to_owned());
            return Some(opened);
        }
        if let Some(told) = &told
            && self.given.contains(told)
        {
            let text =
                "stands behind the file it tells of, in an archive that is read from its beginning: not read";
            notices.push_back(Notice::lost(opened.name, None, text));
            return None;
        }
        let file = opened.name.clone();
        let beside = company::read(opened, options, notices)?;
        self.bytes += beside.bytes.len() as u64;
        if self.bytes > options.max_file_bytes {
            let text = format!("more than {} bytes of sidecars and tables: not read", options.max_file_bytes);
            notices.push_back(Notice::lost(file, None, text));
            return None;
        }
        let map = if told.is_some() { &mut self.sidecars } else { &mut self.tables };
        map.insert(inner.to_owned(), beside);
        None
    }

    fn beside(&mut self, inner: &str, options: &Options) -> Besides {
        let sidecars = options.company.sidecars(inner);
        let sidecars: Vec<String> =
            sidecars.into_iter().filter(|name| self.sidecars.contains_key(name)).collect();
        self.used.extend(sidecars.iter().cloned());
        sidecars.iter().filter_map(|name| self.sidecars.get(name).cloned()).collect()
    }

    /// The inputs that the tables make, at the end of the tape.
    pub fn end(
        &mut self,
        options: &Options,
        passed: &mut Passed,
        notices: &mut VecDeque<Notice>,
    ) -> VecDeque<(String, Opened)> {
        let tables = std::mem::take(&mut self.tables);
        let names: Vec<&str> = tables.keys().map(String::as_str).collect();
        let folders = Folders::of(&names, options);
        let mut inputs = VecDeque::new();
        for (inner, table) in &tables {
            match folders.stand(inner, options) {
                Stand::Input(with) => {
                    let mut beside: Vec<Beside> =
                        with.iter().filter_map(|name| tables.get(name).cloned()).collect();
                    beside.extend(self.beside(inner, options).iter().cloned());
                    match Opened::stream(&table.file, Box::new(Cursor::new(table.bytes.clone()))) {
                        Ok(mut opened) => {
                            opened.beside = beside.into();
                            inputs.push_back((inner.clone(), opened));
                        }
                        Err(notice) => notices.push_back(notice),
                    }
                }
                Stand::Follows => {}
                Stand::Orphan | Stand::Other => passed.orphan(&table.file),
            }
        }
        for (inner, sidecar) in &self.sidecars {
            if !self.used.contains(inner) {
                passed.orphan(&sidecar.file);
            }
        }
        self.sidecars.clear();
        inputs
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A path without the extension of its last part.
fn stem(path: &str) -> &str {
    let name = path.rfind('/').map_or(0, |at| at + 1);
    path[name..].rfind('.').filter(|dot| *dot > 0).map_or(path, |dot| &path[..name + dot])
}
