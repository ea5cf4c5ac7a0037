//! What `--help` shows beside the flags themselves: in which group a flag stands, and examples under each verb. The examples
//! are run by a test.

/// Flags by group, by their names without hyphens; those that are not listed stand under `Options`.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Input",
        &[
            "calls",
            "speakers",
            "manifest",
            "name_pattern",
            "input_format",
            "encoding",
            "encoding_errors",
            "max_line_bytes",
            "now",
            "history",
            "history_key",
            "history_wait",
        ],
    ),
    ("Judging", &["profile", "lexicon", "no_mask", "no_classifier", "classifier"]),
    ("Reports", &["format", "output", "report", "text", "color", "verbose", "quiet", "context"]),
    ("What fails a run", &["fail_on", "max_violations", "baseline", "suppressions", "exit_zero"]),
    ("Configuration", &["config", "isolated", "lang"]),
];

/// Examples by verb.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "scan",
        &[
            "cuicha scan calls",
            "cuicha scan calls --calls log.csv --profile bank-card",
            "cuicha scan calls --report html=report.html --report csv=findings.csv",
            "cuicha scan calls --baseline baseline.json --suppressions suppressions.toml",
            "cuicha scan calls --format jsonl --text none",
        ],
    ),
    ("explain", &["cuicha explain calls --call K-1"]),
    (
        "why-not",
        &["cuicha why-not K-1 threat/violence calls", "cuicha why-not K-1:2 insult/name-calling calls"],
    ),
    ("inspect", &["cuicha inspect calls"]),
    ("convert", &["cuicha convert calls --to jsonl", "cuicha convert calls --manifest log.csv"]),
    ("rules", &["cuicha rules list", "cuicha rules show threat/violence"]),
    ("rules list", &["cuicha rules list --lexicon rules"]),
    ("rules show", &["cuicha rules show threat/violence"]),
    ("profile", &["cuicha profile list", "cuicha profile show strict --lang en"]),
    ("profile list", &["cuicha profile list"]),
    ("profile show", &["cuicha profile show strict --lang en"]),
    ("history", &["cuicha history import ledger.db log.csv", "cuicha history info ledger.db"]),
    ("history import", &["cuicha history import ledger.db log.csv"]),
    ("history info", &["cuicha history info ledger.db"]),
    ("history verify", &["cuicha history verify ledger.db"]),
    ("history prune", &["cuicha history prune ledger.db --before 2026-03-01"]),
    ("history export", &["cuicha history export ledger.db --output earlier.csv"]),
    ("lexicon", &["cuicha lexicon test rules", "cuicha lexicon lint rules"]),
    ("lexicon test", &["cuicha lexicon test rules"]),
    ("lexicon lint", &["cuicha lexicon lint rules"]),
    ("lexicon list", &["cuicha lexicon list rules"]),
    ("lexicon new", &["cuicha lexicon new insult/own-words rules"]),
    ("lexicon format", &["cuicha lexicon format rules", "cuicha lexicon format rules --check"]),
    ("lexicon coverage", &["cuicha lexicon coverage calls"]),
    ("train", &["cuicha train labelled.jsonl --out rules/classifier.bin"]),
    ("background", &["cuicha background speech.txt --hard 10 --random 10 --out speech.bin"]),
    ("eval", &["cuicha eval labelled.jsonl", "cuicha eval labelled.jsonl --format json"]),
    (
        "baseline",
        &[
            "cuicha scan calls --report jsonl=result.jsonl",
            "cuicha baseline create baseline.json result.jsonl",
        ],
    ),
    ("baseline create", &["cuicha baseline create known.json result.jsonl"]),
    ("baseline update", &["cuicha baseline update baseline.json result.jsonl"]),
    ("baseline show", &["cuicha baseline show baseline.json"]),
    (
        "diff",
        &["cuicha diff result.jsonl result.jsonl", "cuicha diff result.jsonl result.jsonl --format json"],
    ),
    ("schema", &["cuicha schema", "cuicha schema scan-jsonl"]),
    ("config", &["cuicha config show", "cuicha config schema"]),
    ("config show", &["cuicha config show", "cuicha config show --isolated"]),
    ("config schema", &["cuicha config schema"]),
    ("init", &["cuicha init", "cuicha init calls"]),
    ("completions", &["cuicha completions bash", "cuicha completions zsh"]),
    ("man", &["cuicha man", "cuicha man pages"]),
];

/// Puts flags into their groups and examples under the verbs.
pub fn dress(command: clap::Command) -> clap::Command {
    dressed(command, "")
}

fn dressed(command: clap::Command, path: &str) -> clap::Command {
    let mut command = command.mut_args(|arg| {
        let name = arg.get_id().to_string();
        let group = GROUPS.iter().find(|(_, flags)| flags.contains(&name.as_str()));
        match group.filter(|_| arg.get_long().is_some()) {
            Some((title, _)) => arg.help_heading(*title),
            None => arg,
        }
    });
    if let Some((_, lines)) = EXAMPLES.iter().find(|(verb, _)| *verb == path) {
        let list: String = lines.iter().map(|line| format!("\n  $ {line}")).collect();
        command = command.after_help(format!("Examples:{list}"));
    }
    let verbs: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for verb in verbs {
        let below = if path.is_empty() { verb.clone() } else { format!("{path} {verb}") };
        command = command.mut_subcommand(verb, |sub| dressed(sub, &below));
    }
    command
}
