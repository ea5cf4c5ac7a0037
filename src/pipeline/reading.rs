//! How transcripts are read: which files, the calls of each piece, and what is known of them besides.

use std::path::Path;

use jiff::tz::{Offset, TimeZone};

use super::{Job, options};
use crate::decode::{self, Decoded, Format, Input, Reading, call_log};
use crate::metadata::Metadata;
use crate::model::error::Error;
use crate::model::notice::Notice;
use crate::source::{self, Company, Item, Options, PieceKind};

/// What is known of the calls besides, where there is no profile: they are those of China, which has one zone.
///
/// # Errors
/// When the manifest cannot be read.
pub fn known(job: &Job) -> Result<Metadata, Error> {
    let zone = TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(Offset::constant(8)));
    Metadata::open(&job.metadata, job.charset, &zone)
}

/// How transcripts are to be read.
pub fn of_transcripts(job: &Job) -> Options {
    let company = Company { sidecar: decode::SIDECAR, tables: decode::TABLES };
    Options { company, ..options(&decode::extensions(), job) }
}

/// Whether a job reads a file: a transcript or a log that it names, one in a folder that it names, or what is read with them.
pub fn reads(job: &Job, file: &Path) -> bool {
    let (calls, logs) = (of_transcripts(job), options(call_log::EXTENSIONS, job));
    let manifest = job.metadata.manifest.iter();
    job.paths.iter().any(|path| source::reads(path, file, &calls))
        || job.logs.iter().chain(manifest).any(|path| source::reads(path, file, &logs))
}

/// The calls of a piece with all that is known of them.
pub fn decode_item(item: &Item, job: &Job, known: &Metadata) -> Decoded {
    let piece = match item {
        Err(notice) => return Decoded { notices: vec![notice.clone()], ..Decoded::default() },
        Ok(piece) if known.is_source(&piece.file) => return Decoded::default(),
        Ok(piece) => piece,
    };
    let whole = piece.kind == PieceKind::Whole;
    let input = Input { file: &piece.file, first_line: piece.first_line, bytes: &piece.bytes, whole };
    let reading = Reading { charset: job.charset, format: job.format };
    let tables: Vec<(&str, &[u8])> = piece
        .beside
        .iter()
        .filter(|beside| job.format.is_none_or(Format::has_tables) && decode::is_table(&beside.file))
        .map(|beside| (beside.file.as_str(), beside.bytes.as_slice()))
        .collect();
    let joined = if tables.is_empty() { None } else { decode::decode_tables(&input, &tables, job.charset) };
    let strange = joined.is_none();
    let mut decoded = joined.unwrap_or_else(|| decode::decode(&input, reading));
    for (table, _) in tables.iter().filter(|_| strange) {
        let text = "is called like a table of the file beside it, and tells of other utterances: not read";
        decoded.notices.push(Notice::lost(*table, None, text));
    }
    decoded.notices.extend(known.apply(piece, &mut decoded.calls));
    if let Some(speakers) = &job.speakers {
        speakers.apply(&mut decoded.calls);
    }
    decoded
}
