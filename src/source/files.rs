//! The files that the named paths mean, one after the other and open: those of folders and archives too.

use std::collections::VecDeque;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::archive::{self, Archive};
use super::company::{self, Besides};
use super::opened::Opened;
use super::walk::{Root, Walk, seen};
use super::{Options, is_stdin};
use crate::model::notice::Notice;

/// Files, one after the other. A member of an archive must be read before the next file is asked for.
pub struct Files {
    roots: Vec<Root>,
    next_root: usize,
    walk: Option<Walk>,
    archive: Option<Archive>,
    /// A stream that is still to be looked at.
    stream: Option<(String, Box<dyn Read + Send>)>,
    notices: VecDeque<Notice>,
    /// The next file, once the notices are told.
    held: Option<Opened>,
    options: Options,
}

/// The files of these paths. Nothing is opened before the first is asked for.
pub fn files(paths: &[PathBuf], options: Options) -> Files {
    let roots = paths.iter().map(|p| Root::new(p)).collect();
    let notices = VecDeque::new();
    Files { roots, next_root: 0, walk: None, archive: None, stream: None, notices, held: None, options }
}

impl Files {
    pub(super) fn of_stream(name: &str, input: Box<dyn Read + Send>, options: Options) -> Files {
        Files { stream: Some((name.to_owned(), input)), ..files(&[], options) }
    }

    /// One step: a file, or nothing yet. `Err` at the end.
    fn step(&mut self) -> Result<Option<Opened>, ()> {
        if let Some(archive) = &mut self.archive {
            let member = archive.next(&self.options, &mut self.notices);
            if member.is_none() {
                self.archive = None;
            }
            return Ok(member);
        }
        if let Some((name, stream)) = self.stream.take() {
            let opened = Opened::stream(&name, stream);
            return Ok(self.look_into(opened, true));
        }
        if let Some(walk) = &mut self.walk {
            match walk.next_file(&self.roots, &self.options, &mut self.notices) {
                Some((path, beside)) => {
                    let beside = company::beside(&path, &beside, &self.options, &mut self.notices);
                    return Ok(self.open(&path, beside, false));
                }
                None => self.walk = None,
            }
            return Ok(None);
        }
        self.start_root()
    }

    fn start_root(&mut self) -> Result<Option<Opened>, ()> {
        let index = self.next_root;
        let Some(root) = self.roots.get(index) else { return Err(()) };
        self.next_root += 1;
        if seen(&self.roots[..index], root, &self.options) {
            let text = "named twice, or inside a folder that is named too: read once";
            self.notices.push_back(Notice::remark(root.name(), None, text));
        } else if self.roots.iter().any(|other| follows(root, other, &self.options)) {
            // It is read with the file that is named too.
        } else if root.is_dir {
            self.walk = Some(Walk::new(index, root));
        } else {
            let path = root.path.clone();
            let beside = company::beside_named(&path, &self.options, &mut self.notices);
            return Ok(self.open(&path, beside, true));
        }
        Ok(None)
    }

    fn open(&mut self, path: &Path, beside: Besides, named: bool) -> Option<Opened> {
        debug_assert!(named || !is_stdin(path), "a walk gives no standard input");
        let mut opened = Opened::path(path);
        opened.iter_mut().for_each(|opened| opened.beside = Besides::clone(&beside));
        self.look_into(opened, named)
    }

    /// An archive is gone into, anything else is a file; `named`: by the user, so that it is read whatever its name.
    fn look_into(&mut self, opened: Result<Opened, Notice>, named: bool) -> Option<Opened> {
        let opened = match opened {
            Ok(opened) => opened,
            Err(notice) => {
                self.notices.push_back(notice);
                return None;
            }
        };
        let Some(kind) = archive::kind(&opened) else { return Some(opened) };
        match Archive::open(opened, kind, named, &self.options) {
            Ok(archive) => self.archive = Some(archive),
            Err(notice) => self.notices.push_back(notice),
        }
        None
    }
}

/// Whether a named file is read with another named one.
fn follows(root: &Root, other: &Root, options: &Options) -> bool {
    let name = |root: &Root| root.path.file_name().map(|n| n.to_string_lossy().into_owned());
    let (Some(own), Some(others)) = (name(root), name(other)) else { return false };
    !root.is_dir && root.path.parent() == other.path.parent() && options.company.follows(&own, &others)
}

impl Iterator for Files {
    type Item = Result<Opened, Notice>;

    fn next(&mut self) -> Option<Result<Opened, Notice>> {
        loop {
            if let Some(notice) = self.notices.pop_front() {
                return Some(Err(notice));
            }
            if let Some(opened) = self.held.take() {
                return Some(Ok(opened));
            }
            // What there is to say of a file goes before it.
            match self.step() {
                Ok(opened) => self.held = opened,
                Err(()) if self.notices.is_empty() => return None,
                Err(()) => {}
            }
        }
    }
}
