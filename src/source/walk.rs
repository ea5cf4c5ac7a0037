//! Which files to read, in which order, and what was passed over.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

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
    fn reads(&self, file: &Path, extensions: &[String]) -> bool {
        match file.strip_prefix(&self.canonical) {
            Err(_) => false,
            Ok(rest) if rest.as_os_str().is_empty() => true,
            Ok(rest) => self.is_dir && !rest.iter().any(hidden) && wanted(rest, extensions),
        }
    }

    /// Whether the walk of this root goes through this canonical folder.
    fn enters(&self, folder: &Path) -> bool {
        self.is_dir && folder.strip_prefix(&self.canonical).is_ok_and(|rest| !rest.iter().any(hidden))
    }
}

/// Whether one of the earlier roots reads all of this one.
pub fn seen(earlier: &[Root], root: &Root, extensions: &[String]) -> bool {
    earlier
        .iter()
        .any(|e| if root.is_dir { e.enters(&root.canonical) } else { e.reads(&root.canonical, extensions) })
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

/// The walk through one folder.
pub struct Walk {
    root: usize,
    entries: walkdir::IntoIter,
    passed: Passed,
}

impl Walk {
    /// Starts at the root with this index.
    pub fn new(index: usize, root: &Root) -> Walk {
        let entries = WalkDir::new(&root.path).sort_by_file_name().into_iter();
        Walk { root: index, entries, passed: Passed::default() }
    }

    /// The next file to read. Notices go into `ready`; at the end, what was passed over.
    pub fn next_file(
        &mut self,
        roots: &[Root],
        options: &Options,
        ready: &mut VecDeque<Notice>,
    ) -> Option<PathBuf> {
        while let Some(entry) = self.entries.next() {
            match entry {
                Err(error) => self.lose(&failed(&error, &roots[self.root]), ready),
                Ok(entry) => {
                    if self.take(&entry, roots, options, ready) {
                        self.passed.files += 1;
                        return Some(entry.into_path());
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
    ) -> bool {
        if entry.depth() == 0 {
            return false;
        }
        let kind = entry.file_type();
        if hidden(entry.file_name()) {
            self.passed.hidden += 1;
            if kind.is_dir() {
                self.entries.skip_current_dir();
            }
            return false;
        }
        if kind.is_dir() {
            return false;
        }
        let name = || entry.path().to_string_lossy().into_owned();
        if kind.is_symlink() {
            match std::fs::metadata(entry.path()) {
                Ok(_) => self.passed.links += 1,
                Err(e) => {
                    self.lose(&Notice::lost(name(), None, format!("link that leads nowhere: {e}")), ready)
                }
            }
            return false;
        }
        if !kind.is_file() {
            self.lose(&Notice::lost(name(), None, "not a file (device, socket or pipe): not read"), ready);
            return false;
        }
        if !wanted(entry.path(), &options.extensions) {
            self.passed.other(entry.path());
            return false;
        }
        if self.read_before(entry, roots, &options.extensions) {
            self.passed.again += 1;
            return false;
        }
        true
    }

    fn read_before(&self, entry: &DirEntry, roots: &[Root], extensions: &[String]) -> bool {
        if self.root == 0 {
            return false;
        }
        let root = &roots[self.root];
        let inside = entry.path().strip_prefix(&root.path).unwrap_or(entry.path());
        let canonical = root.canonical.join(inside);
        roots[..self.root].iter().any(|r| r.reads(&canonical, extensions))
    }
}

fn failed(error: &walkdir::Error, root: &Root) -> Notice {
    let path = error.path().unwrap_or(&root.path).to_string_lossy().into_owned();
    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Notice::lost(path, None, format!("cannot read: {why}"))
}
