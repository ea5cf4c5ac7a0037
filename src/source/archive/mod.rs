//! Archives and compressed files, read as folders: nothing is written to disk, and what they unpack to is bounded.

mod budget;
mod held;
mod member;
mod packed;
mod tape;
mod zip_file;

use std::collections::VecDeque;
use std::path::Path;

use super::Options;
use super::company::{self, Beside, Folders, Stand};
use super::opened::Opened;
use super::passed::Passed;
use super::walk::{extension, wanted};
use crate::model::notice::Notice;
use budget::Budget;
use held::Held;
use tape::Tape;
use zip_file::ZipFile;

/// Extensions of archives and compressed files, lower case and without the dot.
pub(super) const EXTENSIONS: &[&str] = &["gz", "tgz", "zst", "tzst", "zip", "tar"];
/// Extensions of files that are zip archives and yet one document.
const DOCUMENTS: &[&str] = &["xlsx", "xlsm", "xlsb", "ods", "docx", "pptx"];
/// Most files of an archive.
const MOST_MEMBERS: usize = 1_000_000;

/// What an archive is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gzip,
    Zstd,
    Tar,
    Zip,
}

/// The kind of an open file by its first bytes, else by its name, so that a damaged archive is not taken for a text; nothing when
/// it is no archive.
pub(super) fn kind(opened: &Opened) -> Option<Kind> {
    let (head, extension) = (opened.head(), extension(Path::new(&opened.name)).unwrap_or_default());
    let zip = head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06");
    if head.starts_with(b"\x1f\x8b") {
        return Some(Kind::Gzip);
    } else if head.starts_with(b"\x28\xb5\x2f\xfd") {
        return Some(Kind::Zstd);
    } else if head.get(257..262) == Some(b"ustar".as_slice()) {
        return Some(Kind::Tar);
    } else if zip {
        return (!DOCUMENTS.contains(&extension.as_str())).then_some(Kind::Zip);
    }
    match extension.as_str() {
        "gz" | "tgz" => Some(Kind::Gzip),
        "zst" | "tzst" => Some(Kind::Zstd),
        "tar" => Some(Kind::Tar),
        "zip" => Some(Kind::Zip),
        _ => None,
    }
}

/// An archive that is being read.
pub(super) struct Archive {
    name: String,
    members: Members,
    passed: Passed,
    /// What a tape keeps for later.
    held: Held,
    /// Members seen.
    count: usize,
}

enum Members {
    /// The one file of a compressed one; true: whatever its name.
    One(Option<(Opened, bool)>),
    Tape(Tape),
    Zip(ZipFile),
    /// One document that is a zip archive too.
    Document(Option<Opened>),
    /// What was kept until the end.
    Kept(VecDeque<(String, Opened)>),
    None,
}

/// What comes next in an archive.
enum Next {
    /// A file: its name in the archive and what is in it.
    File(String, Opened),
    /// Something that is passed over.
    Link,
    /// A member that is not read, and why.
    Lost(String, String),
    /// The rest is not read.
    Broken(String),
    End,
}

impl Archive {
    /// Opens an archive; `named`: by the user.
    pub fn open(opened: Opened, kind: Kind, named: bool, options: &Options) -> Result<Archive, Notice> {
        let name = opened.name.clone();
        let budget = Budget::new(options.max_expanded_bytes);
        let members = match kind {
            Kind::Zip => zip_file::open(opened, budget, options)?,
            Kind::Tar => Members::Tape(Tape::new(opened.into_stream())),
            Kind::Gzip | Kind::Zstd => {
                let inner = packed::inner_name(&name);
                let stream = packed::stream(kind, opened.into_stream(), &budget);
                let inside = Opened::stream(&format!("{name}/{inner}"), stream)?;
                if self::kind(&inside) == Some(Kind::Tar) {
                    Members::Tape(Tape::new(inside.into_stream()))
                } else {
                    Members::One(Some((inside, named)))
                }
            }
        };
        Ok(Archive { name, members, passed: Passed::default(), held: Held::default(), count: 0 })
    }

    /// The next file. Notices go into `notices`; at the end, what was passed over.
    pub fn next(&mut self, options: &Options, notices: &mut VecDeque<Notice>) -> Option<Opened> {
        loop {
            let (next, any_name) = self.members.next(&self.name, options);
            self.count += 1;
            let next = match next {
                Next::File(..) | Next::Link | Next::Lost(..) if self.count > MOST_MEMBERS => {
                    Next::Broken(format!("more than {MOST_MEMBERS} files"))
                }
                next => next,
            };
            match next {
                Next::File(inner, opened) => {
                    if let Some(opened) = self.take(&inner, opened, any_name, options, notices) {
                        self.passed.files += 1;
                        return Some(opened);
                    }
                }
                Next::Link => self.passed.links += 1,
                Next::Lost(inner, why) => self.lose(&format!("{}/{inner}", self.name), why, notices),
                Next::Broken(why) => {
                    self.lose(&self.name.clone(), format!("{why}: the rest is not read"), notices);
                    self.members = Members::None;
                }
                Next::End if matches!(self.members, Members::Tape(_)) => {
                    let kept = self.held.end(options, &mut self.passed, notices);
                    self.members = Members::Kept(kept);
                }
                Next::End => break,
            }
        }
        if !matches!(self.members, Members::Document(_)) {
            self.passed.sum_up(&self.name, "archive", options, notices);
        }
        None
    }

    fn lose(&mut self, name: &str, why: String, notices: &mut VecDeque<Notice>) {
        self.passed.troubled = true;
        notices.push_back(Notice::lost(name, None, why));
    }

    /// The file if it is one to read.
    fn take(
        &mut self,
        inner: &str,
        opened: Opened,
        any_name: bool,
        options: &Options,
        notices: &mut VecDeque<Notice>,
    ) -> Option<Opened> {
        if member::leads_out(inner) {
            self.lose(&opened.name, "its name leads out of the archive: not read".to_owned(), notices);
        } else if any_name && kind(&opened).is_none() {
            return Some(opened);
        } else if member::is_hidden(inner) {
            self.passed.hidden += 1;
        } else if kind(&opened).is_some() && wanted(Path::new(inner), &options.extensions) {
            self.lose(&opened.name, "an archive in an archive: not read".to_owned(), notices);
        } else if any_name {
            return Some(opened);
        } else {
            return self.stand(inner, opened, options, notices);
        }
        None
    }

    /// The file with those that are read with it, unless it is read with another one.
    fn stand(
        &mut self,
        inner: &str,
        mut opened: Opened,
        options: &Options,
        notices: &mut VecDeque<Notice>,
    ) -> Option<Opened> {
        let stand = match &mut self.members {
            Members::Kept(_) => return Some(opened),
            Members::Zip(zip) => zip.stand(inner, options),
            _ => {
                opened = self.held.keep(inner, opened, options, notices)?;
                Folders::default().stand(inner, options)
            }
        };
        match stand {
            Stand::Input(with) => {
                let mut beside: Vec<Beside> = opened.beside.to_vec();
                for name in &with {
                    let Members::Zip(zip) = &mut self.members else { break };
                    match zip.beside(name, &self.name) {
                        Next::File(_, file) => beside.extend(company::read(file, options, notices)),
                        Next::Lost(name, why) => self.lose(&format!("{}/{name}", self.name), why, notices),
                        _ => {}
                    }
                }
                opened.beside = beside.into();
                return Some(opened);
            }
            Stand::Follows => {}
            Stand::Orphan => self.passed.orphan(&opened.name),
            Stand::Other => self.passed.other(Path::new(inner)),
        }
        None
    }
}

impl Members {
    /// What comes next, and whether it is read whatever its name.
    fn next(&mut self, archive: &str, options: &Options) -> (Next, bool) {
        match self {
            Members::One(one) => match one.take() {
                Some((opened, named)) => (Next::File(packed::inner_name(archive), opened), named),
                None => (Next::End, false),
            },
            Members::Document(one) => match one.take() {
                Some(opened) => (Next::File(String::new(), opened), true),
                None => (Next::End, false),
            },
            Members::Kept(kept) => {
                let next = kept.pop_front();
                (next.map_or(Next::End, |(name, opened)| Next::File(name, opened)), false)
            }
            Members::Tape(tape) => (tape.next(archive, options), false),
            Members::Zip(zip) => (zip.next(archive), false),
            Members::None => (Next::End, false),
        }
    }
}
