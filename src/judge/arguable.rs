//! The truth test of a claim by the kind of debt and its amount, as they are said in the call: what may be true of this debt is
//! for review, with the facts that decide, and is no violation by itself.

use super::JudgedTurn;
use crate::build::Engine;
use crate::model::arguable::Arguable;
use crate::model::candidate::Candidate;
use crate::model::transcript::Speaker;

/// Lowers findings of claims that may be true of the debt that the call is about.
pub(super) fn weigh(engine: &Engine, judged: &mut [JudgedTurn]) {
    for rule in &engine.rules.arguable {
        let claiming: Vec<usize> =
            (0..judged.len()).filter(|at| claims(engine, rule, &judged[*at])).collect();
        if claiming.is_empty() {
            continue;
        }
        let said = Said::of(rule, judged);
        for at in claiming {
            let Some(why) = said.facts(rule, &judged[at].text.text) else { continue };
            let touched = |c: &&mut Candidate| {
                let of = &engine.rules.rules[c.rule];
                c.rejected.is_none() && rule.groups.contains(&of.group) && !of.own
            };
            judged[at].candidates.iter_mut().filter(touched).for_each(|c| c.lowered.push(why.clone()));
        }
    }
}

/// Whether a turn with findings of the groups makes the claim, and no more than that.
fn claims(engine: &Engine, rule: &Arguable, turn: &JudgedTurn) -> bool {
    let text = &turn.text.text;
    let has = |words: &[String]| words.iter().any(|w| text.contains(w.as_str()));
    let found = turn
        .candidates
        .iter()
        .any(|c| c.rejected.is_none() && rule.groups.contains(&engine.rules.rules[c.rule].group));
    found && has(&rule.claims) && has(&rule.hedges) && !has(&rule.more)
}

/// What the collector says of debts over the call.
struct Said {
    /// A debt of which the claim may be true.
    debt: Option<String>,
    /// Whether others are named, too.
    others: bool,
    /// The largest amount, in yuan.
    most: u64,
}

impl Said {
    fn of(rule: &Arguable, judged: &[JudgedTurn]) -> Said {
        let mut said = Said { debt: None, others: false, most: 0 };
        for turn in judged.iter().filter(|t| matches!(t.speaker, Speaker::Collector | Speaker::Unknown)) {
            let text = bare(rule, &turn.text.text);
            said.debt = said.debt.or_else(|| named(&text, &rule.debts));
            said.others |= named(&text, &rule.other_debts).is_some();
            said.most = amounts(rule, &text).into_iter().fold(said.most, u64::max);
        }
        said
    }

    /// What makes a claim arguable: the kind of debt in the turn itself, or else in the call, and an amount that is large enough.
    fn facts(&self, rule: &Arguable, turn: &str) -> Option<String> {
        let turn = bare(rule, turn);
        let debt = match (named(&turn, &rule.debts), named(&turn, &rule.other_debts)) {
            (Some(debt), None) => debt,
            (None, None) if !self.others => self.debt.clone()?,
            _ => return None,
        };
        let (most, least) = (self.most, rule.least_yuan);
        (most >= least).then(|| {
            format!(
                "may be true of this debt: `{debt}`, {most} yuan (from {least} yuan on, and only under further conditions)"
            )
        })
    }
}

fn named(text: &str, words: &[String]) -> Option<String> {
    words.iter().find(|w| text.contains(w.as_str())).cloned()
}

/// The text without the claims: their words may hold those of a debt, as in a crime that is named after it.
fn bare(rule: &Arguable, text: &str) -> String {
    rule.claims.iter().fold(text.to_owned(), |text, claim| text.replace(claim.as_str(), "\n"))
}

/// Amounts of money in a text, in yuan: numbers of ten thousands, or with a sign of money behind them.
fn amounts(rule: &Arguable, text: &str) -> Vec<u64> {
    let value = |c: char| {
        c.to_digit(10).map(u64::from).or_else(|| rule.numerals.iter().find(|(n, _)| *n == c).map(|(_, v)| *v))
    };
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| value(c).is_some()) {
        let run = &rest[start..];
        let inside = |c: char| value(c).is_some() || matches!(c, '.' | ',');
        let end = run.find(|c: char| !inside(c)).unwrap_or(run.len());
        let (number, behind) = run.split_at(end);
        let money = rule.money.iter().any(|sign| behind.starts_with(sign.as_str()));
        let large = number.chars().filter_map(value).any(|v| v >= 10_000);
        found.extend(Some(number).filter(|_| money || large).and_then(|n| amount(n, &value)));
        rest = behind;
    }
    found
}

/// The value of a number of digits, Chinese numerals and multipliers, to the yuan.
fn amount(number: &str, value: &dyn Fn(char) -> Option<u64>) -> Option<u64> {
    let (mut total, mut section) = (0.0_f64, 0.0_f64);
    let (mut digits, mut unit) = (String::new(), 1.0_f64);
    for c in number.chars() {
        match value(c) {
            Some(v) if v >= 10 => {
                let factor = digits.parse::<f64>().unwrap_or(if digits.is_empty() && section == 0.0 {
                    1.0
                } else {
                    0.0
                });
                if v >= 10_000 {
                    total += (section + factor) * v as f64;
                    section = 0.0;
                } else {
                    section += factor * v as f64;
                }
                (unit, digits) = (v as f64, String::new());
            }
            Some(v) => digits.push_str(&v.to_string()),
            None if c == '.' => digits.push('.'),
            None => {}
        }
    }
    let last = digits.parse::<f64>().unwrap_or(0.0);
    // A single digit behind a multiplier counts tenths of it.
    let short = digits.len() == 1 && unit >= 100.0 && last > 0.0;
    let sum = total + section + if short { last * unit / 10.0 } else { last };
    (sum.is_finite() && sum < 1e15).then_some(sum as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> Arguable {
        Arguable {
            groups: Vec::new(),
            claims: Vec::new(),
            hedges: Vec::new(),
            more: Vec::new(),
            debts: Vec::new(),
            other_debts: Vec::new(),
            least_yuan: 0,
            money: vec!["y".to_owned()],
            numerals: vec![
                ('o', 0),
                ('a', 1),
                ('e', 5),
                ('h', 8),
                ('T', 10),
                ('H', 100),
                ('K', 1_000),
                ('W', 10_000),
            ],
            file: String::new(),
            tests: Vec::new(),
        }
    }

    #[test]
    fn amounts_are_read_as_they_are_said() {
        let one = |text: &str| amounts(&rule(), text);
        assert_eq!(one("owes hW"), [80_000], "eight ten thousands");
        assert_eq!(one("eWh"), [58_000], "a digit behind it counts thousands");
        assert_eq!(one("TeWoaHy"), [150_100]);
        assert_eq!(one("5.3W and 53,000y"), [53_000, 53_000]);
        assert_eq!(one("hKeHy"), [8_500]);
        assert_eq!(one("W"), [10_000]);
        assert!(one("13800001234, 3").is_empty(), "no money");
        assert!(one("99999999999999999999999y").is_empty(), "nor what nobody owes");
    }
}
