//! Invented calls by a fixed seed: the same bytes on every machine, with a known number of turns that break a rule.

use std::fmt::Write;

use cuicha::model::transcript::{Call, CalleeRole, Speaker, Utterance};

/// Turns of a call, the collector's and the borrower's by turns.
const TURNS: usize = 24;
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

const LAWFUL: &[&str] = &[
    "您好，请问这个月的账单您看到了吗，金额是三千二百元。",
    "这边可以帮您登记一下分期的申请，大概三个工作日有结果。",
    "好的，我记录一下，下周三之前您看可以安排吗？",
    "如果您资金紧张，也可以先还最低还款额，手机银行里就能操作。",
    "您这边还有什么疑问吗，我可以再给您说明一遍。",
    "系统显示您上个月已经还过一部分了，谢谢您的配合。",
    "那我这边就先按您说的时间备注，祝您生活愉快。",
];
const ANSWERS: &[&str] = &[
    "嗯，我知道了，下个月发了工资就处理。",
    "最近生意不太好，能不能再宽限几天。",
    "行，你把账单再给我发一遍。",
    "我在开车，晚一点再说吧。",
    "分期的话利息怎么算的？",
];
/// Each is found by a listed term or phrase.
const FORBIDDEN: &[&str] = &["我弄死你信不信。", "再不还钱就让你躺着出来。", "你听好，我整死你。"];

/// Calls, and how many of their turns break a rule.
pub struct Corpus {
    /// The calls.
    pub calls: Vec<Call>,
    /// Turns that break a rule.
    pub planted: usize,
    /// Bytes of text in all turns.
    pub bytes: usize,
}

/// A linear congruential generator: enough to mix sentences, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % n
    }

    fn pick(&mut self, from: &'static [&'static str]) -> &'static str {
        from[self.below(from.len())]
    }
}

/// So many calls; of a hundred of the collector's turns about `density` break a rule.
pub fn corpus(calls: usize, density: usize) -> Corpus {
    let mut dice = Dice(SEED);
    let mut corpus = Corpus { calls: Vec::with_capacity(calls), planted: 0, bytes: 0 };
    for n in 0..calls {
        let turns: Vec<Utterance> = (0..TURNS)
            .map(|t| {
                let collector = t % 2 == 0;
                let forbidden = dice.below(100) < density && collector;
                let (speaker, text) = match (collector, forbidden) {
                    (true, true) => (Speaker::Collector, dice.pick(FORBIDDEN)),
                    (true, false) => (Speaker::Collector, dice.pick(LAWFUL)),
                    (false, _) => (Speaker::Borrower, dice.pick(ANSWERS)),
                };
                corpus.planted += usize::from(forbidden);
                corpus.bytes += text.len();
                utterance(speaker, text)
            })
            .collect();
        corpus.calls.push(call(n, turns));
    }
    corpus
}

impl Corpus {
    /// The calls as JSON Lines.
    pub fn json_lines(&self) -> String {
        let mut out = String::new();
        for call in &self.calls {
            let turns: Vec<serde_json::Value> = call
                .turns
                .iter()
                .map(|t| serde_json::json!({ "speaker": t.speaker, "text": t.text }))
                .collect();
            let record = serde_json::json!({ "call_id": call.call_id, "turns": turns });
            let _ = writeln!(out, "{record}");
        }
        out
    }
}

fn utterance(speaker: Speaker, text: &str) -> Utterance {
    Utterance::said(speaker, text)
}

fn call(n: usize, turns: Vec<Utterance>) -> Call {
    Call {
        call_id: format!("G{n:05}"),
        borrower_id: Some(format!("B{:04}", n / 3)),
        collector_id: Some(format!("{}", 800 + n % 7)),
        callee_role: CalleeRole::Borrower,
        connected: Some(true),
        turns,
        file: "generated.jsonl".to_owned(),
        line: n + 1,
        ..Call::default()
    }
}
