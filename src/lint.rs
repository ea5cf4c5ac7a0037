//! What is wrong with a lexicon although it can be read: entries that can never match, and those that say nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::aggregate::conduct;
use crate::build::Engine;
use crate::lexicon::{Files, scaffold};
use crate::model::error::Fault;
use crate::model::rules::{Boundary, ClassIx, Owner, RuleIx, RuleSet, Use};
use crate::selftest;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Something was meant to work and cannot.
    Error,
    /// Something says nothing, or not what it seems to.
    Warning,
}

/// Something wrong with a lexicon.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Remark {
    /// File at fault.
    pub file: String,
    /// 1-based line; 0 when no line can be named.
    pub line: usize,
    /// How bad.
    pub level: Level,
    /// What it is: `unreachable`, `duplicate`, `shadowed`, `idle-except`, `respelled`, `unused-class`, `example-left`,
    /// `no-basis`.
    pub kind: &'static str,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Everything wrong with the lexicon; with files of the user's own only what concerns those, in order of file and line.
pub fn lint(engine: &Engine, files: &Files) -> Vec<Remark> {
    let own = files.0.values().any(|f| f.own);
    let pages = Pages::new(files);
    let mut remarks: Vec<Remark> = selftest::unreachable(engine)
        .into_iter()
        .map(|Fault { file, line, message }| Remark {
            file,
            line,
            level: Level::Error,
            kind: "unreachable",
            message,
        })
        .collect();
    for ix in 0..engine.rules.rules.len() {
        terms(engine, &pages, ix, &mut remarks);
        exceptions(engine, &pages, ix, &mut remarks);
    }
    unfounded(&engine.rules, &pages, &mut remarks);
    classes(engine, files, &pages, &mut remarks);
    remarks.retain(|r| !own || pages.own.contains(&r.file));
    remarks.sort();
    remarks.dedup();
    remarks
}

/// The texts of the files, to find lines in.
struct Pages {
    texts: BTreeMap<String, String>,
    own: BTreeSet<String>,
}

impl Pages {
    fn new(files: &Files) -> Pages {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Pages {
            texts: files.0.values().map(|f| (f.shown.clone(), text(&f.bytes))).collect(),
            own: files.0.values().filter(|f| f.own).map(|f| f.shown.clone()).collect(),
        }
    }

    /// The line where an entry stands in a file, below the line that begins its list; 0 when it cannot be found.
    fn line(&self, file: &str, list: &str, entry: &str) -> usize {
        let Some(text) = self.texts.get(file) else { return 0 };
        let begins = |l: &str| l.split(['=', ' ']).next() == Some(list);
        let from = text.lines().position(begins).unwrap_or(0);
        let wanted = format!("\"{entry}\"");
        let found = text.lines().enumerate().skip(from).find(|(_, l)| l.contains(&wanted));
        found.map_or(0, |(i, _)| i + 1)
    }

    fn warn(&self, file: &str, (list, entry): (&str, &str), kind: &'static str, message: String) -> Remark {
        let line = self.line(file, list, entry);
        Remark { file: file.to_owned(), line, level: Level::Warning, kind, message }
    }
}

/// A term of a rule.
#[derive(Clone, Copy)]
struct Term<'a> {
    text: &'a str,
    shown: &'a str,
    weight: f32,
    boundary: Boundary,
    others: &'a [Use],
}

fn terms_of(rules: &RuleSet, ix: RuleIx) -> Vec<Term<'_>> {
    let mut found = Vec::new();
    for p in &rules.patterns {
        for u in &p.uses {
            if let Use::Term { rule, weight, boundary } = *u
                && rule == ix
            {
                found.push(Term { text: &p.text, shown: p.shown(), weight, boundary, others: &p.uses });
            }
        }
    }
    found
}

fn excepts_of(rules: &RuleSet, ix: RuleIx) -> Vec<(&str, &str)> {
    let of_rule = |u: &Use| matches!(u, Use::Except { rule } if *rule == ix);
    let found = rules.patterns.iter().filter(|p| p.uses.iter().any(of_rule));
    found.map(|p| (&*p.text, p.shown())).collect()
}

fn terms(engine: &Engine, pages: &Pages, ix: RuleIx, remarks: &mut Vec<Remark>) {
    let rules = &engine.rules;
    let rule = &rules.rules[ix];
    let (terms, excepts) = (terms_of(rules, ix), excepts_of(rules, ix));
    for t in &terms {
        let mut warn =
            |kind, message| remarks.push(pages.warn(&rule.file, ("terms", t.shown), kind, message));
        for u in t.others {
            if let Use::Term { rule: other, .. } = u
                && *other != ix
            {
                let message = format!("`{}` is a term of {} too", t.shown, rules.rules[*other].id);
                warn("duplicate", message);
            }
        }
        let covers = |s: &&Term<'_>| {
            s.text != t.text
                && t.text.contains(s.text)
                && s.boundary == Boundary::Free
                && s.weight >= t.weight
                && !excepts.iter().any(|(e, _)| e.contains(s.text))
        };
        if let Some(s) = terms.iter().find(covers) {
            let message = format!("`{}` says nothing new: `{}` matches wherever it does", t.shown, s.shown);
            warn("shadowed", message);
        }
        let read = engine.normaliser.entry(t.shown);
        if read != t.shown {
            warn("respelled", format!("`{}` is read as `{read}`: one of the two is enough", t.shown));
        }
        if t.shown.starts_with(scaffold::EXAMPLE) {
            warn(
                "example-left",
                format!("`{}` is the example of the template: put your words there", t.shown),
            );
        }
    }
}

/// Exceptions that share no character with the beginning or end of anything the rule looks for.
fn exceptions(engine: &Engine, pages: &Pages, ix: RuleIx, remarks: &mut Vec<Remark>) {
    let rules = &engine.rules;
    let rule = &rules.rules[ix];
    let mut sought: BTreeSet<String> = terms_of(rules, ix).iter().map(|t| t.text.to_owned()).collect();
    for phrase in rules.phrases.iter().filter(|p| p.owner == Owner::Rule(ix)) {
        for class in phrase.parts.iter().flat_map(|p| &p.classes) {
            sought.extend(rules.classes[*class].members.iter().map(|m| engine.normaliser.entry(m)));
        }
    }
    for (text, shown) in excepts_of(rules, ix) {
        if !sought.iter().any(|s| may_overlap(text, s)) {
            let message =
                format!("the exception `{shown}` never applies: no entry of {} can overlap it", rule.id);
            remarks.push(pages.warn(&rule.file, ("except", shown), "idle-except", message));
        }
    }
}

/// Whether both can stand in a text so that they share characters and are not the same place.
fn may_overlap(a: &str, b: &str) -> bool {
    if a == b {
        return false;
    }
    let meets = |left: &str, right: &str| {
        left.char_indices()
            .skip(1)
            .any(|(i, _)| right.starts_with(&left[i..]) && right.len() > left.len() - i)
    };
    a.contains(b) || b.contains(a) || meets(a, b) || meets(b, a)
}

/// Rules and required elements that name no clause: whoever reads their findings cannot tell what was broken.
fn unfounded(rules: &RuleSet, pages: &Pages, remarks: &mut Vec<Remark>) {
    let of_rules = rules.rules.iter().map(|r| (&r.file, &r.basis));
    let of_elements = rules.conduct.iter().map(|e| (&e.file, &e.basis));
    for (file, _) in of_rules.chain(of_elements).filter(|(_, basis)| basis.is_empty()) {
        let text = pages.texts.get(file).map(String::as_str).unwrap_or_default();
        let is_key = |line: &str| line.split(['=', ' ']).next() == Some("basis");
        let line = text.lines().position(is_key).unwrap_or(0) + 1;
        let message = "no clause in `basis`: nobody can tell what the rule rests on".to_owned();
        let (file, level) = (file.clone(), Level::Warning);
        remarks.push(Remark { file, line, level, kind: "no-basis", message });
    }
}

/// Named classes that nothing uses.
fn classes(engine: &Engine, files: &Files, pages: &Pages, remarks: &mut Vec<Remark>) {
    let rules = &engine.rules;
    let mut used: BTreeSet<ClassIx> = BTreeSet::new();
    for phrase in &rules.phrases {
        used.extend(
            phrase.parts.iter().flat_map(|p| p.classes.iter().copied()).chain(phrase.unless.iter().copied()),
        );
    }
    for cue in &rules.cues {
        used.insert(cue.class);
        used.extend(cue.void);
    }
    let named = |class: &&str| used.iter().any(|ix| rules.classes[*ix].name == **class);
    for (_, file) in files.below("cues/classes", ".toml") {
        let text = pages.texts.get(&file.shown).map(String::as_str).unwrap_or_default();
        let Ok(table) = text.parse::<toml::Table>() else { continue };
        for name in table.keys().filter(|n| !conduct::READ.contains(&n.as_str()) && !named(&n.as_str())) {
            if included(files, name) {
                continue;
            }
            let head = format!("[{name}]");
            let line = text.lines().position(|l| l.trim() == head).map_or(0, |i| i + 1);
            let message = format!("no phrase, cue or class uses `@{name}`");
            let (file, level) = (file.shown.clone(), Level::Warning);
            remarks.push(Remark { file, line, level, kind: "unused-class", message });
        }
    }
}

/// Whether another class includes this one.
fn included(files: &Files, name: &str) -> bool {
    let names = |file: &crate::lexicon::File| -> Vec<String> {
        let table = std::str::from_utf8(&file.bytes).ok().and_then(|t| t.parse::<toml::Table>().ok());
        let lists = table.into_iter().flat_map(|t| t.into_iter().map(|(_, v)| v)).collect::<Vec<_>>();
        let classes = lists.iter().filter_map(|v| v.get("classes").and_then(toml::Value::as_array));
        classes.flatten().filter_map(|v| Some(v.as_str()?.trim_start_matches('@').to_owned())).collect()
    };
    files.below("cues/classes", ".toml").any(|(_, file)| names(file).iter().any(|n| n == name))
}
