//! The bytes of an input as text, as much of it as is text.

use std::borrow::Cow;

use super::charset::{self, Charset};
use super::{Input, Replaced, lines};
use crate::model::notice::Notice;

/// Text of an input.
pub(super) struct Text<'a> {
    pub text: Cow<'a, str>,
    /// Name of the encoding.
    pub encoding: &'static str,
    pub replaced: Replaced,
}

/// The text of the input. `None` when it has none; `notices` tells what was lost.
pub(super) fn to_text<'a>(
    input: &Input<'a>,
    charset: Charset,
    notices: &mut Vec<Notice>,
) -> Option<Text<'a>> {
    if !input.whole {
        let bytes = if input.first_line == 1 { without_mark(input.bytes) } else { input.bytes };
        if let Some(text) = charset::utf8(bytes, charset) {
            return Some(Text {
                text: Cow::Borrowed(text),
                encoding: "UTF-8",
                replaced: Replaced::default(),
            });
        }
        return Some(salvaged(input, charset::lines(bytes, charset), notices));
    }
    let strict = charset::read(input.bytes, charset.strictly());
    let error = match strict {
        Ok(read) => {
            return Some(Text { text: read.text, encoding: read.encoding, replaced: Replaced::default() });
        }
        Err(error) => error,
    };
    // A few bad lines do not make the rest unreadable. Of UTF-16 lines cannot be cut at a byte.
    let mark = encoding_rs::Encoding::for_bom(input.bytes).map(|(e, _)| e);
    if mark.is_none_or(|e| e == encoding_rs::UTF_8) && !charset.is_utf16(input.bytes) {
        let lines = charset::lines(without_mark(input.bytes), charset);
        let few = lines.bad.len() * 10 <= lines.lines || (lines.bad.len() == 1 && lines.lines >= 3);
        if few {
            return Some(salvaged(input, lines, notices));
        }
    }
    if charset.replaces()
        && let Ok(read) = charset::read(input.bytes, charset)
    {
        let (count, first) = read.replaced.unwrap_or_default();
        let replaced = Replaced { count, line: lines::number(input.bytes, first) };
        return Some(Text { text: read.text, encoding: read.encoding, replaced });
    }
    let line = lines::number(input.bytes, error.offset);
    let text = format!(
        "{} (byte {} of the file): not read; name its encoding by `--encoding` if it has another",
        error.why, error.offset
    );
    notices.push(Notice::lost(input.file, Some(line), text));
    None
}

/// The text of a file that tells of others. What became of bytes that are no text is told at once.
///
/// # Errors
/// Says why the bytes are no text.
pub(super) fn beside<'a>(
    file: &str,
    bytes: &'a [u8],
    charset: Charset,
    notices: &mut Vec<Notice>,
) -> Result<Cow<'a, str>, String> {
    let read =
        charset::read(bytes, charset).map_err(|e| format!("{} (byte {} of the file)", e.why, e.offset))?;
    if let Some((count, first)) = read.replaced {
        notices.push(Replaced { count, line: lines::number(bytes, first) }.notice(file));
    }
    Ok(read.text)
}

/// What was decoded line by line; of bad lines is told.
fn salvaged<'a>(input: &Input<'_>, lines: charset::Salvaged, notices: &mut Vec<Notice>) -> Text<'a> {
    notices.extend(lines.bad.iter().map(|(index, error)| {
        let text = format!("{} (byte {} of the line): line skipped", error.why, error.offset);
        Notice::lost(input.file, Some(input.first_line + index), text)
    }));
    let line = input.first_line + lines.first_replaced.unwrap_or_default();
    let replaced = Replaced { count: lines.replaced, line };
    Text { text: Cow::Owned(lines.text), encoding: lines.encoding, replaced }
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
