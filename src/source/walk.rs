//! Which files to read, in which order, and what was passed over.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::company::{Folder, Stand};
use super::passed::Passed;
use super::{Options, archive, is_stdin};
use crate::model::notice::Notice;

/// A path that the user named.
pub struct Root {
    /// As named.
    pub path: PathBuf,
    /// Without links and dots, to see that two names mean one file; as named when it cannot be found out.
    canonical: PathBuf,
    /// Whether it is a folder.
    pub is_dir: bool,
}

impl Root {
    /// Looks at a path.
    pub fn new(path: &Path) -> Root {
        let stdin = is_stdin(path);
        let canonical = if stdin { None } else { std::fs::canonicalize(path).ok() };
        let is_dir = !stdin && path.is_dir();
        Root { path: path.to_owned(), canonical: canonical.unwrap_or_else(|| path.to_owned()), is_dir }
    }

    /// The path for people.
    pub fn name(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// Whether the walk of this root reads this canonical path.
    fn reads(&self, file: &Path, options: &Options) -> bool {
        match file.strip_prefix(&self.canonical) {
            Err(_) => false,
            Ok(rest) if rest.as_os_str().is_empty() => true,
            Ok(rest) => self.is_dir && !rest.iter().any(hidden) && looked_for(rest, options),
        }
    }

    /// Whether the walk of this root goes through this canonical folder.
    fn enters(&self, folder: &Path) -> bool {
        self.is_dir && folder.strip_prefix(&self.canonical).is_ok_and(|rest| !rest.iter().any(hidden))
    }
}

/// Whether one of the earlier roots reads all of this one.
pub fn seen(earlier: &[Root], root: &Root, options: &Options) -> bool {
    earlier
        .iter()
        .any(|e| if root.is_dir { e.enters(&root.canonical) } else { e.reads(&root.canonical, options) })
}

/// Whether a file is read where this path is an input: it is the path itself, lies in that folder, or stands beside that file and
/// is read with it.
pub fn reads(named: &Path, file: &Path, options: &Options) -> bool {
    let Ok(file) = file.canonicalize() else { return false };
    let root = Root::new(named);
    let name = named.file_name().and_then(OsStr::to_str).filter(|_| !root.is_dir);
    let beside = name.map(|name| options.company.beside(name)).unwrap_or_default();
    let is_file = |name: &String| named.with_file_name(name).canonicalize().is_ok_and(|p| p == file);
    root.reads(&file, options) || beside.iter().any(is_file)
}

pub(super) fn hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}

pub(super) fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_string_lossy().to_ascii_lowercase())
}

/// Whether a file of this name is read when a folder or an archive is searched.
pub(super) fn wanted(path: &Path, extensions: &[String]) -> bool {
    extension(path).is_some_and(|e| extensions.contains(&e) || archive::EXTENSIONS.contains(&e.as_str()))
}

/// The same for a file that may be read with others.
fn looked_for(path: &Path, options: &Options) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    wanted(path, &options.extensions) || options.company.is_plain_table(&name)
}

/// The walk through one folder.
pub struct Walk {
    root: usize,
    entries: walkdir::IntoIter,
    passed: Passed,
    /// The folders above the entry, as far as they were listed.
    folders: Vec<(PathBuf, Folder)>,
}

impl Walk {
    /// Starts at the root with this index.
    pub fn new(index: usize, root: &Root) -> Walk {
        // Files of one folder differ in their names alone: no need to take these out of the paths for each comparison.
        let by_name = |a: &DirEntry, b: &DirEntry| a.path().as_os_str().cmp(b.path().as_os_str());
        let entries = WalkDir::new(&root.path).sort_by(by_name).into_iter();
        Walk { root: index, entries, passed: Passed::default(), folders: Vec::new() }
    }

    /// The next file to read. Notices go into `ready`; at the end, what was passed over.
    pub fn next_file(
        &mut self,
        roots: &[Root],
        options: &Options,
        ready: &mut VecDeque<Notice>,
    ) -> Option<(PathBuf, Vec<String>)> {
        while let Some(entry) = self.entries.next() {
            match entry {
                Err(error) => self.lose(&failed(&error, &roots[self.root]), ready),
                Ok(entry) => {
                    if let Some(beside) = self.take(&entry, roots, options, ready) {
                        self.passed.files += 1;
                        return Some((entry.into_path(), beside));
                    }
                }
            }
        }
        self.passed.sum_up(&roots[self.root].name(), "folder", options, ready);
        None
    }

    fn lose(&mut self, notice: &Notice, ready: &mut VecDeque<Notice>) {
        self.passed.troubled = true;
        ready.push_back(notice.clone());
    }

    fn take(
        &mut self,
        entry: &DirEntry,
        roots: &[Root],
        options: &Options,
        ready: &mut VecDeque<Notice>,
    ) -> Option<Vec<String>> {
        if entry.depth() == 0 {
            return None;
        }
        let kind = entry.file_type();
        if hidden(entry.file_name()) {
            self.passed.hidden += 1;
            if kind.is_dir() {
                self.entries.skip_current_dir();
            }
            return None;
        }
        if kind.is_dir() {
            return None;
        }
        let name = || entry.path().to_string_lossy().into_owned();
        if kind.is_symlink() {
            match std::fs::metadata(entry.path()) {
                Ok(_) => self.passed.links += 1,
                Err(e) => {
                    self.lose(&Notice::lost(name(), None, format!("link that leads nowhere: {e}")), ready)
                }
            }
            return None;
        }
        if !kind.is_file() {
            self.lose(&Notice::lost(name(), None, "not a file (device, socket or pipe): not read"), ready);
            return None;
        }
        let beside = match self.stand(entry, options) {
            Stand::Input(beside) => beside,
            Stand::Follows => return None,
            Stand::Orphan => {
                self.passed.orphan(&name());
                return None;
            }
            Stand::Other => {
                self.passed.other(entry.path());
                return None;
            }
        };
        if self.read_before(entry, roots, options) {
            self.passed.again += 1;
            return None;
        }
        Some(beside)
    }

    /// How the file stands to the others of its folder, which is listed once as long as the walk is in it.
    fn stand(&mut self, entry: &DirEntry, options: &Options) -> Stand {
        let path = entry.path();
        let archive = extension(path).is_some_and(|e| archive::EXTENSIONS.contains(&e.as_str()));
        let name = entry.file_name().to_string_lossy();
        let Some(parent) = path.parent().filter(|_| !archive && !options.company.is_none()) else {
            let wanted = wanted(path, &options.extensions);
            return if wanted { Stand::Input(Vec::new()) } else { Stand::Other };
        };
        // Mostly it is the folder of the file before: the same bytes.
        let same = self.folders.last().is_some_and(|(folder, _)| folder.as_os_str() == parent.as_os_str());
        while !same && self.folders.last().is_some_and(|(folder, _)| !parent.starts_with(folder)) {
            self.folders.pop();
        }
        if !same && self.folders.last().is_none_or(|(folder, _)| folder != parent) {
            let names: Vec<String> = std::fs::read_dir(parent)
                .into_iter()
                .flatten()
                .filter_map(|e| e.ok()?.file_name().into_string().ok())
                .filter(|name| !hidden(OsStr::new(name)))
                .collect();
            let folder = Folder::of(names.iter().map(String::as_str), options);
            self.folders.push((parent.to_owned(), folder));
        }
        let none = Folder::default();
        self.folders.last().map_or(&none, |(_, folder)| folder).stand(&name, options)
    }

    fn read_before(&self, entry: &DirEntry, roots: &[Root], options: &Options) -> bool {
        if self.root == 0 {
            return false;
        }
        let root = &roots[self.root];
        let inside = entry.path().strip_prefix(&root.path).unwrap_or(entry.path());
        let canonical = root.canonical.join(inside);
        roots[..self.root].iter().any(|r| r.reads(&canonical, options))
    }
}

fn failed(error: &walkdir::Error, root: &Root) -> Notice {
    let path = error.path().unwrap_or(&root.path).to_string_lossy().into_owned();
    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Notice::lost(path, None, format!("cannot read: {why}"))
}
