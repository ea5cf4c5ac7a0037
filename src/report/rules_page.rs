//! All rules as a page of Markdown: what each forbids, why, on which clauses, with examples and exceptions.

use crate::model::profile::Profile;
use crate::model::rules::{Basis, Bilingual, Expect, GROUPS, Rule, RuleIx, RuleSet, RuleTest, Severity, Use};

/// Examples and exceptions of each rule that are shown.
const MOST_SHOWN: usize = 5;

/// What stands above the rules.
const HEAD: &str = "# Rules\n\n\
This page is written by `cuicha rules list --format markdown` from the lexicon; change the lexicon and not this page.\n\n\
Certainty of a clause: A the wording was read in an official text, A- quoted from one, B reported, C inferred. Examples are the rule's \
own tests; a lawful one says why it is let pass. A rule whose name ends in `implied` holds what no list names: the classifier finds it.\n";

/// The page, in Chinese and English side by side.
pub fn rules_page(rules: &RuleSet, profile: &Profile) -> String {
    let mut text = HEAD.to_owned();
    for group in GROUPS {
        text.push_str(&format!("\n## {group}\n"));
        for (ix, rule) in rules.rules.iter().enumerate().filter(|(_, r)| r.group == group) {
            words(&mut text, rules, ix, rule);
        }
    }
    text.push_str(
        "\n## conduct\n\nRequired elements of a call to the borrower: what is left out is reported.\n",
    );
    for e in &rules.conduct {
        head(&mut text, &format!("conduct/{}", e.name), &e.title, e.severity);
        paragraph(&mut text, &e.why);
        clauses(&mut text, &e.basis);
    }
    text.push_str(&format!(
        "\n## frequency\n\nCounts and hours of the profile `{}`; `cuicha profile list` names the others.\n",
        profile.name
    ));
    for r in &profile.rules {
        head(&mut text, &format!("frequency/{}", r.id), &r.title.clone().unwrap_or_default(), r.severity);
        paragraph(&mut text, &r.why.clone().unwrap_or_default());
        clauses(&mut text, &r.basis);
    }
    text
}

fn words(text: &mut String, rules: &RuleSet, ix: RuleIx, rule: &Rule) {
    head(text, &rule.id, &rule.title, rule.severity);
    paragraph(text, &rule.why);
    if !rule.advice.zh.is_empty() {
        text.push_str(&format!("\nInstead: {} {}\n", plain(&rule.advice.zh), plain(&rule.advice.en)));
    }
    clauses(text, &rule.basis);
    let hits: Vec<String> = rule.tests.iter().filter_map(hit).collect();
    list(text, "Found", &hits);
    let misses: Vec<String> = rule.tests.iter().filter_map(miss).collect();
    list(text, "Let pass", &misses);
    let of_rule = |u: &Use| matches!(u, Use::Except { rule } if *rule == ix);
    let excepts: Vec<&str> =
        rules.patterns.iter().filter(|p| p.uses.iter().any(of_rule)).map(|p| p.shown()).collect();
    if !excepts.is_empty() {
        let shown: Vec<String> = excepts.iter().take(MOST_SHOWN).map(|e| plain(e)).collect();
        text.push_str(&format!("\nHarmless expressions: {}{}\n", shown.join(", "), more(excepts.len())));
    }
    let (terms, phrases) = (rule.terms, rule.phrases);
    text.push_str(&format!("\n{terms} terms, {phrases} phrases, {} tests.\n", rule.tests.len()));
}

fn head(text: &mut String, id: &str, title: &Bilingual, severity: Severity) {
    let severity = format!("{severity:?}").to_lowercase();
    text.push_str(&format!("\n### {id}\n\n**{}** {} ({severity})\n", plain(&title.zh), plain(&title.en)));
}

fn paragraph(text: &mut String, why: &Bilingual) {
    if !why.zh.is_empty() {
        text.push_str(&format!("\n{} {}\n", plain(&why.zh), plain(&why.en)));
    }
}

fn clauses(text: &mut String, basis: &[Basis]) {
    if basis.is_empty() {
        return;
    }
    text.push_str("\n| clause | from | until | certainty |\n|---|---|---|---|\n");
    for b in basis {
        let day = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string()).unwrap_or_default();
        let certainty = b.certainty.as_deref().unwrap_or("");
        let cells = [plain(&b.id), day(b.from), day(b.until), certainty.to_owned()];
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

fn list(text: &mut String, label: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    text.push_str(&format!("\n{label}:\n\n"));
    for line in lines.iter().take(MOST_SHOWN) {
        text.push_str(&format!("- {line}\n"));
    }
    if lines.len() > MOST_SHOWN {
        text.push_str(&format!("- and {} more\n", lines.len() - MOST_SHOWN));
    }
}

fn more(count: usize) -> String {
    if count > MOST_SHOWN { format!(" and {} more", count - MOST_SHOWN) } else { String::new() }
}

/// A sentence that must be found, its words in bold.
fn hit(test: &RuleTest) -> Option<String> {
    match &test.expect {
        Expect::Hit(Some(mark)) => {
            let (start, end) = (mark.start, mark.end);
            let inside = plain(&test.text[start..end]);
            Some(format!("{}**{inside}**{}", plain(&test.text[..start]), plain(&test.text[end..])))
        }
        Expect::Hit(None) => Some(plain(&test.text)),
        Expect::Miss(_) => None,
    }
}

fn miss(test: &RuleTest) -> Option<String> {
    match &test.expect {
        Expect::Miss(because) => Some(format!("{} (`{because}`)", plain(&test.text))),
        Expect::Hit(_) => None,
    }
}

/// A text that Markdown takes as it stands.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '_' | '`' | '[' | ']' | '<' | '>' | '|' | '\\' | '#' => out.extend(['\\', c]),
            '\n' | '\r' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}
