//! The keys of the configuration file. A key is named like the flag that beats it.

use crate::report::REPORTERS;

/// Most threads that may be asked for: thousands would only stop the machine.
pub const MOST_THREADS: u64 = 1024;

/// A key.
#[derive(Debug)]
pub struct Key {
    /// Name, that of the flag.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The value without it, as the file would spell it; empty where there is none.
    pub default: &'static str,
    /// Another value, as the file would spell it, for who reads the commented file.
    pub example: &'static str,
    /// What it does.
    pub about: &'static str,
    /// A flag that, when typed, also beats this key.
    pub beaten_by: &'static str,
    /// The one verb that heeds it; empty for every verb that has the flag.
    pub only: &'static str,
}

/// What a key holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text.
    Text,
    /// A file, relative to the folder of the configuration.
    File,
    /// A built-in profile or a file.
    Profile,
    /// Folders.
    Folders,
    /// One of some words.
    Choice(fn() -> Vec<&'static str>),
    /// A whole number.
    Number {
        /// The largest.
        most: u64,
    },
    /// True or false.
    Switch,
}

const fn key(name: &'static str, kind: Kind, values: [&'static str; 2], about: &'static str) -> Key {
    Key { name, kind, default: values[0], example: values[1], about, beaten_by: "", only: "" }
}

/// All keys, in the order in which they are written.
pub const KEYS: &[Key] = &[
    key(
        "profile",
        Kind::Profile,
        ["\"strict\"", "\"bank-card\""],
        "Counting rules: a built-in profile, or a file",
    ),
    key(
        "lexicon",
        Kind::Folders,
        ["[]", "[\"rules\"]"],
        "Folders of your own lexicon files, laid over the built-in ones",
    ),
    Key {
        beaten_by: "no-classifier",
        ..key(
            "classifier",
            Kind::File,
            ["", "\"own.bin\""],
            "A classifier of your own in place of the built-in one",
        )
    },
    Key {
        beaten_by: "classifier",
        ..key("no-classifier", Kind::Switch, ["false", "true"], "Judge by terms and phrases alone")
    },
    key("no-mask", Kind::Switch, ["false", "true"], "Show phone, identity and card numbers in quotes"),
    key("encoding", Kind::Text, ["", "\"gb18030\""], "Encoding of the input, when it is not to be detected"),
    key(
        "fail-on",
        Kind::Choice(|| vec!["critical", "major", "minor", "never"]),
        ["\"major\"", "\"critical\""],
        "Lowest severity of a violation that makes the exit status 1",
    ),
    key(
        "max-violations",
        Kind::Number { most: u32::MAX as u64 },
        ["0", "5"],
        "Violations that are allowed before the exit status is 1",
    ),
    key("baseline", Kind::File, ["", "\"baseline.json\""], "Findings that are known: marked, and no failure"),
    key(
        "suppressions",
        Kind::File,
        ["", "\"suppressions.toml\""],
        "Reviewed findings that do not count, each with reason, author and last day",
    ),
    Key {
        only: "scan",
        ..key(
            "format",
            Kind::Choice(|| REPORTERS.iter().map(|r| r.name).collect()),
            ["\"text\"", "\"jsonl\""],
            "Form of the output",
        )
    },
    Key {
        only: "scan",
        ..key(
            "text",
            Kind::Choice(|| vec!["full", "none"]),
            ["\"full\"", "\"none\""],
            "Whether reports hold words of the calls",
        )
    },
    key(
        "lang",
        Kind::Choice(|| vec!["zh", "en"]),
        ["", "\"zh\""],
        "Language of what people read; without it reports are in Chinese, all else is in that of the system",
    ),
    key(
        "color",
        Kind::Choice(|| vec!["auto", "always", "never"]),
        ["\"auto\"", "\"never\""],
        "When to colour what people read",
    ),
    key("context", Kind::Number { most: 100 }, ["0", "2"], "Turns around each finding in the text report"),
    key(
        "threads",
        Kind::Number { most: MOST_THREADS },
        ["0", "4"],
        "Number of threads; 0 takes one per core",
    ),
];
