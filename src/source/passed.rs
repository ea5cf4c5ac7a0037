//! What was passed over in a folder or an archive, to be told once at its end.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use super::Options;
use super::walk::extension;
use crate::model::notice::Notice;

/// Kinds of skipped files that a notice names before it breaks off.
const KINDS_NAMED: usize = 8;

/// Counts of what was passed over.
#[derive(Default)]
pub struct Passed {
    /// Files and folders whose name begins with a dot.
    pub hidden: usize,
    /// Symbolic links.
    pub links: usize,
    /// Files that were read under another name.
    pub again: usize,
    /// Files of other kinds.
    others: BTreeMap<String, usize>,
    /// Sidecars and tables without the file they tell of, and the first of them.
    pub orphans: usize,
    pub first_orphan: String,
    /// Files that were read.
    pub files: usize,
    /// Whether something was lost, and told.
    pub troubled: bool,
}

impl Passed {
    /// A file of another kind.
    pub fn other(&mut self, name: &Path) {
        let kind = extension(name).map_or_else(|| "without extension".to_owned(), |e| format!(".{e}"));
        *self.others.entry(kind).or_default() += 1;
    }

    /// Tells it.
    pub fn sum_up(&self, root: &str, container: &str, options: &Options, ready: &mut VecDeque<Notice>) {
        let mut remark = |text: String| ready.push_back(Notice::remark(root, None, text));
        if self.hidden > 0 {
            remark(format!(
                "{} skipped",
                count(self.hidden, "hidden file or folder", "hidden files and folders")
            ));
        }
        if self.links > 0 {
            remark(format!("{} not followed", count(self.links, "symbolic link", "symbolic links")));
        }
        if self.again > 0 {
            remark(format!("{} read already under another name", count(self.again, "file", "files")));
        }
        if self.orphans > 0 {
            let first = &self.first_orphan;
            remark(match self.orphans {
                1 => format!("1 file tells of a transcript that is not there: `{first}`"),
                n => format!("{n} files tell of a transcript that is not there: `{first}`"),
            });
        }
        let others: usize = self.others.values().sum();
        if others > 0 {
            let files = count(others, "file of another kind", "files of other kinds");
            remark(format!("{files} skipped: {}", kinds(&self.others)));
        }
        if self.files + self.again == 0 && !self.troubled {
            let text = format!("no {} in this {container}", options.what);
            ready.push_back(Notice::lost(root, None, text));
        }
    }
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn kinds(others: &BTreeMap<String, usize>) -> String {
    let mut named: Vec<String> =
        others.iter().take(KINDS_NAMED).map(|(kind, n)| format!("{kind} {n}")).collect();
    if others.len() > KINDS_NAMED {
        named.push("and others".to_owned());
    }
    named.join(", ")
}
