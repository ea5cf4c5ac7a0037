//! Help and refusals of the command line in Chinese. The parser words them in English, one text a line (nothing is wrapped
//! then): each text is looked up in the tables, and lines are broken where a terminal ends.

use std::io::{self, IsTerminal, Write};

use clap::error::ErrorKind;
use cuicha::model::messages::Language;
use cuicha::report::width;

use crate::language::{self, remark};

/// The widest page.
const MOST_CELLS: usize = 100;
/// From this indentation on a line is text and nothing else.
const TEXT: usize = 8;
/// What may not begin a line.
const CLOSING: &str = "\u{ff0c}\u{3002}\u{ff1b}\u{ff1a}\u{3001}\u{ff09}\u{300d}\u{ff1f},.;:)]>";

/// The command line, with lines that are broken here and not by the parser.
pub fn unwrapped(command: clap::Command) -> clap::Command {
    if language::chosen() == Language::Chinese { command.term_width(0) } else { command }
}

/// Shows help, or says why what was typed is refused, and ends the program.
pub fn exit(error: &clap::Error) -> ! {
    if language::chosen() == Language::English || error.kind() == ErrorKind::DisplayVersion {
        error.exit();
    }
    let page = error.render().to_string();
    let to_errors = error.use_stderr();
    let terminal = if to_errors { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
    let cells = terminal.then(terminal_size::terminal_size).flatten();
    let cells = cells.map_or(MOST_CELLS, |(w, _)| usize::from(w.0).clamp(40, MOST_CELLS));
    let told: String = page.lines().map(|l| line(l, cells)).collect();
    // A reader who left is nobody's fault.
    let _ = match to_errors {
        true => io::stderr().write_all(told.as_bytes()),
        false => io::stdout().write_all(told.as_bytes()),
    };
    std::process::exit(error.exit_code());
}

/// A line in Chinese, on as many lines as it takes.
fn line(line: &str, cells: usize) -> String {
    let indent = line.len() - line.trim_start().len();
    let text = line.trim();
    if let Some(rest) = text.strip_prefix("- ").filter(|_| indent >= TEXT) {
        // A value that may be typed, and what it is for.
        let (name, about) = rest.split_once(": ").unwrap_or((rest, ""));
        let head = format!("{:indent$}- {name}", "");
        let head = if about.is_empty() { head } else { format!("{head}\u{ff1a}") };
        return wrapped(&head, &remark(about), indent + 2, cells);
    }
    // What is typed stands before what it is for, and two blanks between them.
    let gap = text.rfind("  ").filter(|_| indent > 0 && indent < TEXT);
    match gap {
        Some(at) => {
            let head = &line[..indent + at + 2];
            wrapped(head, &remark(text[at..].trim_start()), head.chars().count(), cells)
        }
        None => wrapped(&" ".repeat(indent), &remark(text), indent, cells),
    }
}

/// A text behind a head; further lines begin under the column `indent`.
fn wrapped(head: &str, text: &str, indent: usize, cells: usize) -> String {
    let mut out = head.to_owned();
    let mut used = width(head);
    let pieces = pieces(text);
    for (i, piece) in pieces.iter().enumerate() {
        let closing = pieces.get(i + 1).filter(|next| next.starts_with(|c| CLOSING.contains(c)));
        let needed = width(piece.trim_end()) + closing.map_or(0, |next| width(next.trim_end()));
        let closes = piece.starts_with(|c| CLOSING.contains(c));
        if used + needed > cells && used > indent && !closes {
            out.truncate(out.trim_end().len());
            out.push_str(&format!("\n{:indent$}", ""));
            used = indent;
        }
        out.push_str(piece);
        used += width(piece);
    }
    format!("{}\n", out.trim_end())
}

/// A text in pieces that are not broken: a word with the blank behind it, or one character of Chinese.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let (mut before, mut bracket) = (' ', false);
    for (at, c) in text.char_indices() {
        let breaks = !c.is_ascii() || (!before.is_ascii() && !CLOSING.contains(c)) || before == ' ';
        if at > start && breaks && !bracket {
            found.push(&text[start..at]);
            start = at;
        }
        // What a bracket begins with stays with it.
        bracket = c == '[' || (bracket && c != ' ');
        before = c;
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}
