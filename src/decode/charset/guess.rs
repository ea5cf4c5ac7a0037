//! Which encoding bytes have that neither a mark nor the user names.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::strict;

/// The least part of two-byte characters that must be common ones if bytes are to pass for GB18030.
const COMMON_SHARE: f64 = 0.55;

/// How many bytes are looked at for zero bytes.
pub(super) const SNIFF: usize = 4096;

/// The least part of UTF-16 units that must be characters of Chinese text.
const UTF16_SHARE: f64 = 0.9;

/// Whether bytes that are GB18030 read like Chinese.
pub(super) fn reads_like_chinese(bytes: &[u8]) -> bool {
    common_share(bytes) >= COMMON_SHARE
}

/// UTF-16 without a mark: a third of the even or of the odd bytes is zero, and next to none of the others.
pub(super) fn zero_bytes(bytes: &[u8]) -> Option<&'static Encoding> {
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
pub(super) fn utf16_with_zero(bytes: &[u8]) -> Option<(&'static Encoding, String)> {
    if !bytes.len().is_multiple_of(2) || !bytes[..bytes.len().min(SNIFF)].contains(&0) {
        return None;
    }
    [UTF_16LE, UTF_16BE].into_iter().find_map(|encoding| {
        let text = strict(encoding, bytes).ok()?;
        let usual = text.chars().filter(|c| is_usual(*c)).count();
        let all = text.chars().count();
        (usual as f64 >= UTF16_SHARE * all as f64).then(|| (encoding, text.into_owned()))
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
