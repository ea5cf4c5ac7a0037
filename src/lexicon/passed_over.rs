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
const BESIDE: [&str; 8] = ["~", ".bak", ".swp", ".swo", ".orig", ".tmp", ".md", ".ini"];
/// How notes beside a lexicon begin.
const NOTES: [&str; 5] = ["readme", "license", "changelog", "notes", "thumbs.db"];
/// How a line of a rule file begins, and of no other file that is used to stand beside the folders of a lexicon.
const OF_RULES: [&str; 7] = ["terms", "[[phrase]]", "[tests]", "except", "[[need]]", "[[cue]]", "miss"];

const ENDING: &str = "is not read: its name must end in `.toml` or `.tsv`";
const PLACE: &str = "is not read: a rule file stands at phrases/<group>/<name>.toml";

/// What is passed over in a folder of the user's own, with what would be right. A folder that cannot be read is told of where the
/// lexicon is read.
pub fn passed_over(dir: &Path) -> Vec<Notice> {
    let walk = walkdir::WalkDir::new(dir).max_depth(DEEPEST).sort_by_file_name().into_iter();
    let seen = walk.filter_entry(|e| e.depth() == 0 || !e.file_name().to_string_lossy().starts_with('.'));
    let notice = |entry: walkdir::DirEntry| {
        let inside = entry.path().strip_prefix(dir).ok()?.to_string_lossy().replace('\\', "/");
        let message = reason(&inside, entry.path())?;
        Some(Notice::remark(entry.path().to_string_lossy(), None, message))
    };
    seen.flatten().filter(|e| e.file_type().is_file()).filter_map(notice).collect()
}

/// Why a file is not read although it seems to be meant to be; nothing where it is read, or is none of the lexicon.
fn reason(inside: &str, path: &Path) -> Option<&'static str> {
    let (folder, name) = inside.split_once('/').unwrap_or(("", inside));
    let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    if BESIDE.iter().any(|end| name.ends_with(end)) || NOTES.iter().any(|start| name.starts_with(start)) {
        return None;
    }
    // What is refused where the lexicon is read is not told twice.
    if is_nearly_one(inside) {
        return None;
    }
    let named = [".toml", ".tsv", ".bin"].iter().any(|end| inside.ends_with(end));
    if FOLDERS.contains(&folder) {
        return (!named).then_some(ENDING);
    }
    // Beside the folders of a lexicon anything may stand, calls too: only what holds rules is told of there.
    let as_rules = name.contains(".toml") || name.ends_with(".tml");
    let as_text = folder.is_empty() && (name.ends_with(".txt") || !name.contains('.'));
    let built_in = |name: &str| Files::built_in().0.contains_key(name);
    if as_rules && !named && folder.is_empty() && built_in(name.trim_end_matches(".txt")) {
        return Some(ENDING);
    }
    let misplaced = (as_rules || as_text) && of_rules(path) && !built_in(inside);
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
