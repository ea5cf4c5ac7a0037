//! Files that are no input of their own: sidecars, which tell of the file beside them, and tables that are one input together.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::Options;
use super::opened::Opened;
use super::passed::Passed;
use super::walk::extension;
use crate::model::notice::Notice;

/// What files of this kind are called.
#[derive(Debug, Clone, Copy, Default)]
pub struct Company {
    /// End of the names of sidecars, such as `.meta.json`; empty: there are none.
    pub sidecar: &'static str,
    /// Names of tables that are one input together, with or without `.txt`; the first leads and is the input.
    pub tables: &'static [&'static str],
}

/// A file that is read with the one beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// Name, as that of the file beside it.
    pub file: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Files beside one.
pub type Besides = Arc<[Beside]>;

/// How a file stands to the others of its folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// By itself, with the names of those that are read with it.
    Input(Vec<String>),
    /// It is read with another one.
    Follows,
    /// It tells of a file that is not there.
    Orphan,
    /// It is nothing that is looked for.
    Other,
}

/// The files of one folder.
#[derive(Debug, Default)]
pub struct Folder {
    /// Names of sidecars and tables.
    special: BTreeSet<String>,
    /// Sidecars whose file is there.
    claimed: BTreeSet<String>,
}

impl Company {
    /// The file that a sidecar tells of, with or without its extension.
    pub fn told_by<'n>(&self, name: &'n str) -> Option<&'n str> {
        let told = name.strip_suffix(self.sidecar).filter(|_| !self.sidecar.is_empty());
        told.filter(|told| !told.is_empty())
    }

    /// The place of a table among those it belongs to, and what stands before and behind its name.
    fn table<'n>(&self, name: &'n str) -> Option<(usize, &'n str, &'n str)> {
        let bare = name.strip_suffix(".txt").unwrap_or(name);
        let behind = &name[bare.len()..];
        let places = self.tables.iter().enumerate();
        let fits = |(place, table): (usize, &&str)| {
            let before = bare.strip_suffix(table)?;
            (before.is_empty() || before.ends_with(['_', '-', '.'])).then_some((place, before, behind))
        };
        places.filter_map(fits).max_by_key(|(place, ..)| self.tables[*place].len())
    }

    /// Whether a file is one of several tables, by its plain name.
    pub fn is_plain_table(&self, name: &str) -> bool {
        self.table(name).is_some_and(|(_, before, _)| before.is_empty())
    }

    /// Whether there are files of these kinds at all.
    pub fn is_none(&self) -> bool {
        self.sidecar.is_empty() && self.tables.is_empty()
    }

    /// Whether a file is read with another one of the same folder.
    pub fn follows(&self, name: &str, other: &str) -> bool {
        if let Some(told) = self.told_by(name) {
            return name != other && self.sidecars(other).iter().any(|s| s == name) && !told.is_empty();
        }
        let lead = self.table(name).filter(|(place, ..)| *place > 0);
        lead.is_some_and(|(_, before, behind)| format!("{before}{}{behind}", self.tables[0]) == other)
    }

    pub(super) fn is_special(&self, name: &str) -> bool {
        self.told_by(name).is_some() || self.table(name).is_some()
    }

    /// Names of sidecars that a file may have.
    pub(super) fn sidecars(&self, name: &str) -> Vec<String> {
        if self.sidecar.is_empty() {
            return Vec::new();
        }
        let mut names = vec![format!("{name}{}", self.sidecar)];
        let last = name.rfind('/').map_or(0, |at| at + 1);
        if let Some(stem) = name.rfind('.').filter(|dot| *dot > last).map(|dot| &name[..dot]) {
            names.push(format!("{stem}{}", self.sidecar));
        }
        names
    }

    /// Names of all files that may stand beside a file and are read with it.
    pub(super) fn beside(&self, name: &str) -> Vec<String> {
        let mut names = self.sidecars(name);
        if let Some((0, before, behind)) = self.table(name) {
            names.extend(self.tables.iter().map(|table| format!("{before}{table}{behind}")));
        }
        names
    }
}

impl Folder {
    /// From the names of the files in it.
    pub fn of<'n>(names: impl Iterator<Item = &'n str> + Clone, options: &Options) -> Folder {
        let company = &options.company;
        let special = names.clone().filter(|n| company.is_special(n)).map(str::to_owned).collect();
        let mut folder = Folder { special, claimed: BTreeSet::new() };
        if folder.special.is_empty() {
            return folder;
        }
        for name in names {
            if matches!(folder.stand(name, options), Stand::Input(_)) {
                let sidecars = company.sidecars(name).into_iter();
                folder.claimed.extend(sidecars.filter(|s| folder.special.contains(s)));
            }
        }
        folder
    }

    /// How a file of it stands to the others.
    pub fn stand(&self, name: &str, options: &Options) -> Stand {
        let company = &options.company;
        let by_extension = extension(Path::new(name)).is_some_and(|e| options.extensions.contains(&e));
        if self.special.is_empty() {
            return if by_extension { Stand::Input(Vec::new()) } else { Stand::Other };
        }
        if company.told_by(name).is_some() {
            return if self.claimed.contains(name) { Stand::Follows } else { Stand::Orphan };
        }
        let mut with: Vec<String> = company.sidecars(name);
        let mut wanted = by_extension;
        if let Some((place, before, behind)) = company.table(name) {
            let named = |table: &str| format!("{before}{table}{behind}");
            let lead = named(company.tables[0]);
            if place > 0 {
                return match (self.special.contains(&lead), by_extension) {
                    (true, _) => Stand::Follows,
                    (false, true) => Stand::Input(Vec::new()),
                    (false, false) => Stand::Orphan,
                };
            }
            with.extend(company.tables[1..].iter().map(|t| named(t)));
            wanted |= before.is_empty();
        }
        with.retain(|n| self.special.contains(n));
        if wanted { Stand::Input(with) } else { Stand::Other }
    }
}

/// Reads a file whole that stands beside another.
pub(super) fn read(mut opened: Opened, options: &Options, notices: &mut VecDeque<Notice>) -> Option<Beside> {
    let mut bytes = opened.take_head();
    let rest = (options.max_file_bytes + 1).saturating_sub(bytes.len() as u64);
    let read = (&mut opened).take(rest).read_to_end(&mut bytes);
    let why = match read {
        Err(e) => format!("cannot read on: {e}"),
        Ok(_) if bytes.len() as u64 > options.max_file_bytes => {
            format!("larger than {} bytes: not read", options.max_file_bytes)
        }
        Ok(_) => return Some(Beside { file: opened.name, bytes }),
    };
    notices.push_back(Notice::lost(opened.name, None, why));
    None
}

/// The files of those names that stand beside a file on disk.
pub(super) fn beside(
    path: &Path,
    names: &[String],
    options: &Options,
    notices: &mut VecDeque<Notice>,
) -> Besides {
    if names.is_empty() {
        return Besides::default();
    }
    let mut found = Vec::new();
    for name in names {
        match Opened::path(&path.with_file_name(name)) {
            Ok(opened) => found.extend(read(opened, options, notices)),
            Err(notice) => notices.push_back(notice),
        }
    }
    found.into()
}

/// The same for a file that the user named: nobody has listed its folder.
pub(super) fn beside_named(path: &Path, options: &Options, notices: &mut VecDeque<Notice>) -> Besides {
    let Some(name) = path.file_name().and_then(|n| n.to_str()) else { return Besides::default() };
    let there = |name: &String| path.with_file_name(name).is_file();
    let all: Vec<String> = options.company.beside(name).into_iter().filter(there).collect();
    let names = all.iter().map(String::as_str).chain([name]);
    match Folder::of(names, options).stand(name, options) {
        Stand::Input(with) => beside(path, &with, options, notices),
        _ => Besides::default(),
    }
}

/// Folders of an archive, by their names.
#[derive(Debug, Default)]
pub(super) struct Folders(BTreeMap<String, Folder>);

impl Folders {
    /// From the names of all members; empty where nothing is special.
    pub fn of(names: &[&str], options: &Options) -> Folders {
        let special = |name: &&&str| options.company.is_special(split(name).1);
        let folders: BTreeSet<&str> = names.iter().filter(special).map(|n| split(n).0).collect();
        let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (folder, name) in names.iter().map(|n| split(n)).filter(|(folder, _)| folders.contains(folder)) {
            lists.entry(folder).or_default().push(name);
        }
        let one = |(folder, names): (&str, Vec<&str>)| {
            (folder.to_owned(), Folder::of(names.iter().copied(), options))
        };
        Folders(lists.into_iter().map(one).collect())
    }

    /// How a member stands to the others; those that are read with it by their whole names.
    pub fn stand(&self, member: &str, options: &Options) -> Stand {
        let (folder, name) = split(member);
        let none = Folder::default();
        let stand = self.0.get(folder).unwrap_or(&none).stand(name, options);
        match stand {
            Stand::Input(with) => Stand::Input(
                with.into_iter().map(|n| format!("{}{n}", &member[..member.len() - name.len()])).collect(),
            ),
            other => other,
        }
    }
}

/// Folder and name.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

impl Passed {
    /// Counts a file that tells of another one that is not there.
    pub fn orphan(&mut self, name: &str) {
        self.orphans += 1;
        if self.orphans == 1 {
            self.first_orphan = name.to_owned();
        }
    }
}
