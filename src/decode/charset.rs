//! Bytes to text: byte order mark, UTF-8, UTF-16 by its zero bytes, GB18030 if it reads like Chinese; or what the user says.
//!
//! A line is judged by itself, so that the result does not depend on how a file was cut into pieces.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::model::error::Error;

/// The least part of two-byte characters that must be common ones if bytes are to pass for GB18030.
const COMMON_SHARE: f64 = 0.55;

/// How many bytes are looked at for zero bytes.
const SNIFF: usize = 4096;

/// The least part of UTF-16 units that must be characters of Chinese text.
const UTF16_SHARE: f64 = 0.9;

/// Which encoding the input has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charset(Option<&'static Encoding>);

impl Charset {
    /// Find it out.
    pub const AUTO: Charset = Charset(None);

    /// This one, by a label such as `utf-8`, `gb18030`, `gbk`, `big5` or `utf-16le`; `auto` finds it out.
    ///
    /// # Errors
    /// [`Error::Usage`] when the label is not known.
    pub fn from_label(label: &str) -> Result<Charset, Error> {
        if label.trim().eq_ignore_ascii_case("auto") {
            return Ok(Charset::AUTO);
        }
        Encoding::for_label_no_replacement(label.as_bytes()).map(|e| Charset(Some(e))).ok_or_else(|| {
            let known = "auto, utf-8, gb18030, gbk, big5, utf-16le, utf-16be";
            Error::Usage(format!(
                "encoding `{label}` is not known; known are {known} and other labels of the web"
            ))
        })
    }
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salvaged {
    /// The text; a bad line is left empty.
    pub text: String,
    /// 0-based number of each bad line, and what is wrong with it; offsets count from the start of the line.
    pub bad: Vec<(usize, Undecodable)>,
    /// How many lines there are that are not blank.
    pub lines: usize,
}

/// Decodes a whole file. A byte order mark wins over everything and is left out.
///
/// # Errors
/// When the bytes are no text in the encoding, or in none that is looked for.
pub fn whole(bytes: &[u8], charset: Charset) -> Result<Cow<'_, str>, Undecodable> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return strict(encoding, &bytes[length..])
            .map_err(|e| Undecodable { offset: e.offset + length, ..e });
    }
    if let Some(encoding) = charset.0 {
        return strict(encoding, bytes);
    }
    if let Some(encoding) = zero_bytes(bytes) {
        return strict(encoding, bytes);
    }
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    if let Some(text) = utf16_with_zero(bytes) {
        return Ok(Cow::Owned(text));
    }
    guess(bytes)
}

/// Which encoding [`whole`] takes.
pub fn label(bytes: &[u8], charset: Charset) -> &'static str {
    let mark = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if let Some(encoding) = mark.or(charset.0).or_else(|| zero_bytes(bytes)) {
        return encoding.name();
    }
    match whole(bytes, charset) {
        Ok(Cow::Borrowed(_)) => UTF_8.name(),
        Ok(Cow::Owned(_)) if bytes.contains(&0) => "UTF-16",
        Ok(Cow::Owned(_)) => "GB18030",
        Err(_) => "not known",
    }
}

/// Decodes lines, each by itself.
pub fn lines(bytes: &[u8], charset: Charset) -> Salvaged {
    let mut salvaged =
        Salvaged { text: String::with_capacity(bytes.len() * 3 / 2), bad: Vec::new(), lines: 0 };
    for (index, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if index > 0 {
            salvaged.text.push('\n');
        }
        salvaged.lines += usize::from(!line.trim_ascii().is_empty());
        let decoded = match charset.0 {
            Some(encoding) => strict(encoding, line),
            None => simdutf8::basic::from_utf8(line).map_or_else(|_| guess(line), |t| Ok(Cow::Borrowed(t))),
        };
        match decoded {
            Ok(text) => salvaged.text.push_str(&text),
            Err(error) => salvaged.bad.push((index, error)),
        }
    }
    salvaged
}

/// The text without a copy, if it is UTF-8 and may be. A byte order mark stays in.
pub fn utf8(bytes: &[u8], charset: Charset) -> Option<&str> {
    if charset.0.is_none_or(|e| e == UTF_8) { simdutf8::basic::from_utf8(bytes).ok() } else { None }
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
fn guess(bytes: &[u8]) -> Result<Cow<'_, str>, Undecodable> {
    let Err(utf8) = std::str::from_utf8(bytes) else { return strict(UTF_8, bytes) };
    let offset = utf8.valid_up_to();
    match strict(GB18030, bytes) {
        Ok(text) if common_share(bytes) >= COMMON_SHARE => Ok(text),
        Ok(_) => Err(Undecodable { offset, why: "not UTF-8, and does not read like GB18030".to_owned() }),
        Err(gb) => {
            let why = format!("not UTF-8, nor GB18030 (wrong at byte {})", gb.offset);
            Err(Undecodable { offset, why })
        }
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
        offset: first_wrong(encoding, bytes),
        why: format!("not {}", encoding.name()),
    })
}

/// Offset of the first byte that cannot be decoded.
fn first_wrong(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut scratch = [0_u8; 4096];
    let mut read = 0;
    loop {
        let (result, n, _) = decoder.decode_to_utf8_without_replacement(&bytes[read..], &mut scratch, true);
        read += n;
        match result {
            DecoderResult::OutputFull => {}
            DecoderResult::InputEmpty => return read,
            DecoderResult::Malformed(bad, after) => {
                return read.saturating_sub(usize::from(bad) + usize::from(after));
            }
        }
    }
}

/// UTF-16 without a mark: a third of the even or of the odd bytes is zero, and next to none of the others.
fn zero_bytes(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(SNIFF) & !1];
    let mut zeros = [0_usize; 2];
    for pair in head.chunks_exact(2) {
        zeros[0] += usize::from(pair[0] == 0);
        zeros[1] += usize::from(pair[1] == 0);
    }
    let third = head.len() / 2 * 3 / 10;
    let few = head.len() / 2 / 20;
    match zeros {
        [even, odd] if odd > third.max(1) && even <= few => Some(UTF_16LE),
        [even, odd] if even > third.max(1) && odd <= few => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-16 of mostly Chinese text has few zero bytes; it is known by decoding to what such text is made of.
fn utf16_with_zero(bytes: &[u8]) -> Option<String> {
    if !bytes.len().is_multiple_of(2) || !bytes[..bytes.len().min(SNIFF)].contains(&0) {
        return None;
    }
    [UTF_16LE, UTF_16BE].into_iter().find_map(|encoding| {
        let text = strict(encoding, bytes).ok()?;
        let usual = text.chars().filter(|c| is_usual(*c)).count();
        let all = text.chars().count();
        (usual as f64 >= UTF16_SHARE * all as f64).then(|| text.into_owned())
    })
}

fn is_usual(c: char) -> bool {
    // Of ASCII what is printed and line ends; Chinese punctuation; Han; full-width forms.
    matches!(c, '\t' | '\r' | '\n' | ' '..='~' | '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// Which part of the characters that are not ASCII is common in Chinese of today: level 1 of GB 2312 (bytes B0A1 to D7FE) or its
/// punctuation. Real text has more than nine tenths; UTF-8 or Big5 that is read as GB18030 has a third at most.
fn common_share(bytes: &[u8]) -> f64 {
    let (mut common, mut all) = (0_usize, 0_usize);
    let mut at = 0;
    while at < bytes.len() {
        let lead = bytes[at];
        if lead < 0x80 {
            at += 1;
            continue;
        }
        all += 1;
        let trail = bytes.get(at + 1).copied().unwrap_or(0);
        if trail.is_ascii_digit() {
            at += 4;
            continue;
        }
        let level1 = (0xb0..=0xd7).contains(&lead) && trail >= 0xa1;
        let punctuation = (lead == 0xa1 || lead == 0xa3) && trail >= 0xa1;
        common += usize::from(level1 || punctuation);
        at += 2;
    }
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
}
