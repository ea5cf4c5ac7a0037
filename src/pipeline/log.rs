//! Reading a call log: threads read its blocks apart, one of them puts their rows into the book in the order of the file.

use rayon::prelude::*;

use super::Job;
use super::ways::Ways;
use crate::aggregate::calls::CallBook;
use crate::aggregate::intake::Intake;
use crate::aggregate::sheaf::Sheaf;
use crate::decode::call_log::{self, Apart, Block, Context, Reader};
use crate::decode::{Charset, Replaced, charset, line_number};
use crate::model::error::Error;
use crate::model::notice::Notice;
use crate::source::{Blocks, Long, MAX_LINE_BYTES, Opened, Seen, digest};

/// Name of the form that most logs have.
const CSV: &str = "call log";
/// Bytes of a call log that are read at one go.
const BLOCK: usize = 256 << 10;
/// Blocks for each thread that are read before their rows are taken.
const BLOCKS: usize = 2;
/// Largest call log that is no CSV, in bytes.
const MOST_WHOLE_BYTES: u64 = 1 << 30;
/// Largest call log that is not UTF-8, in bytes.
const MOST_BYTES: u64 = 8 << 30;

/// Reads a log block by block where its encoding allows it, so that memory does not grow with the file.
pub(super) fn read(
    book: &mut CallBook,
    (seen, ways): (&mut Seen, &mut Ways),
    log: Opened,
    file: &str,
    job: &Job,
    context: Context<'_>,
) -> Result<(Vec<Notice>, Option<Error>), Error> {
    let form = call_log::form(log.head());
    // What is no text has no lines.
    let most = job.max_line_bytes.unwrap_or(MAX_LINE_BYTES);
    let mut blocks = Blocks::of(log, if form.is_some() { usize::MAX } else { most });
    let mut next = blocks.next(BLOCK)?;
    let mut log = Log {
        reader: Reader::new(file, context),
        intake: book.intake(),
        seen,
        ways,
        file,
        charset: job.charset,
        line: 1,
        notices: Vec::new(),
        failed: None,
    };
    if let Some(form) = form {
        let bytes = blocks.rest(next.unwrap_or_default(), MOST_WHOLE_BYTES)?;
        log.seen.whole(&bytes);
        log.way(form.name(), form.encoding(&bytes, job.charset), &bytes);
        let notices = form.read(file, &bytes, job.charset, context, &mut |row| log.intake.add(row));
        return Ok((notices, None));
    }
    if let Some(first) = next.take_if(|first| !charset::streams(first, job.charset)) {
        let bytes = blocks.rest(first, MOST_BYTES)?;
        if !log.whole(&bytes, &blocks.long()) {
            return Ok((log.notices, None));
        }
    } else {
        while let Some(bytes) = next {
            log.push(Piece::new(bytes, blocks.long(), job.charset));
            next = match log.reader.apart() {
                Some(apart) => {
                    log.blocks(&mut blocks, &apart);
                    None
                }
                None => log.next(&mut blocks),
            };
        }
    }
    log.notices.extend(log.reader.finish(&mut |row| log.intake.add(row)));
    Ok((log.notices, log.failed))
}

/// A log that is being read.
struct Log<'a, 'b> {
    reader: Reader<'a>,
    intake: Intake<'b>,
    seen: &'b mut Seen,
    ways: &'b mut Ways,
    file: &'a str,
    charset: Charset,
    /// Line on which the next block begins.
    line: usize,
    notices: Vec<Notice>,
    /// What broke the reading off: the rows before it are good.
    failed: Option<Error>,
}

/// A block of the file.
struct Piece {
    bytes: Vec<u8>,
    /// The text, where the bytes are not it.
    salvaged: Option<charset::Salvaged>,
    lines: usize,
    digest: u128,
    /// Lines of it that were too long.
    long: Vec<Long>,
}

impl Piece {
    fn new(bytes: Vec<u8>, long: Vec<Long>, charset: Charset) -> Piece {
        let salvaged = match charset::utf8(&bytes, charset) {
            Some(_) => None,
            None => Some(charset::lines(&bytes, charset)),
        };
        // Sums of a byte each: what a processor adds up many at once.
        let breaks = |few: &[u8]| usize::from(few.iter().map(|b| u8::from(*b == b'\n')).sum::<u8>());
        let lines = bytes.chunks(usize::from(u8::MAX)).map(breaks).sum();
        let digest = digest(&bytes);
        Piece { bytes, salvaged, lines, digest, long }
    }

    fn text(&self, charset: Charset) -> &str {
        match &self.salvaged {
            Some(salvaged) => &salvaged.text,
            None => charset::utf8(&self.bytes, charset).unwrap_or_default(),
        }
    }

    /// The text from this byte on.
    fn rest(&self, read: usize, charset: Charset) -> &str {
        let all_read = self.salvaged.is_none() && read == self.bytes.len();
        if all_read { "" } else { self.text(charset).get(read..).unwrap_or_default() }
    }
}

/// A block with its rows.
struct Parsed {
    piece: Piece,
    block: Block,
    sheaf: Sheaf,
}

impl Log<'_, '_> {
    /// The blocks behind the names of the columns. While the rows of some are taken the next ones are read.
    fn blocks(&mut self, blocks: &mut Blocks, apart: &Apart<'_>) {
        let charset = self.charset;
        let many = BLOCKS * rayon::current_num_threads();
        let mut ready: Vec<Parsed> = Vec::new();
        let mut sheaves: Vec<Sheaf> = Vec::new();
        loop {
            let spare = std::mem::take(&mut sheaves);
            let (used, (next, failed)) = rayon::join(
                || ready.into_iter().map(|parsed| self.take(parsed)).collect::<Vec<_>>(),
                || parse(blocks, many, charset, apart, spare),
            );
            sheaves = used;
            ready = next;
            self.failed = self.failed.take().or(failed);
            if ready.is_empty() {
                return;
            }
        }
    }

    /// The next block; none at the end, or where reading breaks off.
    fn next(&mut self, blocks: &mut Blocks) -> Option<Vec<u8>> {
        blocks.next(BLOCK).unwrap_or_else(|error| {
            self.failed = Some(error);
            None
        })
    }

    /// Takes the rows of a block; its sheaf may be used again.
    fn take(&mut self, parsed: Parsed) -> Sheaf {
        let Parsed { piece, block, mut sheaf } = parsed;
        match self.reader.accept(piece.rest(block.read(), self.charset), block) {
            Some(before) => {
                self.intake.take(&mut sheaf, before, &|one, two| {
                    rayon::join(one, two);
                });
                self.told(&piece);
            }
            None => {
                sheaf.clear();
                self.push(piece);
            }
        }
        sheaf
    }

    /// Reads a block as it goes on from the one before.
    fn push(&mut self, piece: Piece) {
        let intake = &mut self.intake;
        self.reader.push(piece.text(self.charset), &mut |row| intake.add(row));
        self.told(&piece);
    }

    /// Reads all of it at once; false when it is no text.
    fn whole(&mut self, bytes: &[u8], long: &[Long]) -> bool {
        self.seen.whole(bytes);
        self.long(bytes, long);
        match charset::read(bytes, self.charset) {
            Ok(read) => {
                self.way(CSV, Some((read.encoding, read.replaced)), bytes);
                let intake = &mut self.intake;
                self.reader.push(&read.text, &mut |row| intake.add(row));
                true
            }
            Err(e) => {
                let message = format!("{} (byte {} of the file): not read", e.why, e.offset);
                self.notices.push(Notice::lost(self.file, None, message));
                false
            }
        }
    }

    /// Tells how the log as a whole is read.
    fn way(
        &mut self,
        form: &'static str,
        text: Option<(&'static str, Option<(usize, usize)>)>,
        bytes: &[u8],
    ) {
        let (encoding, replaced) = text.unwrap_or_default();
        let (count, first) = replaced.unwrap_or_default();
        let line = if count > 0 { line_number(bytes, first) } else { 0 };
        self.ways.note(self.file, form, encoding, Replaced { count, line });
    }

    /// Tells of lines that were too long and stand empty in these bytes.
    fn long(&mut self, bytes: &[u8], long: &[Long]) {
        for long in long {
            let line = self.line + bytes[..long.offset].iter().filter(|b| **b == b'\n').count();
            self.notices.push(long.notice(self.file, line));
        }
    }

    /// Tells of lines that are no text or too long.
    fn told(&mut self, piece: &Piece) {
        self.seen.part(piece.bytes.len(), piece.digest);
        let replaced = piece.salvaged.as_ref().map_or(Replaced::default(), |salvaged| Replaced {
            count: salvaged.replaced,
            line: self.line + salvaged.first_replaced.unwrap_or_default(),
        });
        let encoding = piece.salvaged.as_ref().map_or("UTF-8", |salvaged| salvaged.encoding);
        self.ways.note(self.file, CSV, encoding, replaced);
        self.long(&piece.bytes, &piece.long);
        for (bad, why) in piece.salvaged.iter().flat_map(|salvaged| &salvaged.bad) {
            let message = format!("{} (byte {} of the line): row skipped", why.why, why.offset);
            self.notices.push(Notice::lost(self.file, Some(self.line + bad), message));
        }
        self.line += piece.lines;
    }
}

/// The next blocks, each read apart; none at the end of the file.
fn parse(
    blocks: &mut Blocks,
    many: usize,
    charset: Charset,
    apart: &Apart<'_>,
    mut spare: Vec<Sheaf>,
) -> (Vec<Parsed>, Option<Error>) {
    let mut bytes: Vec<(Vec<u8>, Vec<Long>, Sheaf)> = Vec::new();
    let mut failed = None;
    while bytes.len() < many {
        match blocks.next(BLOCK) {
            Ok(Some(block)) => bytes.push((block, blocks.long(), spare.pop().unwrap_or_default())),
            Ok(None) => break,
            Err(e) => {
                failed = Some(e);
                break;
            }
        }
    }
    let parsed = bytes.into_par_iter().map(|(bytes, long, mut sheaf)| {
        let piece = Piece::new(bytes, long, charset);
        let block = apart.read(piece.text(charset), &mut |row| sheaf.add(row));
        Parsed { piece, block, sheaf }
    });
    (parsed.collect(), failed)
}
