//! `cuicha diff`: what changed between two results.

use std::fmt::Write as _;
use std::io::Write;

use cuicha::compare::{Difference, Lone, Results, Turned};
use cuicha::model::error::Error;

use crate::args::{DiffArgs, DiffFormat};
use crate::exit::Outcome;
use crate::lexicon::to_stdout;

/// Lines of one kind that are shown.
const MOST: usize = 100;

pub fn run(args: &DiffArgs) -> Result<Outcome, Error> {
    let difference = Difference::between(&Results::read(&args.old)?, &Results::read(&args.new)?);
    let text = match args.format {
        DiffFormat::Text => page(&difference),
        DiffFormat::Json => {
            let json = serde_json::to_string_pretty(&difference).map_err(|e| to_stdout(e.into()))?;
            format!("{json}\n")
        }
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(to_stdout)?;
    Ok(if difference.is_empty() { Outcome::Clean } else { Outcome::Found })
}

fn page(d: &Difference) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for (name, moved) in &d.moved {
        let value =
            |v: &Option<String>| v.as_deref().map_or("?".to_owned(), |v| v.chars().take(16).collect());
        let _ = match moved.state {
            "moved" => writeln!(text, "{name:<14} moved    {} -> {}", value(&moved.old), value(&moved.new)),
            state => writeln!(text, "{name:<14} {state:<8} {}", value(&moved.new)),
        };
    }
    if d.is_empty() {
        text.push_str("\nthe results are the same\n");
        return text;
    }
    if !d.rules.is_empty() {
        let _ = writeln!(text, "\n{:<40} {:>6} {:>6} {:>8}", "rule", "new", "gone", "changed");
    }
    for (rule, c) in &d.rules {
        let _ = writeln!(text, "{rule:<40} {:>6} {:>6} {:>8}", c.new, c.gone, c.changed);
    }
    list(&mut text, "new findings", &d.new, lone);
    list(&mut text, "findings that are gone", &d.gone, lone);
    list(&mut text, "findings that came out otherwise", &d.changed, turned);
    list(&mut text, "verdicts", &d.verdicts, turned);
    list(&mut text, "rules that were not checked", &d.not_checked, turned);
    text
}

fn list<T>(text: &mut String, title: &str, rows: &[T], row: impl Fn(&T) -> String) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    for one in rows.iter().take(MOST) {
        let _ = writeln!(text, "  {}", row(one));
    }
    if rows.len() > MOST {
        let _ = writeln!(text, "  {} more not listed", rows.len() - MOST);
    }
}

/// Ids come from files: one line, nothing that steers a terminal.
fn shown(id: &str) -> String {
    id.escape_debug().to_string()
}

fn lone(l: &Lone) -> String {
    let call = l.call_id.as_deref().map(|id| format!("  call {}", shown(id))).unwrap_or_default();
    let who = l.borrower_id.as_deref().map(|id| format!("  borrower {}", shown(id))).unwrap_or_default();
    let turn = l.turn.map(|turn| format!("  turn {}", turn + 1)).unwrap_or_default();
    format!("{} [{}]{call}{turn}{who}  {}", shown(&l.verdict), shown(&l.rule), l.fingerprint)
}

fn turned(t: &Turned) -> String {
    let what: Vec<String> = t.what.values().map(|v| shown(v)).collect();
    let changes = t.changes.iter().map(|(key, [old, new])| format!("{key} {} -> {}", shown(old), shown(new)));
    format!("{}: {}", what.join(" "), changes.collect::<Vec<_>>().join(", "))
}
