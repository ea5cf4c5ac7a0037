//! Files in a user's lexicon folder that seem to be meant for the lexicon and that nothing reads: by the name that their author gave
//! them, or by the folder that they stand in.

use std::io::Read;
use std::path::Path;

use super::files::{FOLDERS, Files, is_nearly_one};
use crate::model::notice::Notice;

/// Deeper than this no file of a lexicon stands: `phrases/<group>/<name>.toml`.
const DEEPEST: usize = 3;
/// How much of a file is looked at to see whether it is one of rules.
const MOST_BYTES: u64 = 64 * 1024;
/// Endings of what editors and systems leave behind, and of notes.
const BESIDE: [&str; 13] =
    ["~", "#", ".bak", ".swp", ".swo", ".kate-swp", ".orig", ".rej", ".save", ".old", ".tmp", ".md", ".ini"];
/// How notes beside a lexicon begin, and what an office program holds open.
const NOTES: [&str; 6] = ["readme", "license", "changelog", "notes", "thumbs.db", "~$"];
/// How files begin that are read beside those of the built-in names, with their endings. Profiles are asked for by their path.
const READ: [(&str, &str); 13] = [
    ("phrases/", ".toml"),
    ("conduct/", ".toml"),
    ("frequency/", ".toml"),
    ("cues/classes", ".toml"),
    ("cues/care", ".toml"),
    ("cues/voices", ".toml"),
    ("cues/arguable", ".toml"),
    ("cues/negation", ".toml"),
    ("cues/notice", ".toml"),
    ("cues/question", ".toml"),
    ("cues/quotation", ".toml"),
    ("tables/fold-", ".tsv"),
    ("tables/words.tsv", ""),
];
/// How a line of a rule file begins, and of no other file that is used to stand beside the folders of a lexicon.
const OF_RULES: [&str; 7] = ["terms", "[[phrase]]", "[tests]", "except", "[[need]]", "[[cue]]", "miss"];

const ENDING: &str = "is not read: its name must end in `.toml` or `.tsv`";
const NAME: &str = "is not read: no part of a lexicon has this name";
const PLACE: &str = "is not read: a rule file stands at phrases/<group>/<name>.toml";

/// What is passed over in a folder of the user's own, with what would be right. A folder that cannot be read is told of where the
/// lexicon is read.
pub fn passed_over(dir: &Path) -> Vec<Notice> {
    let walk = walkdir::WalkDir::new(dir).max_depth(DEEPEST).sort_by_file_name().into_iter();
    let seen = walk.filter_entry(|e| e.depth() == 0 || !e.file_name().to_string_lossy().starts_with('.'));
    let built_in = Files::built_in();
    let notice = |entry: walkdir::DirEntry| {
        let inside = entry.path().strip_prefix(dir).ok()?.to_string_lossy().replace('\\', "/");
        let message = reason(&inside, entry.path(), &built_in)?;
        Some(Notice::remark(entry.path().to_string_lossy(), None, message))
    };
    seen.flatten().filter(|e| e.file_type().is_file()).filter_map(notice).collect()
}

/// Why a file is not read although it seems to be meant to be; nothing where it is read, or is none of the lexicon.
fn reason(inside: &str, path: &Path, built_in: &Files) -> Option<&'static str> {
    let (folder, name) = inside.split_once('/').unwrap_or(("", inside));
    let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let left_behind = BESIDE.iter().any(|end| name.ends_with(end)) || name.contains(".bak");
    if left_behind
        || NOTES.iter().any(|start| name.starts_with(start))
        || name.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let named = [".toml", ".tsv", ".bin"].iter().any(|end| inside.ends_with(end));
    // What is refused where the lexicon is read is not told twice.
    if !named && is_nearly_one(inside) {
        return None;
    }
    let as_rules = name.contains(".toml") || name.ends_with(".tml");
    let bare = !name.contains('.');
    if FOLDERS.contains(&folder) {
        let read = READ.iter().any(|(start, end)| inside.starts_with(start) && inside.ends_with(end));
        return match named {
            true => (!read && !built_in.0.contains_key(inside)).then_some(NAME),
            // Notes may stand anywhere.
            false => (as_rules || bare || of_rules(path)).then_some(ENDING),
        };
    }
    // Beside the folders of a lexicon anything may stand, calls too: only what holds rules is told of there.
    let stem = name.split('.').next().unwrap_or(&name);
    if folder.is_empty() && !named && built_in.0.contains_key(&format!("{stem}.toml")) {
        return Some(ENDING);
    }
    let as_text = folder.is_empty() && (name.ends_with(".txt") || bare);
    let misplaced = (as_rules || as_text) && of_rules(path) && !built_in.0.contains_key(inside);
    misplaced.then_some(PLACE)
}

/// Whether a file holds rules, as far as its first lines tell; a broken one too.
fn of_rules(path: &Path) -> bool {
    let mut bytes = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes));
    let text = String::from_utf8_lossy(&bytes);
    let begins = |line: &str, start: &str| {
        let rest = line.strip_prefix(start);
        rest.is_some_and(|rest| start.ends_with(']') || rest.trim_start().starts_with('='))
    };
    read.is_ok() && text.lines().any(|line| OF_RULES.iter().any(|start| begins(line.trim_start(), start)))
}
