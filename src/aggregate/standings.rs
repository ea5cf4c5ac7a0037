//! How borrowers and collectors stand by the counting rules. There may be millions of them, of whom most stand like many others:
//! what is the same stands once.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::calls::Names;
use super::conclude::{at_least, over, rule_id};
use super::hours::LocalClock;
use super::picture::Picture;
use super::rates::rate;
use super::symbols::{Symbol, Symbols};
use super::tally::{Tally, Who};
use crate::model::finding::Verdict;
use crate::model::profile::{Counts, Profile, ProfileRule};
use crate::model::scan::{Counted, Rate, RuleCount, Rules, Timeline};

/// How a borrower or a collector stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartyCount {
    /// Distinct calls.
    pub calls: u64,
    /// Largest count and limit by rule (`frequency/<id>`), for every rule of the profile. For hours the number of findings.
    pub rules: Rules,
    /// Of a borrower: the calls at a glance.
    pub timeline: Option<Timeline>,
    /// Of a collector: how many calls belong to a violation.
    pub rate: Option<Box<Rate>>,
}

/// Tallies of one rule, of everybody on a side.
#[derive(Debug, Default)]
struct Tallies {
    /// The different ones; the first is of nothing.
    different: Vec<Tally>,
    number: FxHashMap<Tally, u32>,
    /// For each party which of them.
    of: Vec<u32>,
}

impl Tallies {
    fn new(parties: usize) -> Tallies {
        let none = Tally::default();
        Tallies { different: vec![none], number: FxHashMap::from_iter([(none, 0)]), of: vec![0; parties] }
    }

    fn get(&self, who: Symbol) -> Tally {
        self.of.get(who.0 as usize).map(|n| self.different[*n as usize]).unwrap_or_default()
    }

    fn join(&mut self, who: Symbol, more: Tally) {
        let mut tally = self.get(who);
        tally.join(more);
        if let Some(of) = self.of.get_mut(who.0 as usize) {
            *of = *self.number.entry(tally).or_insert_with(|| {
                self.different.push(tally);
                self.different.len() as u32 - 1
            });
        }
    }
}

/// Borrowers or collectors, by symbol.
#[derive(Debug, Default)]
pub(super) struct Side {
    tallies: Vec<Tallies>,
    /// Calls, and those of them that belong to a violation.
    calls: Vec<(u32, u32)>,
}

impl Side {
    fn new(parties: &Symbols, tested: &[bool]) -> Side {
        let rule = |tested: &bool| if *tested { Tallies::new(parties.len()) } else { Tallies::default() };
        Side { tallies: tested.iter().map(rule).collect(), calls: vec![(0, 0); parties.len()] }
    }

    /// One more call.
    pub fn note(&mut self, who: Symbol, violating: bool) {
        if let Some((all, bad)) = self.calls.get_mut(who.0 as usize) {
            *all += 1;
            *bad += u32::from(violating);
        }
    }
}

/// Both sides.
#[derive(Debug)]
pub(super) struct Sides {
    pub borrowers: Side,
    pub collectors: Side,
    pictures: Vec<Picture>,
    tested: Vec<bool>,
    has_log: bool,
}

/// What several parties have in common: counts by rule, count and verdict, as the rest of a count is a matter of the rule; and
/// all counts of a party, by these.
#[derive(Default)]
struct Same {
    counts: FxHashMap<(usize, u64, Verdict), Arc<Counted>>,
    lists: FxHashMap<Vec<*const Counted>, Rules>,
}

impl Sides {
    pub fn new(names: &Names, tested: Vec<bool>, has_log: bool) -> Sides {
        Sides {
            borrowers: Side::new(&names.borrowers, &tested),
            collectors: Side::new(&names.collectors, &tested),
            pictures: vec![Picture::default(); names.borrowers.len()],
            tested,
            has_log,
        }
    }

    pub fn join(&mut self, rule: usize, who: Who, tally: Tally) {
        match who {
            Who::Borrower(who) => self.borrowers.tallies[rule].join(who, tally),
            Who::Collector(who) => self.collectors.tallies[rule].join(who, tally),
        }
    }

    pub fn picture(&mut self, who: Symbol, picture: Picture) {
        self.pictures[who.0 as usize] = picture;
    }

    /// Hands out each borrower with calls in this run.
    pub fn each_borrower(&self, names: &Names, profile: &Profile, each: &mut dyn FnMut(&str, PartyCount)) {
        let mut clock = LocalClock::new(&profile.timezone);
        self.each(&self.borrowers, &names.borrowers, profile, &mut |who, id, mut party| {
            party.timeline = Some(timeline(&self.pictures[who.0 as usize], &mut clock));
            each(id, party);
        });
    }

    /// Hands out each collector with calls in this run.
    pub fn each_collector(&self, names: &Names, profile: &Profile, each: &mut dyn FnMut(&str, PartyCount)) {
        self.each(&self.collectors, &names.collectors, profile, &mut |who, id, mut party| {
            let (calls, bad) = self.collectors.calls[who.0 as usize];
            party.rate = Some(Box::new(rate(u64::from(bad), u64::from(calls))));
            each(id, party);
        });
    }

    fn each(
        &self,
        side: &Side,
        names: &Symbols,
        profile: &Profile,
        each: &mut dyn FnMut(Symbol, &str, PartyCount),
    ) {
        let ids: Vec<Arc<str>> = profile.rules.iter().map(|r| Arc::from(rule_id(r))).collect();
        let mut same = Same::default();
        for (who, id) in names.iter() {
            let calls = u64::from(side.calls[who.0 as usize].0);
            if calls > 0 {
                let rules = self.rules(side, profile, &ids, who, &mut same);
                each(who, id, PartyCount { calls, rules, timeline: None, rate: None });
            }
        }
    }

    fn rules(&self, side: &Side, profile: &Profile, ids: &[Arc<str>], who: Symbol, same: &mut Same) -> Rules {
        let rules = profile.rules.iter().zip(ids).enumerate().map(|(ix, (rule, id))| {
            let count = rule_count(rule, side.tallies[ix].get(who), self.has_log, !self.tested[ix]);
            let known = same.counts.entry((ix, count.count, count.verdict));
            Arc::clone(known.or_insert_with(|| Arc::new((Arc::clone(id), count))))
        });
        let rules: Vec<Arc<Counted>> = rules.collect();
        let list = rules.iter().map(Arc::as_ptr).collect();
        same.lists.entry(list).or_insert_with(|| Rules::shared(rules)).clone()
    }
}

/// How everybody stands at the end, with the names.
#[derive(Debug)]
pub struct Standings {
    pub(super) sides: Sides,
    pub(super) names: Names,
}

impl Standings {
    /// Hands out each borrower with calls in this run.
    pub fn each_borrower(&self, profile: &Profile, each: &mut dyn FnMut(&str, PartyCount)) {
        self.sides.each_borrower(&self.names, profile, each);
    }

    /// Hands out each collector with calls in this run.
    pub fn each_collector(&self, profile: &Profile, each: &mut dyn FnMut(&str, PartyCount)) {
        self.sides.each_collector(&self.names, profile, each);
    }

    /// Whether a borrower has calls in this run.
    pub fn has_borrower(&self, id: &str) -> bool {
        has(&self.sides.borrowers, &self.names.borrowers, id)
    }

    /// Whether a collector has calls in this run.
    pub fn has_collector(&self, id: &str) -> bool {
        has(&self.sides.collectors, &self.names.collectors, id)
    }
}

fn has(side: &Side, names: &Symbols, id: &str) -> bool {
    names.find(id).is_some_and(|who| side.calls[who.0 as usize].0 > 0)
}

fn timeline(picture: &Picture, clock: &mut LocalClock<'_>) -> Timeline {
    let mut moment = |second: Option<u32>| second.map(|s| clock.moment(s));
    Timeline {
        attempts: picture.attempts,
        connected: picture.connected,
        unanswered: picture.unanswered,
        to_contacts: picture.to_contacts,
        contacts: picture.contacts,
        numbers: picture.numbers,
        inbound: picture.inbound,
        night: picture.night,
        agreed: picture.agreed,
        first: moment(picture.first),
        last: moment(picture.last),
    }
}

fn rule_count(rule: &ProfileRule, tally: Tally, has_log: bool, untested: bool) -> RuleCount {
    let limit = rule.test.limit();
    let broken = u64::from(tally.count.saturating_add(tally.inside));
    // Without a log nobody knows how many dials there were beside the calls with a transcript.
    let unseen = !has_log && rule.test.counts() == Some(Counts::Attempts);
    let most = u64::from(tally.most.saturating_add(tally.loose));
    let verdict = if untested {
        Verdict::NotChecked
    } else if broken > limit {
        over(rule)
    } else if tally.doubtful > 0 {
        Verdict::Review
    } else if unseen || most > limit {
        Verdict::NotChecked
    } else {
        Verdict::Pass
    };
    let count = broken + u64::from(tally.doubtful);
    RuleCount { count, limit, verdict, at_least: at_least(rule, has_log), peak: None }
}
