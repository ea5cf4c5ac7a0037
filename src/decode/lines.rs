//! Lines of a text, whichever line ends it has: LF, CR LF, or CR alone as old programs write it, also one beside the other.

/// Lines with their numbers; the first has this one.
pub fn of(text: &str, first_line: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = Some(text);
    let lines = std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.bytes().position(|b| matches!(b, b'\n' | b'\r')) else {
            rest = None;
            return Some(text);
        };
        let behind = end + if text[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = Some(&text[behind..]);
        Some(&text[..end])
    });
    (first_line..).zip(lines)
}

/// 1-based number of the line on which this byte stands.
pub fn number(bytes: &[u8], offset: usize) -> usize {
    let before = &bytes[..offset.min(bytes.len())];
    let ends = before.iter().enumerate();
    1 + ends.filter(|(at, b)| **b == b'\n' || (**b == b'\r' && bytes.get(at + 1) != Some(&b'\n'))).count()
}

#[cfg(test)]
mod tests {
    use super::{number, of};

    #[test]
    fn each_end_of_a_line_counts_once() {
        let text = "a\nb\r\nc\rd\r\r\ne\u{2028}f";
        let lines: Vec<_> = of(text, 3).collect();
        assert_eq!(lines, [(3, "a"), (4, "b"), (5, "c"), (6, "d"), (7, ""), (8, "e\u{2028}f")]);
        assert_eq!(of("", 1).collect::<Vec<_>>(), [(1, "")]);
        for (line, text_of_line) in of(text, 1) {
            let offset = text_of_line.as_ptr() as usize - text.as_ptr() as usize;
            assert_eq!(number(text.as_bytes(), offset), line);
        }
    }
}
