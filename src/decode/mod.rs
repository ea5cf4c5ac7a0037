//! Bytes to calls: first the encoding ([`charset`]), then the format (one [`Decoder`] each).

mod aliyun;
mod amazon;
mod azure;
mod baidu;
mod bytes;
pub mod call_log;
pub mod charset;
mod completeness;
pub mod content;
mod conversation;
mod differences;
mod format;
mod funasr;
mod google;
mod iflytek;
mod json;
mod jsonl;
mod kaldi;
mod lines;
mod mark;
mod masked;
mod nist;
mod other;
mod record;
mod sidecar;
pub mod speaker;
mod subtitle;
mod tencent;
mod text;
pub mod time;
mod tokens;
mod volcengine;
mod whisper;
mod whisper_cpp;
mod whisper_table;
pub mod workbook;

use std::path::Path;

use crate::model::notice::Notice;
use crate::model::transcript::Call;

pub use call_log::MANIFEST_COLUMNS;
pub use charset::Charset;
use content::Content;
pub use format::Format;
pub use kaldi::{TABLES, decode_tables, is_table};
pub use lines::number as line_number;
pub use other::Other;
pub use record::Record;
pub use sidecar::{KEYS as SIDECAR_KEYS, SIDECAR, read_sidecar};

/// Some bytes of a file.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// File, as the user named it.
    pub file: &'a str,
    /// 1-based line of the file with which the bytes begin.
    pub first_line: usize,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Whether they are the whole file; otherwise whole lines of a format that is read by lines.
    pub whole: bool,
}

/// The same as text.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// File, as the user named it.
    pub file: &'a str,
    /// 1-based line of the file with which the text begins.
    pub first_line: usize,
    /// The text, without a byte order mark.
    pub text: &'a str,
    /// Whether it is the whole file.
    pub whole: bool,
}

impl Document<'_> {
    /// Name of the file without folders and extension, from which ids of calls are made.
    pub fn stem(&self) -> String {
        let stem = Path::new(self.file).file_stem().map_or(self.file.into(), |s| s.to_string_lossy());
        stem.trim_matches(['<', '>']).to_owned()
    }
}

/// Calls, and what there is to say about their input.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decoded {
    /// Calls in the order of the file.
    pub calls: Vec<Call>,
    /// Notices by line.
    pub notices: Vec<Notice>,
    /// Name of the format; empty when none was found.
    pub format: &'static str,
    /// Name of the encoding; empty when it is none or all is ASCII.
    pub encoding: &'static str,
    /// What became of bytes that are no text.
    pub replaced: Replaced,
    /// What it is instead, where it is no transcript.
    pub other: Option<Other>,
}

impl Decoded {
    fn nothing(notice: Notice) -> Decoded {
        Decoded { notices: vec![notice], ..Decoded::default() }
    }
}

/// Bytes that are no text and became U+FFFD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Replaced {
    /// How many runs of them; each became one character.
    pub count: usize,
    /// 1-based line of the first.
    pub line: usize,
}

impl Replaced {
    /// Tells of it.
    pub fn notice(&self, file: &str) -> Notice {
        let times = if self.count == 1 { "once".to_owned() } else { format!("{} times", self.count) };
        let text = format!("no text in its encoding, replaced by U+FFFD: {times}, the first on this line");
        Notice::remark(file, Some(self.line), text)
    }
}

/// A format of transcripts.
pub trait Decoder: Sync {
    /// Name for people.
    fn name(&self) -> &'static str;
    /// Extensions, lower case and without the dot, of files of this format and no other.
    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }
    /// Keys of JSON by which the format is known: all of one group must be there.
    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[]
    }
    /// Whether a whole file with this content is of this format.
    fn recognises(&self, content: &Content<'_>) -> bool {
        self.marks().iter().any(|group| group.iter().all(|path| content.shape().has(path)))
    }
    /// How to make the recogniser write words that it masks.
    fn unmasking(&self) -> &'static str {
        "turn off the recogniser's filter of words"
    }
    /// Whether it takes much that it does not know for sure: only if no other format recognises a file, and the file has its
    /// extension or that of a format that stands behind it.
    fn is_general(&self) -> bool {
        false
    }
    /// Whether each line stands for itself, so that some lines of a file can be decoded without the others.
    fn by_lines(&self) -> bool {
        false
    }
    /// What stands in a file of this format, where it is known by its lines.
    fn expects(&self) -> &'static str {
        "JSON"
    }
    /// Whether a line, without blanks around it, may stand in a file of this format, where it is known by its lines.
    fn takes(&self, _line: &str) -> bool {
        false
    }
    /// Decodes. Must not panic, whatever the text.
    fn decode(&self, document: &Document<'_>) -> Decoded;
}

/// All formats.
pub const DECODERS: &[&dyn Decoder] = &[
    &funasr::Funasr,              // samples/formats/funasr.json
    &whisper::Whisper,            // samples/formats/whisper.json
    &whisper_cpp::WhisperCpp,     // samples/formats/whisper-cpp.json
    &whisper_table::WhisperTable, // samples/formats/whisper.tsv
    &subtitle::Subtitle,          // samples/formats/subtitle.srt
    &kaldi::Kaldi,                // samples/formats/kaldi.txt
    &nist::Nist,                  // samples/formats/words.ctm
    &aliyun::Aliyun,              // samples/formats/aliyun.json
    &tencent::Tencent,            // samples/formats/tencent.json
    &iflytek::Iflytek,            // samples/formats/iflytek.json
    &baidu::Baidu,                // samples/formats/baidu.json
    &volcengine::Volcengine,      // samples/formats/volcengine.json
    &amazon::Amazon,              // samples/formats/amazon.json
    &google::Google,              // samples/formats/google.json
    &azure::Azure,                // samples/formats/azure.json
    &jsonl::JsonLines,            // samples/formats/call.jsonl
    &text::Text,                  // samples/formats/call.utf8.txt
];

/// Extensions of all formats, without the dot: what a folder is searched for.
pub fn extensions() -> Vec<&'static str> {
    DECODERS.iter().flat_map(|d| d.extensions()).copied().collect()
}

/// How input is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// Its encoding.
    pub charset: Charset,
    /// Its format, where the user names it.
    pub format: Option<Format>,
}

impl From<Charset> for Reading {
    fn from(charset: Charset) -> Reading {
        Reading { charset, format: None }
    }
}

/// Decodes a file or some lines of one.
pub fn decode(input: &Input<'_>, reading: impl Into<Reading>) -> Decoded {
    let Reading { charset, format } = reading.into();
    if input.whole && workbook::is_workbook(input.bytes) {
        let text = "a spreadsheet and no transcript: a call log is given with `--calls`";
        return Decoded::nothing(Notice::lost(input.file, None, text));
    }
    let mut notices = Vec::new();
    let Some(text) = bytes::to_text(input, charset, &mut notices) else {
        return Decoded { notices, ..Decoded::default() };
    };
    let document =
        Document { file: input.file, first_line: input.first_line, text: &text.text, whole: input.whole };
    let mut decoded = decode_text(&document, format);
    decoded.encoding = text.encoding;
    decoded.replaced = text.replaced;
    if !notices.is_empty() {
        decoded.notices.append(&mut notices);
        decoded.notices.sort_by_key(|n| n.line);
    }
    decoded
}

fn decode_text(document: &Document<'_>, format: Option<Format>) -> Decoded {
    if !document.whole {
        let lines = DECODERS.iter().find(|d| d.by_lines());
        return lines.map(|d| read(document, *d)).unwrap_or_default();
    }
    if document.text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() {
        return Decoded::nothing(Notice::remark(document.file, None, "empty: no call in it"));
    }
    let content = Content::new(document.text);
    let candidates = candidates(document.file, &content);
    if let Some(told) = other::told(document, &content, &candidates) {
        return told;
    }
    if let Some(Format(decoder)) = format {
        return forced(document, &content, decoder);
    }
    match candidates[..] {
        [decoder] => {
            let mut decoded = read(document, decoder);
            if decoder.is_general() && decoded.calls.is_empty() {
                decoded.notices.extend(differences::near(document, &content));
            }
            decoded
        }
        [] => Decoded::nothing(differences::unknown(document, &content)),
        _ => Decoded::nothing(differences::several(document, &content, &candidates)),
    }
}

fn read(document: &Document<'_>, decoder: &'static dyn Decoder) -> Decoded {
    let mut decoded = decoder.decode(document);
    if !decoder.is_general() {
        decoded.notices.extend(masked::mark(document, decoder, &mut decoded.calls));
    }
    decoded.format = decoder.name();
    decoded
}

/// By the decoder that the user named, whether it knows the text as its own or not, as long as anything comes of it.
fn forced(document: &Document<'_>, content: &Content<'_>, decoder: &'static dyn Decoder) -> Decoded {
    let decoded = read(document, decoder);
    if decoder.recognises(content) || decoded.calls.iter().any(|call| !call.turns.is_empty()) {
        return decoded;
    }
    let notice = differences::forced(document, content, decoder);
    Decoded { format: decoder.name(), ..Decoded::nothing(notice) }
}

/// The formats that a whole file may have: one if it is clear. What is in it counts more than its name.
pub fn candidates(file: &str, content: &Content<'_>) -> Vec<&'static dyn Decoder> {
    let special: Vec<_> =
        DECODERS.iter().filter(|d| !d.is_general() && d.recognises(content)).copied().collect();
    if !special.is_empty() {
        return special;
    }
    let extension = Path::new(file).extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let owner = extension.and_then(|e| DECODERS.iter().rposition(|d| d.extensions().contains(&e.as_str())));
    let last = owner.unwrap_or(DECODERS.len() - 1);
    let general = DECODERS[..=last].iter().find(|d| d.is_general() && d.recognises(content));
    general.copied().into_iter().collect()
}
