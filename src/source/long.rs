//! Lines that are too long: passed over as they come, so that none of them stands in memory.

use crate::model::notice::Notice;

/// A line that was too long and was left empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Long {
    /// Where it stood in the bytes that were kept.
    pub offset: usize,
    /// How long it was, in bytes, without its line break.
    pub bytes: usize,
    /// How long it might have been.
    most: usize,
}

impl Long {
    /// A line of so many bytes that might have had at most so many.
    pub(super) fn new(bytes: usize, most: usize) -> Long {
        Long { offset: 0, bytes, most }
    }

    /// Tells of it.
    pub fn notice(&self, file: &str, line: usize) -> Notice {
        let text = format!(
            "line of {} bytes is longer than {} (`--max-line-bytes`): skipped",
            self.bytes, self.most
        );
        Notice::lost(file, Some(line), text)
    }

    /// The same with its place counted from a later byte on.
    pub(super) fn behind(self, bytes: usize) -> Long {
        Long { offset: self.offset - bytes, ..self }
    }

    /// The same with so many bytes before the others.
    pub(super) fn after(self, bytes: usize) -> Long {
        Long { offset: self.offset + bytes, ..self }
    }
}

/// Takes lines that are too long out of bytes that come bit by bit.
pub(super) struct Limit {
    most: usize,
    /// Bytes of the line that is not ended yet.
    begun: usize,
    skipping: bool,
}

impl Limit {
    /// With lines of at most so many bytes.
    pub(super) fn new(most: usize) -> Limit {
        Limit { most, begun: 0, skipping: false }
    }

    /// Looks at what was read behind the first `old` bytes of `held`, and takes out what is too long.
    pub(super) fn check(&mut self, held: &mut Vec<u8>, old: usize, long: &mut Vec<Long>) {
        let new = &held[old..];
        if !self.skipping && self.begun + new.len() <= self.most {
            self.begun = match new.iter().rposition(|b| *b == b'\n') {
                Some(last) => new.len() - last - 1,
                None => self.begun + new.len(),
            };
            return;
        }
        let new = held.split_off(old);
        for part in new.split_inclusive(|b| *b == b'\n') {
            let end = part.ends_with(b"\n");
            self.begun += part.len() - usize::from(end);
            if !self.skipping {
                held.extend_from_slice(part);
                if self.begun > self.most {
                    held.truncate(held.len() - self.begun - usize::from(end));
                    held.shrink_to(held.len() + new.len());
                    self.skipping = true;
                }
            }
            if end && self.skipping {
                self.close(held.len(), long);
                held.push(b'\n');
            }
            self.begun = if end { 0 } else { self.begun };
        }
    }

    /// The end of the input, behind so many bytes that were kept.
    pub(super) fn finish(&mut self, held: usize, long: &mut Vec<Long>) {
        if self.skipping {
            self.close(held, long);
        }
    }

    fn close(&mut self, offset: usize, long: &mut Vec<Long>) {
        long.push(Long { offset, bytes: self.begun, most: self.most });
        self.skipping = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{Limit, Long};

    /// The text with lines of at most four bytes, read in steps of so many.
    fn read(text: &str, step: usize) -> (String, Vec<Long>) {
        let (mut limit, mut held, mut long) = (Limit::new(4), Vec::new(), Vec::new());
        for chunk in text.as_bytes().chunks(step) {
            let old = held.len();
            held.extend_from_slice(chunk);
            limit.check(&mut held, old, &mut long);
        }
        limit.finish(held.len(), &mut long);
        (String::from_utf8(held).unwrap_or_default(), long)
    }

    #[test]
    fn a_long_line_is_left_empty_wherever_the_bytes_are_cut() {
        for step in 1..40 {
            let (text, long) = read("abcd\nabcde\nx\n\nabcdefghi\nabcd", step);
            assert_eq!(text, "abcd\n\nx\n\n\nabcd", "step {step}");
            let places: Vec<_> = long.iter().map(|l| (l.offset, l.bytes)).collect();
            assert_eq!(places, [(5, 5), (9, 9)], "step {step}");
            let (text, long) = read("ab\nabcdefgh", step);
            assert_eq!((text.as_str(), long.len(), long[0].bytes), ("ab\n", 1, 8), "step {step}");
        }
    }
}
