//! Bytes to calls: first the encoding ([`charset`]), then the format (one [`Decoder`] each).

mod aliyun;
mod amazon;
mod azure;
mod baidu;
pub mod call_log;
pub mod charset;
mod completeness;
pub mod content;
mod conversation;
mod funasr;
mod google;
mod iflytek;
mod json;
mod jsonl;
mod kaldi;
mod mark;
mod masked;
mod nist;
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

use std::borrow::Cow;
use std::path::Path;

use crate::model::notice::Notice;
use crate::model::transcript::Call;

pub use call_log::MANIFEST_COLUMNS;
pub use charset::Charset;
use content::Content;
pub use kaldi::{TABLES, decode_tables, is_table};
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

/// The text of a whole file for a decoder that is chosen already. What is lost is told.
fn whole_text<'a>(input: &Input<'a>, charset: Charset, notices: &mut Vec<Notice>) -> Option<Cow<'a, str>> {
    to_text(&Input { whole: true, ..*input }, charset, notices)
}

/// Extensions of all formats, without the dot: what a folder is searched for.
pub fn extensions() -> Vec<&'static str> {
    DECODERS.iter().flat_map(|d| d.extensions()).copied().collect()
}

/// Decodes a file or some lines of one.
pub fn decode(input: &Input<'_>, charset: Charset) -> Decoded {
    if input.whole && workbook::is_workbook(input.bytes) {
        let text = "a spreadsheet and no transcript: a call log is given with `--calls`";
        return Decoded { calls: Vec::new(), notices: vec![Notice::lost(input.file, None, text)] };
    }
    let mut notices = Vec::new();
    let Some(text) = to_text(input, charset, &mut notices) else {
        return Decoded { calls: Vec::new(), notices };
    };
    let document =
        Document { file: input.file, first_line: input.first_line, text: &text, whole: input.whole };
    let mut decoded = decode_text(&document);
    if !notices.is_empty() {
        decoded.notices.append(&mut notices);
        decoded.notices.sort_by_key(|n| n.line);
    }
    decoded
}

fn decode_text(document: &Document<'_>) -> Decoded {
    if !document.whole {
        return DECODERS.iter().find(|d| d.by_lines()).map(|d| d.decode(document)).unwrap_or_default();
    }
    let nothing = |notice| Decoded { calls: Vec::new(), notices: vec![notice] };
    if document.text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty() {
        return nothing(Notice::remark(document.file, None, "empty: no call in it"));
    }
    let content = Content::new(document.text);
    let candidates = candidates(document.file, &content);
    match candidates[..] {
        [decoder] => {
            if let Some(notice) = no_transcript(document, &content, &candidates) {
                return nothing(notice);
            }
            let mut decoded = decoder.decode(document);
            if !decoder.is_general() {
                decoded.notices.extend(masked::mark(document, decoder, &mut decoded.calls));
            } else if decoded.calls.is_empty() {
                decoded.notices.extend(nearest(document, &content));
            }
            decoded
        }
        [] => nothing(no_transcript(document, &content, &[]).unwrap_or_else(|| {
            Notice::lost(document.file, None, format!("format not recognised; known are {}", known()))
        })),
        _ => {
            let names: Vec<&str> = candidates.iter().map(|d| d.name()).collect();
            let text = format!("may be of several formats: {}: not read", names.join(", "));
            nothing(Notice::lost(document.file, None, text))
        }
    }
}

/// What a file is that no decoder reads as its own.
fn no_transcript(document: &Document<'_>, content: &Content<'_>, fitting: &[&dyn Decoder]) -> Option<Notice> {
    let text = match other(content, fitting)? {
        Other::Log => "a call log and no transcript: give it with `--calls`",
        Other::Manifest => "a manifest and no transcript: give it with `--manifest`",
    };
    Some(Notice::remark(document.file, None, text))
}

/// What belongs to transcripts and is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// A call log.
    Log,
    /// A manifest.
    Manifest,
}

/// Whether a text is something else that belongs to transcripts, where these formats fit.
pub fn other(content: &Content<'_>, fitting: &[&dyn Decoder]) -> Option<Other> {
    if fitting.iter().any(|d| !d.is_general()) {
        return None;
    }
    let leg = |paths: [&str; 2]| paths.iter().all(|path| content.shape().has(path));
    if content.start().starts_with(['{', '[']) {
        let exchange = leg(["variables", "callflow"]) || leg(["[].variables", "[].callflow"]);
        return exchange.then_some(Other::Log);
    }
    if !fitting.is_empty() {
        return None;
    }
    if content.start().starts_with('<') && content.text.contains("<cdr") {
        return Some(Other::Log);
    }
    if call_log::is_call_log(content.text) {
        return Some(Other::Log);
    }
    call_log::is_manifest(content.text).then_some(Other::Manifest)
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

/// Which formats of JSON come nearest, and what is missing for each.
fn nearest(document: &Document<'_>, content: &Content<'_>) -> Option<Notice> {
    let missing = |d: &&'static dyn Decoder| {
        let group = d.marks().iter().find(|group| group.iter().any(|path| content.shape().has(path)))?;
        let path = group.iter().find(|path| !content.shape().has(path))?;
        Some(format!("{} (without `{path}`)", d.name()))
    };
    let near: Vec<String> = DECODERS.iter().filter_map(missing).collect();
    let text = format!("no format fits; the nearest are {}", near.join(", "));
    (!near.is_empty()).then(|| Notice::remark(document.file, None, text))
}

fn known() -> String {
    let one = |d: &&dyn Decoder| {
        let extensions: Vec<String> = d.extensions().iter().map(|e| format!(".{e}")).collect();
        if extensions.is_empty() {
            d.name().to_owned()
        } else {
            format!("{} ({})", d.name(), extensions.join(", "))
        }
    };
    DECODERS.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The text of the input. `None` when it has none; `notices` tells what was lost.
fn to_text<'a>(input: &Input<'a>, charset: Charset, notices: &mut Vec<Notice>) -> Option<Cow<'a, str>> {
    if !input.whole {
        let bytes = if input.first_line == 1 { without_mark(input.bytes) } else { input.bytes };
        if let Some(text) = charset::utf8(bytes, charset) {
            return Some(Cow::Borrowed(text));
        }
        let salvaged = charset::lines(bytes, charset);
        tell_lines(input, &salvaged.bad, notices);
        return Some(Cow::Owned(salvaged.text));
    }
    let error = match charset::whole(input.bytes, charset) {
        Ok(text) => return Some(text),
        Err(error) => error,
    };
    // A few bad lines do not make the rest unreadable.
    if encoding_rs::Encoding::for_bom(input.bytes).is_none_or(|(e, _)| e == encoding_rs::UTF_8) {
        let salvaged = charset::lines(without_mark(input.bytes), charset);
        let few =
            salvaged.bad.len() * 10 <= salvaged.lines || (salvaged.bad.len() == 1 && salvaged.lines >= 3);
        if few {
            tell_lines(input, &salvaged.bad, notices);
            return Some(Cow::Owned(salvaged.text));
        }
    }
    let line = 1 + input.bytes[..error.offset].iter().filter(|b| **b == b'\n').count();
    let text = format!(
        "{} (byte {} of the file): not read; name its encoding if it has another",
        error.why, error.offset
    );
    notices.push(Notice::lost(input.file, Some(line), text));
    None
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn tell_lines(input: &Input<'_>, bad: &[(usize, charset::Undecodable)], notices: &mut Vec<Notice>) {
    notices.extend(bad.iter().map(|(index, error)| {
        let text = format!("{} (byte {} of the line): line skipped", error.why, error.offset);
        Notice::lost(input.file, Some(input.first_line + index), text)
    }));
}
