//! Logs of telephone exchanges in CSV without the names of the columns: what stands where is known from the program.

use super::columns::{CALL_ID, CALLEE_NUMBER, CALLER_NUMBER, CONNECTED, DURATION, END, Layout, START, WORDS};
use super::fields;
use super::records::{Record, Records};

/// The layout of one program.
struct Bare {
    name: &'static str,
    /// How many fields a row may have.
    widths: std::ops::RangeInclusive<usize>,
    columns: &'static [(usize, usize)],
    /// Fields that are times; the one in the middle is empty when nobody answered.
    times: [usize; 3],
    /// Fields that are whole seconds.
    seconds: [usize; 2],
    /// The field with what the agency adds, as `name=value`.
    pairs: Option<usize>,
}

const ALL: [Bare; 2] = [
    // accountcode, src, dst, dcontext, clid, channel, dstchannel, lastapp, lastdata, start, answer, end, duration, billsec,
    // disposition, amaflags, uniqueid, userfield
    Bare {
        name: "Asterisk",
        widths: 16..=18,
        columns: &[
            (1, CALLER_NUMBER),
            (2, CALLEE_NUMBER),
            (9, START),
            (11, END),
            (13, DURATION),
            (14, CONNECTED),
            (16, CALL_ID),
        ],
        times: [9, 10, 11],
        seconds: [12, 13],
        pairs: Some(17),
    },
    // caller name, caller number, destination, context, start, answer, end, duration, billsec, hangup cause, uuid, uuid of the
    // other leg, accountcode, codecs
    Bare {
        name: "FreeSWITCH",
        widths: 11..=20,
        columns: &[
            (1, CALLER_NUMBER),
            (2, CALLEE_NUMBER),
            (4, START),
            (6, END),
            (8, DURATION),
            (10, CALL_ID),
        ],
        times: [4, 5, 6],
        seconds: [7, 8],
        pairs: None,
    },
];

/// The layout of a log without names of columns, and the program that writes it, by its first row.
pub(super) fn layout(text: &str) -> Option<(Layout, &'static str)> {
    let mut record = Record::default();
    if !Records::new(text, b',', 1).next(&mut record) {
        return None;
    }
    let bare = ALL.iter().find(|bare| bare.fits(&record))?;
    let width = record.fields.len();
    let mut layout = Layout::of(&vec![""; width]);
    for (at, column) in bare.columns.iter().filter(|(at, _)| *at < width) {
        layout.at[*column] = Some(*at);
    }
    layout.pairs = bare.pairs.filter(|at| *at < width);
    Some((layout, bare.name))
}

impl Bare {
    fn fits(&self, record: &Record<'_>) -> bool {
        let field = |at: usize| record.fields.get(at).map_or("", |f| f.trim());
        let [start, answer, end] = self.times.map(field);
        self.widths.contains(&record.fields.len())
            && fields::is_stamp(start)
            && fields::is_stamp(end)
            && (answer.is_empty() || fields::is_stamp(answer))
            && self.seconds.iter().all(|at| field(*at).parse::<u64>().is_ok())
    }
}

/// What `name=value` in a text says of a column.
pub(super) fn pair(text: &str, column: usize) -> Option<&str> {
    text.split([';', '&', '|', ' ']).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (WORDS.column(name) == Some(column)).then_some(value)
    })
}
