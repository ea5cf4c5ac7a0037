//! Counting a crowd: the calls of one borrower who has very many are cut into pieces that several threads count.
//!
//! Windows of one piece reach into the next one, so that none is missed; spans of calls that go on over a cut are joined when all
//! pieces are done. Rules that carry something from one call to the next run over the whole list, without a copy of it.

use std::ops::Range;
use std::sync::Arc;

use super::calls::CallBook;
use super::crowd::Crowd;
use super::dials::Calls;
use super::frequency::{Found, Part, Task, Work};
use super::kinds;
use super::picture::Picture;
use super::window::Span;
use crate::model::profile::{KeyPart, Profile, Test, Window};

const DAY: i64 = 86_400;
/// Spans that are told of by one task.
const SPANS: usize = 256;

/// From what size on the calls of one key are cut, and how. Wherever they are cut, the same comes out.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// Calls with the same key above which they are cut.
    pub many: usize,
    /// Least calls of a piece; a piece is at least as long as the window.
    pub piece: usize,
}

impl Default for Cut {
    fn default() -> Cut {
        Cut { many: 1 << 18, piece: 1 << 17 }
    }
}

/// Some work on a crowd.
#[derive(Debug, Clone)]
pub(super) struct Portion {
    pub crowd: Arc<Crowd>,
    pub by: KeyPart,
    pub cut: Cut,
    pub step: Step,
}

/// What is done.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// The borrower's picture.
    Picture,
    /// A rule over all calls at once.
    Whole,
    /// A rule whose key has more parts: the calls of each key for themselves.
    Keys,
    /// The calls at these places.
    Piece(Range<usize>),
    /// Spans that are complete are told of.
    Spans(Vec<Span>),
}

/// What a piece has found.
#[derive(Debug)]
pub(super) struct Spans {
    portion: Portion,
    rule: usize,
    spans: Vec<Span>,
}

impl Portion {
    /// The tasks of a crowd for these rules.
    pub fn tasks(self, book: &CallBook, profile: &Profile, rules: &[usize]) -> Vec<Task> {
        let mut tasks = Vec::new();
        if self.by == KeyPart::Borrower {
            tasks.push(self.task(Vec::new(), Step::Picture));
        }
        for rule in rules {
            let test = &profile.rules[*rule].test;
            match test {
                Test::ContactFirst { .. } | Test::Unrecorded => {
                    tasks.push(self.task(vec![*rule], Step::Whole))
                }
                Test::Count { key, .. } | Test::Distinct { key, .. } | Test::After { key, .. }
                    if key.iter().any(|part| *part != self.by) =>
                {
                    tasks.push(self.task(vec![*rule], Step::Keys));
                }
                _ => tasks.extend(self.pieces(book, profile, *rule)),
            }
        }
        tasks
    }

    fn task(&self, rules: Vec<usize>, step: Step) -> Task {
        Task { rules, work: Work::Crowd(Portion { step, ..self.clone() }) }
    }

    /// A list of calls in pieces, where the rule can be tested in pieces.
    fn pieces(&self, book: &CallBook, profile: &Profile, rule: usize) -> Vec<Task> {
        let seconds = match profile.rules[rule].test {
            Test::Count { window, .. } | Test::Distinct { window, .. } => match window {
                Window::CalendarDay => DAY,
                Window::CalendarDays { days } => days.saturating_mul(DAY),
                Window::Rolling { seconds } => seconds,
                Window::Forever => i64::MAX,
            },
            Test::Hours { .. } => 0,
            _ => return vec![self.task(vec![rule], Step::Whole)],
        };
        let mut pieces = Vec::new();
        let mut first = 0;
        while first < self.crowd.len() {
            let end = (first + self.cut.piece.max(1)).max(self.crowd.reach(book, first, seconds));
            let piece = first..end.min(self.crowd.len());
            first = piece.end;
            pieces.push(self.task(vec![rule], Step::Piece(piece)));
        }
        pieces
    }

    /// Does one task.
    pub fn run(&self, part: &mut Part<'_>) {
        let calls = self.crowd.line(part.book, part.profile);
        match &self.step {
            Step::Picture => {
                let picture = Picture::of(part.profile, &calls, self.crowd.inbound);
                part.found.pictures.push((self.crowd.who, picture));
            }
            Step::Whole => {
                self.placeless(part, &calls, &(0..self.crowd.len()));
                part.test(self.crowd.who, &calls);
            }
            Step::Keys => self.keys(part, &calls),
            Step::Piece(places) => self.piece(part, &calls, places.clone()),
            Step::Spans(spans) => {
                for span in spans {
                    kinds::count::told(part, &calls, *span);
                    self.settle(part);
                }
            }
        }
        self.settle(part);
    }

    fn settle(&self, part: &mut Part<'_>) {
        let (book, profile) = (part.book, part.profile);
        part.settle(self.crowd.who, &|| self.crowd.redials(book, profile));
    }

    fn keys(&self, part: &mut Part<'_>, calls: &impl Calls) {
        kinds::keyed::split(part, calls, &mut |part, order| {
            let crowd = Crowd::part(&self.crowd, order);
            if crowd.len() > self.cut.many {
                let portion = Portion { crowd: Arc::new(crowd), ..self.clone() };
                let tasks = portion.pieces(part.book, part.profile, part.rule());
                part.found.next.extend(tasks);
            } else {
                part.test(self.crowd.who, &crowd.line(part.book, part.profile));
                self.settle(part);
            }
        });
    }

    /// Calls that may count in a window and do not tell when they were.
    fn placeless(&self, part: &mut Part<'_>, calls: &impl Calls, places: &Range<usize>) {
        let Some(gauge) = part.gauge() else { return };
        for dial in self.crowd.without_start(places).map(|at| calls.dial(at)) {
            if gauge.sure(&dial).is_some() {
                part.tally(&dial, |t| t.loose());
            }
        }
    }

    fn piece(&self, part: &mut Part<'_>, calls: &impl Calls, places: Range<usize>) {
        if let Test::Hours { from, to, overrun } = part.spec().test {
            let dials = places.map(|at| calls.dial(at));
            kinds::hours::test(part, dials, (from, to), overrun);
            return;
        }
        self.placeless(part, calls, &places);
        let spans = kinds::count::piece(part, calls, places);
        if !spans.is_empty() {
            let rule = part.rule();
            part.found.spans.push(Spans { portion: self.clone(), rule, spans });
        }
    }
}

impl Found {
    /// What is to be done next: `spans` are those of all pieces that are done.
    pub(super) fn rest(next: Vec<Task>, spans: Vec<Spans>) -> Vec<Task> {
        let mut lists: Vec<Spans> = Vec::new();
        for piece in spans {
            let same = |list: &&mut Spans| {
                list.rule == piece.rule && Arc::ptr_eq(&list.portion.crowd, &piece.portion.crowd)
            };
            match lists.iter_mut().find(same) {
                Some(list) => list.spans.extend(piece.spans),
                None => lists.push(piece),
            }
        }
        let mut tasks = next;
        for Spans { portion, rule, mut spans } in lists {
            spans.sort_unstable_by_key(|span| span.first);
            let mut joined = Vec::new();
            spans.into_iter().for_each(|span| span.add(&mut joined));
            let told =
                joined.chunks(SPANS).map(|spans| portion.task(vec![rule], Step::Spans(spans.to_vec())));
            tasks.extend(told);
        }
        tasks
    }
}
