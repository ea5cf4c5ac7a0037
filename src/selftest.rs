//! Proves a lexicon on the real pipeline: every entry can be found, and every rule's own tests come out as written. What the
//! classifier makes of a match depends on the whole turn and is not asked here.

use crate::build::Engine;
use crate::explain;
use crate::judge;
use crate::model::candidate::{Candidate, Matched, Occurrence};
use crate::model::error::Fault;
use crate::model::rules::{
    Boundary, Expect, Owner, Pattern, PatternIx, Phrase, Rule, RuleIx, RuleSet, RuleTest, Use,
};
use crate::model::span::NormSpan;
use crate::model::transcript::{Call, CalleeRole, Speaker, Utterance};

mod elements;
mod entry;
mod needed;
mod signs;
mod truth;

/// What the carrier sentence holds before an entry and behind it: pauses, which no word crosses.
const CARRIER: (&str, &str) = ("\u{ff0c}", "\u{3002}");

/// A test of a rule file that did not come out as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Rule.
    pub rule: String,
    /// Where the test stands and what went wrong.
    pub fault: Fault,
}

/// Entries that the pipeline does not find when they stand alone between two pauses: they fold to something else, are cut by
/// the segmenter, or stopped by a gate. An entry that can never match is a rule that silently died.
pub fn unreachable(engine: &Engine) -> Vec<Fault> {
    let rules = &engine.rules;
    let read = Read::new(rules);
    let mut dead = Vec::new();
    for (ix, pattern) in rules.patterns.iter().enumerate() {
        for u in &pattern.uses {
            let Use::Term { rule, .. } = *u else { continue };
            if surely(engine, ix, &rules.rules[rule], &read) {
                continue;
            }
            if let Err(why) = found(engine, pattern.shown(), &rules.rules[rule], &of_term(rule, ix)) {
                let message =
                    format!("`{}` of {} can never match: {why}", pattern.shown(), rules.rules[rule].id);
                let (file, line) = pattern.origin;
                dead.push(Fault { file: rules.files[file as usize].clone(), line: line as usize, message });
            }
        }
    }
    for (ix, phrase) in rules.phrases.iter().enumerate() {
        let Owner::Rule(rule) = phrase.owner else { continue };
        let rule = &rules.rules[rule];
        let fits = |c: &Candidate| c.matched == Matched::Phrase(ix);
        let spoken = examples(engine, phrase);
        if !spoken.iter().any(|text| found(engine, text, rule, &fits).is_ok()) {
            let message = format!("the phrase `{}` of {} can never match", phrase.shown, rule.id);
            dead.push(Fault { file: rule.file.clone(), line: phrase.line, message });
        }
    }
    dead.sort();
    dead
}

/// Whether a candidate is that of a rule's term.
fn of_term(rule: RuleIx, term: PatternIx) -> impl Fn(&Candidate) -> bool {
    move |c| c.rule == rule && c.matched == Matched::Term(term)
}

/// The classes whose words gates read.
struct Read(Vec<bool>);

impl Read {
    fn new(rules: &RuleSet) -> Read {
        let mut read = vec![false; rules.classes.len()];
        rules.cues.iter().for_each(|cue| read[cue.class] = true);
        Read(read)
    }

    /// Whether a gate may read a pattern: as a cue, or as a harmless expression.
    fn reads(&self, pattern: &Pattern) -> bool {
        pattern.uses.iter().any(|u| match *u {
            Use::Term { .. } => false,
            Use::Except { .. } => true,
            Use::Member { class } => self.0[class],
        })
    }
}

/// Whether a term is found for sure, told without judging a turn: it stands whole between the pauses, where words begin and end
/// in any case, and nothing stands there that a gate reads. A hundred thousand terms are told so in the time that judging takes
/// for a tenth of them.
fn surely(engine: &Engine, term: PatternIx, rule: &Rule, read: &Read) -> bool {
    let rules = &engine.rules;
    let text = engine.normaliser.apply(&carried(rules.patterns[term].shown())).text;
    let whole = NormSpan { start: CARRIER.0.len(), end: text.len().saturating_sub(CARRIER.1.len()) };
    let located = engine.matcher.words(&text);
    engine.layers.terms
        && rule.speakers.first().is_some_and(|s| *s != Speaker::Unknown)
        && !located.truncated
        && located.occurrences.contains(&Occurrence { span: whole, pattern: term })
        && !located.occurrences.iter().any(|o| read.reads(&rules.patterns[o.pattern]))
        && !engine.matcher.hesitates(&text)
}

/// The carrier sentence with an entry.
fn carried(entry: &str) -> String {
    [CARRIER.0, entry, CARRIER.1].concat()
}

/// A few sentences that should hold the phrase: the first members of its parts, then the second, and so on.
fn examples(engine: &Engine, phrase: &Phrase) -> Vec<String> {
    let members: Vec<Vec<&str>> = phrase
        .parts
        .iter()
        .map(|p| {
            p.classes.iter().flat_map(|c| &engine.rules.classes[*c].members).map(String::as_str).collect()
        })
        .collect();
    let free = |p: &crate::model::rules::Part| {
        p.classes.iter().all(|c| engine.rules.classes[*c].boundary == Boundary::Free)
    };
    // Parts that need word edges get a pause between them, as far as the gap allows.
    let joint = |i: usize| if free(&phrase.parts[i]) || phrase.parts[i].gap == 0 { "" } else { "\u{ff0c}" };
    (0..24)
        .map(|n| {
            members
                .iter()
                .enumerate()
                .map(|(i, m)| format!("{}{}", if i == 0 { "" } else { joint(i) }, m[n % m.len().max(1)]))
                .collect::<String>()
        })
        .collect()
}

fn found(engine: &Engine, entry: &str, rule: &Rule, fits: &dyn Fn(&Candidate) -> bool) -> Result<(), String> {
    let text = carried(entry);
    let speaker = rule.speakers.first().copied().unwrap_or(Speaker::Collector);
    let judged = judge::listed_turns(engine, &single(speaker, &text));
    let matching: Vec<&Candidate> = judged[0].candidates.iter().filter(|c| fits(c)).collect();
    match matching.iter().find(|c| c.rejected.is_none()) {
        Some(_) => Ok(()),
        None => Err(match matching.iter().find_map(|c| c.rejected.as_ref()) {
            Some(r) => format!("the gate `{}` stops it at `{}`", r.gate, r.detail),
            None => "its normalised form does not occur in its own normalised text".to_owned(),
        }),
    }
}

/// Runs the tests that stand in the files of rules, of required elements, of signs and of what may be true of some debts, by rule id,
/// `conduct/<element>`, `care/<cue>`, `voice/<speaker>` or `cues/arguable`.
pub fn in_data(engine: &Engine) -> Vec<Failure> {
    let mut failures = Vec::new();
    for (ix, rule) in engine.rules.rules.iter().enumerate() {
        for test in &rule.tests {
            if let Some(message) = wrong(engine, &engine.rules, ix, test) {
                let fault = Fault { file: rule.file.clone(), line: test.line, message };
                failures.push(Failure { rule: rule.id.clone(), fault });
            }
        }
    }
    failures.extend(elements::in_data(engine));
    failures.extend(signs::in_data(engine));
    failures.extend(truth::in_data(engine));
    failures
}

/// How many tests stand in these files.
pub fn count(rules: &RuleSet) -> usize {
    let of_elements = rules.conduct.iter().map(|element| element.tests.len());
    let of_signs = signs::all(rules).into_iter().map(|(_, tests)| tests.len());
    let of_claims = rules.arguable.iter().map(|claim| claim.tests.len());
    rules.rules.iter().map(|rule| rule.tests.len()).chain(of_elements).chain(of_signs).chain(of_claims).sum()
}

/// An entry that no test shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unshown {
    /// File.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// The entry as listed, with what it is where that does not show.
    pub entry: String,
}

/// Entries that no test in the files shows. Of rules: terms, phrases and lists of words that void a cue without which every `hit` is
/// found as surely as with them; exceptions, cues and lists of words that forbid a phrase without which every `miss` comes out as it
/// does with them. Of required elements: phrases that stand in no call of a test with the outcome that they speak for. Of both, of
/// cues of distress and of words that tell the speaker: each word that a part of a phrase may be, or that forbids a phrase, without
/// which every test comes out as it does with it; a word of a class is shown by any phrase that the class or one around it stands in.
pub fn unshown(engine: &Engine) -> Vec<Unshown> {
    let mut missing = needed::unshown(engine);
    missing.extend(elements::unshown(engine));
    missing.sort();
    missing
}

/// What went wrong in a test. `rules`: the engine's own, or those with something left out.
fn wrong(engine: &Engine, rules: &RuleSet, rule: RuleIx, test: &RuleTest) -> Option<String> {
    let turn = &judge::listed_turn_by(engine, rules, &Utterance::said(test.speaker, &test.text));
    let own: Vec<&Candidate> = turn.candidates.iter().filter(|c| c.rule == rule && c.listed()).collect();
    let passed: Vec<&&Candidate> = own.iter().filter(|c| c.rejected.is_none()).collect();
    match &test.expect {
        Expect::Hit(mark) => {
            let meets = |c: &&&Candidate| {
                let raw = turn.text.raw(c.span);
                mark.is_none_or(|m| raw.start < m.end && m.start < raw.end)
            };
            let stopped = own.iter().find_map(|c| c.rejected.as_ref());
            match (passed.iter().any(meets), stopped) {
                (true, _) => None,
                (false, Some(r)) => {
                    Some(format!("`{}`: stopped by `{}` at `{}`", test.text, r.gate, r.detail))
                }
                (false, None) => Some(not_found(engine, rule, test, (turn, &passed))),
            }
        }
        Expect::Miss(because) => {
            if let Some(c) = passed.first() {
                let words = &turn.text.text[c.span.start..c.span.end];
                return Some(format!(
                    "`{}`: found at `{words}`, should be stopped by `{because}`",
                    test.text
                ));
            }
            let reasons: Vec<&str> = own.iter().filter_map(|c| c.rejected.as_ref()).map(|r| r.gate).collect();
            match (because.as_str(), reasons.is_empty()) {
                ("no-match", true) => None,
                ("no-match", false) => {
                    Some(format!("`{}`: stopped by `{}`, not unmatched", test.text, reasons.join("`, `")))
                }
                (gate, _) if reasons.contains(&gate) => None,
                (gate, true) => {
                    Some(format!("`{}`: nothing matched, so `{gate}` stopped nothing", test.text))
                }
                (gate, false) => {
                    Some(format!("`{}`: stopped by `{}`, not by `{gate}`", test.text, reasons.join("`, `")))
                }
            }
        }
    }
}

/// Why a sentence that must be found is not, though no gate stopped anything: something else was found, or what came nearest.
fn not_found(
    engine: &Engine,
    rule: usize,
    test: &RuleTest,
    (turn, passed): (&judge::JudgedTurn, &[&&Candidate]),
) -> String {
    if let Some(c) = passed.first() {
        let words = &turn.text.text[c.span.start..c.span.end];
        return format!("`{}`: found at `{words}`, which is not what is marked", test.text);
    }
    let concerned = &engine.rules.rules[rule].speakers;
    if !concerned.contains(&test.speaker) {
        let speaker = format!("{:?}", test.speaker).to_lowercase();
        return format!("`{}`: nothing found, and the words of the {speaker} do not count", test.text);
    }
    match explain::nearest_said(engine, &test.text, turn, rule) {
        Some(why) => format!("`{}`: nothing found; {why}", test.text),
        None => format!("`{}`: nothing found; no entry of the rule stands in it", test.text),
    }
}

/// A call of one turn; who is called is not known.
fn single(speaker: Speaker, text: &str) -> Call {
    Call { callee_role: CalleeRole::default(), ..said(&[(speaker, text.to_owned())]) }
}

/// A call to a borrower.
fn said(turns: &[(Speaker, String)]) -> Call {
    Call {
        call_id: "test".to_owned(),
        made_up_id: true,
        callee_role: CalleeRole::Borrower,
        turns: turns.iter().map(|(who, text)| Utterance::said(*who, text)).collect(),
        file: "test".to_owned(),
        line: 1,
        ..Call::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::build::Choices;
    use crate::lexicon::{File, Files};

    /// A rule with terms that are made of what is listed, so that gates read some of them, and of any characters.
    fn many() -> String {
        let built_in = Engine::from_files(&Files::built_in(), &Choices::default()).unwrap();
        let patterns = &built_in.rules.patterns;
        let mut terms: BTreeSet<String> = BTreeSet::new();
        for (i, pair) in patterns.windows(2).enumerate().step_by(5) {
            terms.insert([pair[0].shown(), &*pair[1].text].concat());
            let any = (0..4).filter_map(|n| char::from_u32(0x4e00 + ((i + n) * 7_919 % 0x51a0) as u32));
            terms.insert(any.collect());
        }
        let list: Vec<String> =
            terms.iter().filter(|t| !t.contains(['"', '\\'])).map(|t| format!("\"{t}\"")).collect();
        let (collector, borrower) = ("\u{50ac}\u{6536}\u{5458}", "\u{501f}\u{6b3e}\u{4eba}");
        format!(
            "title = {{ zh = \"x\" }}\nseverity = \"minor\"\nwhy = {{ zh = \"x\" }}\nterms = [{}]\n[tests]\nhit = [\"{collector}:x\"]\n\
             miss = [{{ say = \"{borrower}:x\", because = \"speaker\" }}, {{ say = \"{collector}:x\", because = \"no-match\" }}]\n",
            list.join(", ")
        )
    }

    #[test]
    fn what_is_found_for_sure_is_found() {
        let mut files = Files::built_in();
        let file = File { shown: "many.toml".to_owned(), bytes: many().into_bytes().into(), own: true };
        files.0.insert("phrases/threat/many.toml".to_owned(), file);
        let engine = Engine::from_files(&files, &Choices::default()).unwrap();
        let (read, mut sure, mut all) = (Read::new(&engine.rules), 0, 0);
        for (ix, pattern) in engine.rules.patterns.iter().enumerate() {
            for u in &pattern.uses {
                let Use::Term { rule, .. } = *u else { continue };
                let spec = &engine.rules.rules[rule];
                let quick = surely(&engine, ix, spec, &read);
                (sure, all) = (sure + usize::from(quick), all + 1);
                let found = found(&engine, pattern.shown(), spec, &of_term(rule, ix));
                assert!(!quick || found.is_ok(), "{}: {found:?}", pattern.shown());
            }
        }
        assert!(sure > 5_000 && all - sure > 300, "{sure} of {all}");
    }
}
