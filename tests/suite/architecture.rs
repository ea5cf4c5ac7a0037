//! The shape of the source: who imports whom, who owns which crate, how large a file may be, and that nothing lies about
//! that is not registered.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cuicha::context::GATES;
use cuicha::decode::DECODERS;
use cuicha::model::rules::Expect;
use cuicha::report::REPORTERS;

use crate::spoken::built_in;

/// Folders that import `model` and their own files only.
const STAGES: &[&str] = &[
    "source",
    "decode",
    "normalise",
    "lexicon",
    "matching",
    "classify",
    "segment",
    "context",
    "finding",
    "aggregate",
    "ledger",
    "report",
];
/// What puts stages together.
const UPPER: &[&str] = &[
    "accepted", "build", "compare", "config", "coverage", "embed", "evaluate", "explain", "history", "judge",
    "labelled", "lint", "metadata", "pipeline", "schema", "selftest", "standing", "verdict",
];
/// Crates with one owner: the crate as code names it, and where it may stand.
const OWNERS: &[(&str, &str)] = &[
    ("jieba_rs", "segment/"),
    ("aho_corasick", "matching/automaton.rs"),
    // Tells whether a word stands in a turn, and not where.
    ("aho_corasick", "classify/asks.rs"),
    ("rayon", "pipeline"),
    ("clap", "bin/cuicha/"),
    ("clap_complete", "bin/cuicha/"),
    ("clap_mangen", "bin/cuicha/"),
    ("ctrlc", "bin/cuicha/interrupt.rs"),
    ("signal_hook", "bin/cuicha/interrupt.rs"),
    ("indicatif", "bin/cuicha/"),
    ("annotate_snippets", "report/"),
    ("quick_junit", "report/"),
    #[cfg(feature = "xlsx")]
    ("rust_xlsxwriter", "report/xlsx/book.rs"),
    ("encoding_rs", "decode/"),
    ("include_dir", "lexicon/"),
    ("pinyin", "normalise/"),
    ("toml_edit", "lexicon/format.rs"),
    ("rusqlite", "ledger/sqlite/"),
    ("postgres", "ledger/server/"),
    ("aes_siv", "ledger/seal.rs"),
    ("hmac", "ledger/seal.rs"),
    ("getrandom", "ledger/key.rs"),
    ("calamine", "decode/workbook/"),
    ("cfb", "decode/workbook/"),
    ("quick_xml", "decode/call_log/freeswitch.rs"),
    ("flate2", "source/archive/"),
    // Measures what a host would get.
    ("flate2", "report/sarif/limits.rs"),
    ("miniz_oxide", "classify/layout.rs"),
    ("miniz_oxide", "classify/model/file.rs"),
    ("ruzstd", "source/archive/"),
    ("tar", "source/archive/tape.rs"),
    ("percent_encoding", "decode/call_log/freeswitch.rs"),
];
const MOST_LINES: usize = 400;
const MOST_LINES_OF_A_FUNCTION: usize = 60;

struct Source {
    /// Path below `src/`.
    path: String,
    text: String,
}

impl Source {
    /// Lines by their 1-based numbers, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(i, line)| (i + 1, without_comment(line)))
    }

    /// The folder or file right below `src/`.
    fn top(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many modules deep the file stands: 1 for `source/mod.rs`, 2 for `source/walk.rs`.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(root()).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.path().extension().is_some_and(|e| e == "rs") {
            let path = entry.path().strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source { path, text: std::fs::read_to_string(entry.path()).unwrap() });
        }
    }
    assert!(found.len() > 50, "the sources are not where this test looks");
    found
}

/// The line up to `//`, unless that stands in a string.
fn without_comment(line: &str) -> &str {
    let cut =
        line.match_indices("//").map(|(i, _)| i).find(|i| line[..*i].matches('"').count().is_multiple_of(2));
    cut.map_or(line, |i| &line[..i])
}

/// The names that follow `prefix` in a line, a group in braces taken apart.
fn names_after<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (at, _) in line.match_indices(prefix) {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &line[at + prefix.len()..];
        let inside = rest.strip_prefix('{').map_or(rest, |r| r.split('}').next().unwrap_or(r));
        let pieces: Vec<&str> = if rest.starts_with('{') { inside.split(',').collect() } else { vec![rest] };
        for piece in pieces {
            let piece = piece.trim();
            let end = piece.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(piece.len());
            names.push(&piece[..end]);
        }
    }
    names
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn everything_in_src_has_a_tier() {
    for source in sources() {
        let top = source.top();
        let known = ["bin", "lib", "model"].contains(&top) || STAGES.contains(&top) || UPPER.contains(&top);
        assert!(known, "src/{}: say in this test which tier it belongs to", source.path);
    }
}

#[test]
fn stages_import_the_model_and_no_other_stage() {
    let mut wrong = Vec::new();
    for source in sources() {
        let top = source.top();
        if top != "model" && !STAGES.contains(&top) {
            continue;
        }
        for (n, line) in source.code() {
            for name in names_after(line, "crate::").into_iter().filter(|n| *n != "model" && *n != top) {
                wrong.push(format!("src/{}:{n}: `{top}` imports `{name}`", source.path));
            }
            let climbs = line.match_indices("super::").filter(|(i, _)| !line[..*i].ends_with("super::"));
            for (at, _) in climbs {
                let steps = line[at..].split("super::").take_while(|s| s.is_empty()).count() - 1;
                if steps + 1 > source.depth() {
                    wrong.push(format!("src/{}:{n}: climbs out of `{top}`", source.path));
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn the_binary_uses_the_library_and_its_own_files() {
    let mut wrong = Vec::new();
    let files: BTreeSet<String> = sources()
        .iter()
        .filter_map(|s| Some(s.path.strip_prefix("bin/cuicha/")?.trim_end_matches(".rs").to_owned()))
        .collect();
    for source in sources() {
        for (n, line) in source.code() {
            if source.top() == "bin" {
                let own = names_after(line, "crate::");
                let strange: Vec<&&str> = own.iter().filter(|m| !files.contains(**m)).collect();
                let climbs = line.contains("#[path") || line.contains("include!(");
                if climbs || !strange.is_empty() {
                    wrong.push(format!("src/{}:{n}: reaches beyond `cuicha::`: {strange:?}", source.path));
                }
            } else if !names_after(line, "cuicha::").is_empty() {
                wrong.push(format!("src/{}:{n}: the library names itself `cuicha::`", source.path));
            }
        }
    }
    none(&wrong);
}

#[test]
fn crates_have_one_owner_each() {
    let mut wrong = Vec::new();
    for (name, owner) in OWNERS {
        let mut used = false;
        for source in sources() {
            for (n, line) in source.code() {
                if names_after(line, &format!("{name}::")).is_empty() {
                    continue;
                }
                let own = |(crate_name, owner): &&(&str, &str)| {
                    crate_name == name && source.path.starts_with(owner)
                };
                if source.path.starts_with(owner) {
                    used = true;
                } else if !OWNERS.iter().any(|row| own(&row)) {
                    wrong.push(format!("src/{}:{n}: `{name}` belongs to src/{owner}", source.path));
                }
            }
        }
        if !used {
            wrong.push(format!("`{name}` is not used in src/{owner}: take it out of Cargo.toml"));
        }
    }
    none(&wrong);
}

#[test]
fn no_han_outside_comments() {
    let is_han =
        |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    let mut wrong = Vec::new();
    for source in sources() {
        for (n, line) in source.code().filter(|(_, l)| l.contains(is_han)) {
            wrong.push(format!("src/{}:{n}: belongs into lexicons/: {line}", source.path));
        }
    }
    none(&wrong);
}

#[test]
fn files_and_functions_are_short() {
    let mut wrong = Vec::new();
    for source in sources() {
        let lines: Vec<&str> = source.text.lines().collect();
        if lines.len() > MOST_LINES {
            wrong.push(format!("src/{}: {} lines, at most {MOST_LINES}", source.path, lines.len()));
        }
        for (i, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(super) ");
            if !head.trim_start_matches("const ").starts_with("fn ") {
                continue;
            }
            // The formatter closes a body with a brace below the first letter of its head.
            let ends =
                |l: &&str| l.len() > indent && l[..indent].trim().is_empty() && l[indent..].starts_with('}');
            let long = lines[i..].iter().position(ends).map_or(1, |n| n + 1);
            let one_line = line.ends_with('}') || line.ends_with(';');
            if !one_line && long > MOST_LINES_OF_A_FUNCTION {
                wrong.push(format!("src/{}:{}: a function of {long} lines", source.path, i + 1));
            }
        }
    }
    none(&wrong);
}

/// Files of a folder with an `impl` of the trait: each must stand in the registry of the folder's `mod.rs`.
fn implementers(folder: &str, of: &str, registry: &str) -> usize {
    let all = sources();
    let home = all.iter().find(|s| s.path == format!("{folder}/mod.rs")).unwrap();
    let listed = home.text.split(registry).nth(1).and_then(|rest| rest.split("];").next()).unwrap();
    let mut count = 0;
    for source in all.iter().filter(|s| s.path.starts_with(&format!("{folder}/"))) {
        let stem = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        let direct = source.path.matches('/').count() == 1 && stem != "mod";
        assert!(
            !direct || home.text.contains(&format!("mod {stem};")),
            "src/{}: src/{folder}/mod.rs does not declare it",
            source.path
        );
        let here = source.code().filter(|(_, l)| l.contains(&format!("impl {of} for "))).count();
        assert!(
            here == 0 || listed.contains(&format!("{stem}::")),
            "src/{}: stands not in {registry}",
            source.path
        );
        count += here;
    }
    count
}

fn unique(names: &[&str]) {
    let set: BTreeSet<&&str> = names.iter().collect();
    assert_eq!(set.len(), names.len(), "{names:?}");
}

#[test]
fn every_decoder_is_registered_and_sampled() {
    assert_eq!(implementers("decode", "Decoder", "DECODERS: "), DECODERS.len());
    unique(&DECODERS.iter().map(|d| d.name()).collect::<Vec<_>>());
    unique(&DECODERS.iter().flat_map(|d| d.extensions()).copied().collect::<Vec<_>>());
    for decoder in DECODERS {
        let samples = root().join("../samples/formats");
        let sampled = decoder.extensions().iter().all(|e| {
            let mut files = std::fs::read_dir(&samples).unwrap();
            files.any(|f| f.unwrap().path().extension().is_some_and(|x| x == *e))
        });
        assert!(sampled, "no sample of the format {}", decoder.name());
    }
}

#[test]
fn every_reporter_is_registered() {
    assert_eq!(implementers("report", "Reporter", "REPORTERS: "), REPORTERS.len());
    unique(&REPORTERS.iter().map(|r| r.name).collect::<Vec<_>>());
}

#[test]
fn every_gate_is_registered() {
    assert_eq!(implementers("context", "Gate", "GATES: "), GATES.len());
    let names: Vec<&str> = GATES.iter().map(|g| g.name()).collect();
    unique(&names);
    assert!(!names.contains(&"no-match"), "that is what tests call the absence of a candidate");
    assert!(GATES.iter().all(|g| !g.about().is_empty()));
}

#[test]
fn every_gate_stops_something_in_the_built_in_lexicon() {
    let tests = built_in().rules.rules.iter().flat_map(|r| &r.tests);
    let because: BTreeSet<&str> = tests
        .filter_map(|t| match &t.expect {
            Expect::Miss(because) => Some(because.as_str()),
            Expect::Hit(_) => None,
        })
        .collect();
    let idle: Vec<&str> = GATES.iter().map(|g| g.name()).filter(|g| !because.contains(g)).collect();
    assert!(idle.is_empty(), "no `miss` of the built-in lexicon is there because of {idle:?}");
}
