//! What several sources say of one call otherwise than one another.

use jiff::Timestamp;

use super::attempt::{Attempt, HAS_TRANSCRIPT};
use super::calls::CallBook;
use super::join::{TOLERANCE, role_name};
use super::symbols::{Symbol, Symbols};
use crate::model::notice::Notice;
use crate::model::transcript::CalleeRole;

/// Remarks on what `other` says otherwise than the sources before it.
pub(super) fn remark(
    book: &CallBook,
    first: &Attempt,
    (ix, merged): (u32, &Attempt),
    other: &Attempt,
    notices: &mut Vec<Notice>,
) {
    let mut says = Vec::new();
    // A recording begins some seconds after the dial.
    let apart = if other.is(HAS_TRANSCRIPT) == merged.is(HAS_TRANSCRIPT) { 0 } else { TOLERANCE };
    if let (Some(a), Some(b)) = (merged.start(), other.start())
        && (a - b).abs() > apart
    {
        says.push(format!("start {} and not {}", moment(b), moment(a)));
    }
    let names = &book.names;
    if let Some((a, b)) = differ(&names.borrowers, merged.borrower, other.borrower) {
        says.push(format!("borrower `{b}` and not `{a}`"));
    }
    if let Some((a, b)) = differ(&names.collectors, merged.collector, other.collector) {
        says.push(format!("collector `{b}` and not `{a}`"));
    }
    if let Some((a, b)) = differ(&names.agencies, merged.agency(), other.agency()) {
        says.push(format!("agency `{b}` and not `{a}`"));
    }
    let (a, b) = (merged.role(), other.role());
    if a != b && a != CalleeRole::Unknown && b != CalleeRole::Unknown {
        says.push(format!("callee role {} and not {}", role_name(b), role_name(a)));
    }
    if let (Some(a), Some(b)) = (merged.said_connected(), other.connected())
        && a != b
    {
        says.push(format!("connected {b} and not {a}"));
    }
    if says.is_empty() {
        return;
    }
    let place = book.names.others.get(first.file).unwrap_or_default();
    let message = format!(
        "call `{}`: says {}, as {place}:{} does; the call counts once",
        book.id(ix, merged),
        says.join(", "),
        first.line
    );
    notices.push(noticed(book, other, message));
}

/// A remark where the words of a call stand twice: each is judged, and a finding in both is one too many.
pub(super) fn twice(
    book: &CallBook,
    first: &Attempt,
    (ix, merged): (u32, &Attempt),
    other: &Attempt,
    notices: &mut Vec<Notice>,
) {
    if !(merged.is(HAS_TRANSCRIPT) && other.is(HAS_TRANSCRIPT)) {
        return;
    }
    let place = book.names.others.get(first.file).unwrap_or_default();
    let message = format!(
        "call `{}`: what is said in it stands at {place}:{} too; both are judged, the call counts once",
        book.id(ix, merged),
        first.line
    );
    notices.push(noticed(book, other, message));
}

/// Two names that are known and not the same.
fn differ(names: &Symbols, mine: Symbol, theirs: Symbol) -> Option<(&str, &str)> {
    let both = (names.get(mine)?, names.get(theirs)?);
    (both.0 != both.1).then_some(both)
}

fn noticed(book: &CallBook, at: &Attempt, message: String) -> Notice {
    let file = book.names.others.get(at.file).unwrap_or_default();
    Notice::remark(file, Some(at.line as usize), message)
}

pub(super) fn moment(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| second.to_string(), |t| t.to_string())
}
