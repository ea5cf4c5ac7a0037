//! Bytes to text: byte order mark, UTF-8, UTF-16 by its zero bytes, GB18030 if it reads like Chinese; or what the user says.
//!
//! A line is judged by itself, so that the result does not depend on how a file was cut into pieces.

mod guess;

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};

use crate::model::error::Error;
use guess::{SNIFF, reads_like_chinese, utf16_with_zero, zero_bytes};

/// Which encoding the input has, and what becomes of bytes that are no text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charset {
    /// `None`: find it out.
    named: Option<&'static Encoding>,
    replace: bool,
}

impl Charset {
    /// Find it out; bytes that are no text are an error.
    pub const AUTO: Charset = Charset { named: None, replace: false };

    /// This one, by a label such as `utf-8`, `gb18030`, `gbk`, `big5` or `utf-16le`; `auto` finds it out.
    ///
    /// # Errors
    /// [`Error::Usage`] when the label is not known.
    pub fn from_label(label: &str) -> Result<Charset, Error> {
        if label.trim().eq_ignore_ascii_case("auto") {
            return Ok(Charset::AUTO);
        }
        let named = Encoding::for_label_no_replacement(label.as_bytes());
        named.map(|e| Charset { named: Some(e), replace: false }).ok_or_else(|| {
            let known = "auto, utf-8, gb18030, gbk, big5, utf-16le, utf-16be";
            Error::Usage(format!(
                "encoding `{label}` is not known; known are {known} and other labels of the web"
            ))
        })
    }

    /// The same, but bytes that are no text become U+FFFD and are counted.
    pub fn replacing(self) -> Charset {
        Charset { replace: true, ..self }
    }

    /// The same, but bytes that are no text are an error.
    pub fn strictly(self) -> Charset {
        Charset { replace: false, ..self }
    }

    /// Whether these bytes are read as UTF-16.
    pub fn is_utf16(self, bytes: &[u8]) -> bool {
        let encoding = self.named.or_else(|| zero_bytes(bytes));
        encoding.is_some_and(|e| e == encoding_rs::UTF_16LE || e == encoding_rs::UTF_16BE)
    }

    /// Whether bytes that are no text are replaced.
    pub fn replaces(self) -> bool {
        self.replace
    }
}

/// Bytes as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text, without a byte order mark.
    pub text: Cow<'a, str>,
    /// Name of the encoding.
    pub encoding: &'static str,
    /// The bytes that were no text: how many runs of them became U+FFFD, and where the first stands, counted from 0 at the start
    /// of the bytes.
    pub replaced: Option<(usize, usize)>,
}

/// Bytes that are no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecodable {
    /// First wrong byte, counted from 0 at the start of the bytes.
    pub offset: usize,
    /// What is wrong.
    pub why: String,
}

/// Text with its bad lines taken out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Salvaged {
    /// The text; a bad line is left empty.
    pub text: String,
    /// 0-based number of each bad line, and what is wrong with it; offsets count from the start of the line.
    pub bad: Vec<(usize, Undecodable)>,
    /// How many lines there are that are not blank.
    pub lines: usize,
    /// Name of the encoding; empty where all is ASCII.
    pub encoding: &'static str,
    /// How many runs of bytes that are no text became U+FFFD.
    pub replaced: usize,
    /// 0-based number of the first line with one.
    pub first_replaced: Option<usize>,
}

/// Decodes a whole file. A byte order mark wins over everything and is left out.
///
/// # Errors
/// When the bytes are no text in the encoding, or in none that is looked for, and are not to be replaced.
pub fn read(bytes: &[u8], charset: Charset) -> Result<Text<'_>, Undecodable> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let shift = |offset| offset + length;
        return decoded(encoding, &bytes[length..], charset)
            .map(|text| Text { replaced: text.replaced.map(|(n, first)| (n, shift(first))), ..text })
            .map_err(|e| Undecodable { offset: shift(e.offset), ..e });
    }
    if let Some(encoding) = charset.named.or_else(|| zero_bytes(bytes)) {
        return decoded(encoding, bytes, charset);
    }
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Ok(Text { text: Cow::Borrowed(text), encoding: UTF_8.name(), replaced: None });
    }
    if let Some((encoding, text)) = utf16_with_zero(bytes) {
        return Ok(Text { text: Cow::Owned(text), encoding: name_of(encoding), replaced: None });
    }
    guess(bytes).or_else(|error| if charset.replace { Ok(best(bytes)) } else { Err(error) })
}

/// The text alone of [`read`].
///
/// # Errors
/// As there.
pub fn whole(bytes: &[u8], charset: Charset) -> Result<Cow<'_, str>, Undecodable> {
    read(bytes, charset).map(|read| read.text)
}

/// Decodes lines, each by itself.
pub fn lines(bytes: &[u8], charset: Charset) -> Salvaged {
    let mut salvaged = Salvaged { text: String::with_capacity(bytes.len() * 3 / 2), ..Salvaged::default() };
    for (index, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if index > 0 {
            salvaged.text.push('\n');
        }
        let blank = line.trim_ascii().is_empty();
        salvaged.lines += usize::from(!blank);
        match one_line(line, charset) {
            Ok(read) => {
                salvaged.text.push_str(&read.text);
                if let Some((n, _)) = read.replaced {
                    salvaged.replaced += n;
                    salvaged.first_replaced.get_or_insert(index);
                }
                // What is ASCII alone tells nothing of the encoding of the others.
                if !(blank || line.is_ascii() && charset.named.is_none()) {
                    salvaged.encoding = both(salvaged.encoding, read.encoding);
                }
            }
            Err(error) => salvaged.bad.push((index, error)),
        }
    }
    salvaged
}

fn one_line(line: &[u8], charset: Charset) -> Result<Text<'_>, Undecodable> {
    if let Some(encoding) = charset.named {
        return decoded(encoding, line, charset);
    }
    if let Ok(text) = simdutf8::basic::from_utf8(line) {
        return Ok(Text { text: Cow::Borrowed(text), encoding: UTF_8.name(), replaced: None });
    }
    guess(line).or_else(|error| if charset.replace { Ok(best(line)) } else { Err(error) })
}

/// The name for people.
fn name_of(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GB18030" } else { encoding.name() }
}

/// The name for text in this and in that encoding; an empty one is none.
pub fn both(one: &'static str, other: &'static str) -> &'static str {
    match (one, other) {
        ("", name) | (name, "") => name,
        (a, b) if a == b => a,
        _ => "UTF-8 + GB18030",
    }
}

/// The text without a copy, if it is UTF-8 and may be. A byte order mark stays in.
pub fn utf8(bytes: &[u8], charset: Charset) -> Option<&str> {
    if charset.named.is_none_or(|e| e == UTF_8) { simdutf8::basic::from_utf8(bytes).ok() } else { None }
}

/// The name of a file in an archive that is not UTF-8: archivers in China write GBK.
pub fn name(bytes: &[u8]) -> String {
    encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned()
}

/// Whether a file that begins with these bytes may be read line by line as UTF-8 (a later line may still be GB18030): it is no
/// UTF-16, and nothing else is asked for.
pub fn streams(first: &[u8], charset: Charset) -> bool {
    let plain = Encoding::for_bom(first).is_none_or(|(e, _)| e == UTF_8);
    plain && !first[..first.len().min(SNIFF)].contains(&0) && utf8(first, charset).is_some()
}

/// GB18030 if it reads like Chinese.
fn guess(bytes: &[u8]) -> Result<Text<'_>, Undecodable> {
    let Err(utf8) = std::str::from_utf8(bytes) else { return decoded(UTF_8, bytes, Charset::AUTO) };
    let offset = utf8.valid_up_to();
    let why = match strict(GB18030, bytes) {
        Ok(text) if reads_like_chinese(bytes) => {
            return Ok(Text { text, encoding: name_of(GB18030), replaced: None });
        }
        Ok(_) => "not UTF-8, and does not read like GB18030".to_owned(),
        Err(gb) => format!("not UTF-8, nor GB18030 (wrong at byte {})", gb.offset),
    };
    Err(Undecodable { offset, why })
}

/// UTF-8 or GB18030, whichever has fewer bytes that are no text.
fn best(bytes: &[u8]) -> Text<'_> {
    let (utf8, gb) = (replaced(UTF_8, bytes), replaced(GB18030, bytes));
    let wrong = |text: &Text<'_>| text.replaced.map_or(0, |(n, _)| n);
    if reads_like_chinese(bytes) && wrong(&gb) < wrong(&utf8) { gb } else { utf8 }
}

fn decoded<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
    charset: Charset,
) -> Result<Text<'a>, Undecodable> {
    match strict(encoding, bytes) {
        Ok(text) => Ok(Text { text, encoding: name_of(encoding), replaced: None }),
        Err(_) if charset.replace => Ok(replaced(encoding, bytes)),
        Err(error) => Err(error),
    }
}

fn strict<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Result<Cow<'a, str>, Undecodable> {
    if encoding == UTF_8 {
        return match simdutf8::compat::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(e) => Err(Undecodable { offset: e.valid_up_to(), why: "not UTF-8".to_owned() }),
        };
    }
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| Undecodable {
        offset: replaced(encoding, bytes).replaced.map_or(bytes.len(), |(_, first)| first),
        why: format!("not {}", encoding.name()),
    })
}

/// Decodes with U+FFFD in place of what is no text.
fn replaced<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Text<'a> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 3 / 2 + 16);
    let (mut read, mut count, mut first) = (0, 0, None);
    loop {
        let (result, n) = decoder.decode_to_string_without_replacement(&bytes[read..], &mut text, true);
        read += n;
        match result {
            DecoderResult::OutputFull => text.reserve(bytes.len() - read + 16),
            DecoderResult::InputEmpty => break,
            DecoderResult::Malformed(bad, after) => {
                first.get_or_insert(read.saturating_sub(usize::from(bad) + usize::from(after)));
                count += 1;
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    Text { text: Cow::Owned(text), encoding: name_of(encoding), replaced: first.map(|first| (count, first)) }
}
