//! What belongs to transcripts and is none.

use super::content::Content;
use super::{Decoded, Decoder, Document, call_log};
use crate::model::notice::Notice;

/// What belongs to transcripts and is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// A call log.
    Log,
    /// A manifest.
    Manifest,
}

impl Other {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Other::Log => "call log",
            Other::Manifest => "manifest",
        }
    }
}

/// What comes of a text that is something else that belongs to transcripts, where these formats fit: a word on how it is given.
pub(super) fn told(
    document: &Document<'_>,
    content: &Content<'_>,
    fitting: &[&dyn Decoder],
) -> Option<Decoded> {
    let other = of(content, fitting)?;
    let text = match other {
        Other::Log => "a call log and no transcript: give it with `--calls`",
        Other::Manifest => "a manifest and no transcript: give it with `--manifest`",
    };
    let notice = Notice::remark(document.file, None, text);
    Some(Decoded { other: Some(other), ..Decoded::nothing(notice) })
}

fn of(content: &Content<'_>, fitting: &[&dyn Decoder]) -> Option<Other> {
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
