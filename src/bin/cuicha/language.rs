//! The language of what the program says to people. What is typed (`--lang`) beats `lang` of the configuration file. Without
//! both a report is in Chinese, and everything else in the language of the system.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::OnceLock;

use cuicha::config;
use cuicha::lexicon::{Files, read_messages};
use cuicha::model::error::Error;
use cuicha::model::messages::{Language, Messages, Voice};
use cuicha::model::rules::Bilingual;

/// What was asked for, and what holds for messages.
static CHOSEN: OnceLock<(Option<Language>, Language)> = OnceLock::new();
/// The texts; read when the first is needed.
static MESSAGES: OnceLock<Messages> = OnceLock::new();

/// Decides by what was typed, before anything is understood of it: help and refusals too have a language.
pub fn choose(typed: &[OsString]) {
    let flag = |name: &str| value(typed, name);
    let named = |text: &OsStr| match text.to_str() {
        Some("zh") => Some(Language::Chinese),
        Some("en") => Some(Language::English),
        _ => None,
    };
    let asked = flag("--lang").and_then(|text| named(&text)).or_else(|| {
        let isolated = typed.iter().any(|word| word == "--isolated");
        let file = flag("--config").map(PathBuf::from);
        let file = file.or_else(|| config::find(&std::env::current_dir().ok()?)).filter(|_| !isolated)?;
        // What is wrong with the file is told when it is read for good, in the language that it names.
        named(OsStr::new(&config::text(&file, "lang")?))
    });
    let _ = CHOSEN.set((asked, asked.unwrap_or_else(of_system)));
}

/// The value of a flag, as `--flag value` or `--flag=value`; the last one counts.
fn value(typed: &[OsString], flag: &str) -> Option<OsString> {
    let words = typed.iter().take_while(|word| *word != "--").collect::<Vec<_>>();
    let at = |i: usize| {
        let text = words[i].to_str()?.strip_prefix(flag)?;
        match text.strip_prefix('=') {
            Some(value) => Some(OsString::from(value)),
            None if text.is_empty() => words.get(i + 1).map(|word| (*word).clone()),
            None => None,
        }
    };
    (0..words.len()).rev().find_map(at)
}

/// The language of the system, as programs are told of it: the first of these that is set counts.
fn of_system() -> Language {
    let set = |name: &&str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).unwrap_or_default();
    if locale.starts_with("zh") { Language::Chinese } else { Language::English }
}

/// The language of everything but reports.
pub fn chosen() -> Language {
    CHOSEN.get().map_or(Language::English, |(_, language)| *language)
}

/// The language of reports.
pub fn of_reports() -> Language {
    CHOSEN.get().and_then(|(asked, _)| *asked).unwrap_or(Language::Chinese)
}

fn texts() -> &'static Messages {
    MESSAGES.get_or_init(|| read_messages(&Files::built_in_tables()))
}

/// What people are told in, reports aside.
pub fn voice() -> Voice<'static> {
    Voice { messages: texts(), language: chosen() }
}

/// The text of a key.
pub fn say(key: &str) -> String {
    voice().say(key)
}

/// The text of a key with its places filled in order.
pub fn fill(key: &str, values: &[&dyn Display]) -> String {
    voice().fill(key, values)
}

/// The side of a text in the language of messages.
pub fn pick(text: &Bilingual) -> String {
    voice().pick(text).to_owned()
}

/// A remark of the library in the language of messages.
pub fn remark(text: &str) -> String {
    // English needs no table.
    if chosen() == Language::English { text.to_owned() } else { voice().remark(text) }
}

/// An error in the language of messages.
pub fn told(error: &Error) -> String {
    if chosen() == Language::English { error.to_string() } else { error.told(voice()) }
}
