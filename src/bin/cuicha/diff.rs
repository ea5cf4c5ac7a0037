//! `cuicha diff`: what changed between two results.

use std::fmt::Write as _;
use std::io::Write;

use cuicha::compare::{Difference, Lone, Results, Turned};
use cuicha::model::error::Error;
use cuicha::report::padded;

use crate::args::{DiffArgs, DiffFormat};
use crate::exit::Outcome;
use crate::language::{fill, remark, say};
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
        let head = |key: &str, width| padded(&say(key), width);
        let name = head(&format!("diff.of.{name}"), 14);
        let _ = match moved.state {
            "moved" => {
                let (old, new) = (value(&moved.old), value(&moved.new));
                writeln!(text, "{name} {} {old} -> {new}", head("diff.moved", 8))
            }
            state => writeln!(text, "{name} {} {}", head(&format!("diff.{state}"), 8), value(&moved.new)),
        };
    }
    if d.is_empty() {
        let _ = writeln!(text, "\n{}", say("diff.none"));
        return text;
    }
    if !d.rules.is_empty() {
        let [rule, new, gone, changed] =
            ["rule", "new", "gone", "changed"].map(|key| say(&format!("diff.{key}")));
        let _ = writeln!(text, "\n{} {new:>6} {gone:>6} {changed:>8}", padded(&rule, 40));
    }
    for (rule, c) in &d.rules {
        let _ = writeln!(text, "{rule:<40} {:>6} {:>6} {:>8}", c.new, c.gone, c.changed);
    }
    list(&mut text, "diff.list.new", &d.new, lone);
    list(&mut text, "diff.list.gone", &d.gone, lone);
    list(&mut text, "diff.list.changed", &d.changed, turned);
    list(&mut text, "diff.list.verdicts", &d.verdicts, turned);
    list(&mut text, "diff.list.not-checked", &d.not_checked, turned);
    text
}

fn list<T>(text: &mut String, title: &str, rows: &[T], row: impl Fn(&T) -> String) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", say(title));
    for one in rows.iter().take(MOST) {
        let _ = writeln!(text, "  {}", row(one));
    }
    if rows.len() > MOST {
        let _ = writeln!(text, "  {}", fill("diff.more", &[&(rows.len() - MOST)]));
    }
}

/// Ids come from files: one line, nothing that steers a terminal.
fn shown(id: &str) -> String {
    id.escape_debug().to_string()
}

fn lone(l: &Lone) -> String {
    let id = |key: &str, id: &Option<String>| {
        id.as_deref().map(|id| format!("  {} {}", say(key), shown(id))).unwrap_or_default()
    };
    let (call, who) = (id("call", &l.call_id), id("borrower", &l.borrower_id));
    let turn = l.turn.map(|turn| format!("  {}", fill("turn", &[&(turn + 1)]))).unwrap_or_default();
    let verdict = word("verdict", &l.verdict);
    format!("{verdict} [{}]{call}{turn}{who}  {}", shown(&l.rule), l.fingerprint)
}

/// A word of the machine contract for people; what the table does not know stays as it is.
fn word(kind: &str, value: &str) -> String {
    let key = format!("{kind}.{value}");
    let told = say(&key);
    if told == key { shown(value) } else { told }
}

fn turned(t: &Turned) -> String {
    let what = t.what.iter().map(|(key, v)| if *key == "kind" { say(v) } else { shown(v) });
    let what: Vec<String> = what.collect();
    let changes = t.changes.iter().map(|(key, [old, new])| {
        let [old, new] = [old, new].map(|value| match key.as_str() {
            "verdict" | "severity" => word(key, value),
            "not_checked" => shown(&remark(value)),
            _ => shown(value),
        });
        format!("{} {old} -> {new}", word("diff.key", key))
    });
    format!("{}: {}", what.join(" "), changes.collect::<Vec<_>>().join(", "))
}
