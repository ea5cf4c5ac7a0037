//! What the hosts of SARIF files take, and how a file that would be larger is cut: the gravest results stay.

use std::collections::BTreeSet;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

/// Results of a run.
pub(super) const MOST_RESULTS: usize = 25_000;
/// Rules of a run.
pub(super) const MOST_RULES: usize = 25_000;
/// Characters of a turn that are shown.
pub(super) const MOST_TEXT: usize = 1000;
/// Notices that are listed.
pub(super) const MOST_NOTICES: usize = 1000;
/// Bytes of a file, compressed by gzip: 10 MB, less what stands around the results.
const MOST_BYTES: u64 = 9_000_000;
/// Results between two looks at the size.
const STEP: usize = 100;

/// How many were left out, and of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// Results.
    pub results: usize,
    /// Rules without a result.
    pub rules: usize,
}

/// Bytes that were written.
#[derive(Default)]
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Drops the last results until the rest, compressed, is no larger than a host takes; how many were dropped. They are
/// compressed in haste here: a host that takes more care gets them smaller.
pub(super) fn cut(results: &mut Vec<Value>) -> io::Result<usize> {
    cut_to(results, MOST_BYTES)
}

fn cut_to(results: &mut Vec<Value>, most: u64) -> io::Result<usize> {
    let mut packed = GzEncoder::new(Count::default(), Compression::fast());
    let mut fits = 0;
    for some in results.chunks(STEP) {
        for result in some {
            serde_json::to_writer(&mut packed, result)?;
        }
        packed.flush()?;
        if packed.get_ref().0 > most {
            break;
        }
        fits += some.len();
    }
    let dropped = results.len() - fits;
    results.truncate(fits);
    Ok(dropped)
}

/// When there are more rules than a host takes, those alone that have a result; how many were dropped. What the results say of
/// the place of their rule is put right.
pub(super) fn cut_rules(rules: &mut Vec<Value>, results: &mut [Value]) -> usize {
    if rules.len() <= MOST_RULES {
        return 0;
    }
    let all = rules.len();
    let named: BTreeSet<String> =
        results.iter().filter_map(|r| Some(r["ruleId"].as_str()?.to_owned())).collect();
    rules.retain(|rule| rule["id"].as_str().is_some_and(|id| named.contains(id)));
    let place = |id: &Value| rules.iter().position(|rule| rule["id"] == *id);
    for result in results {
        result["ruleIndex"] = place(&result["ruleId"]).into();
    }
    all - rules.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Text that no compression makes small.
    fn noise(seed: u64, length: usize) -> String {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(b'0' + (state % 75) as u8)
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn a_file_that_is_too_large_keeps_its_first_results() {
        let all: Vec<Value> = (0..16_000).map(|n| json!({ "n": n, "text": noise(n + 1, 1000) })).collect();
        let mut kept = all.clone();
        let dropped = cut(&mut kept).unwrap();
        assert!(dropped > 0 && kept.len() + dropped == all.len());
        assert_eq!(kept, all[..kept.len()]);
        // As a host gets it.
        let mut packed = GzEncoder::new(Count::default(), Compression::default());
        serde_json::to_writer(&mut packed, &kept).unwrap();
        let size = packed.finish().unwrap().0;
        assert!(size < 10_000_000 && size > 6_500_000, "{size}");
        let mut few = all[..100].to_vec();
        assert_eq!((cut(&mut few).unwrap(), few.len()), (0, 100));
    }

    #[test]
    fn too_many_rules_leave_those_that_have_a_result() {
        let mut rules: Vec<Value> = (0..=MOST_RULES).map(|n| json!({ "id": format!("r{n}") })).collect();
        let mut results = vec![
            json!({ "ruleId": "r24999", "ruleIndex": 24999 }),
            json!({ "ruleId": "r3", "ruleIndex": 3 }),
        ];
        assert_eq!(cut_rules(&mut rules, &mut results), MOST_RULES - 1);
        let places: Vec<&Value> = results.iter().map(|r| &r["ruleIndex"]).collect();
        assert_eq!(places, [&json!(1), &json!(0)]);
        let mut few: Vec<Value> = (0..MOST_RULES).map(|n| json!({ "id": format!("r{n}") })).collect();
        assert_eq!((cut_rules(&mut few, &mut results), few.len()), (0, MOST_RULES));
    }
}
