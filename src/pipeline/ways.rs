//! How each file was read: by which decoder and in which encoding, and how much of it had to be replaced.

use crate::decode::{Decoded, Replaced, charset};
use crate::model::notice::Notice;
use crate::model::scan::Way;

/// What there is to say of input whose calls were looked at one by one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Heard {
    /// Remarks on the input, sorted.
    pub notices: Vec<Notice>,
    /// How each file was read, where that was asked for.
    pub ways: Vec<Way>,
}

/// Collects what is known of files whose pieces come one after another.
pub(super) struct Ways {
    /// Whether all are kept, or those alone of which something is to be said.
    all: bool,
    files: Vec<(Way, Replaced)>,
}

impl Ways {
    pub(super) fn new(all: bool) -> Ways {
        Ways { all, files: Vec::new() }
    }

    /// Adds a piece of a file.
    pub(super) fn add(&mut self, file: &str, decoded: &Decoded) {
        self.note(file, decoded.format, decoded.encoding, decoded.replaced);
    }

    /// Adds what is known of a part of a file.
    pub(super) fn note(
        &mut self,
        file: &str,
        format: &'static str,
        encoding: &'static str,
        replaced: Replaced,
    ) {
        if (!self.all || format.is_empty()) && replaced.count == 0 {
            return;
        }
        if self.files.last().is_none_or(|(way, _)| way.file != file) {
            let way = Way { file: file.to_owned(), format, encoding: "" };
            self.files.push((way, Replaced { count: 0, line: replaced.line }));
        }
        let Some((way, sum)) = self.files.last_mut() else { return };
        way.encoding = charset::both(way.encoding, encoding);
        if sum.count == 0 {
            sum.line = replaced.line;
        }
        sum.count += replaced.count;
    }

    /// How many characters stand for bytes that are no text.
    pub(super) fn replaced(&self) -> u64 {
        self.files.iter().map(|(_, replaced)| replaced.count as u64).sum()
    }

    /// The files; of what was replaced in them is told.
    pub(super) fn end(self, notices: &mut Vec<Notice>) -> Vec<Way> {
        for (way, replaced) in self.files.iter().filter(|(_, replaced)| replaced.count > 0) {
            notices.push(replaced.notice(&way.file));
        }
        let kept = self.files.into_iter().map(|(way, _)| way);
        if self.all { kept.collect() } else { Vec::new() }
    }
}
