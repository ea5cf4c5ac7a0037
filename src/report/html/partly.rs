//! Calls of which something could not be looked at, with the reason.

use std::io::{self, Write};

use super::cards::more;
use super::escape::Esc;
use crate::model::scan::CallRecord;
use crate::report::About;
use crate::report::doubts::not_checked;

/// Calls that are shown.
const MOST: usize = 100;

/// The first of them.
#[derive(Default)]
pub(super) struct Partly {
    kept: Vec<CallRecord>,
    left_out: usize,
}

impl Partly {
    pub fn keep(&mut self, record: &CallRecord) {
        if record.not_checked.is_empty() {
            return;
        }
        match self.kept.len() < MOST {
            true => self.kept.push(record.clone()),
            false => self.left_out += 1,
        }
    }

    /// A table of them; nothing when there are none.
    pub fn write(&self, about: &About<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.kept.is_empty() {
            return Ok(());
        }
        let say = |key: &str| about.voice.say(key);
        writeln!(
            out,
            "<section>\n<h2>{}</h2>\n<div class=\"wide\"><table class=\"sort\">\n<thead><tr>",
            Esc(&say("html.partly"))
        )?;
        for column in ["column.id", "borrower", "collector", "note"] {
            write!(out, "<th>{}</th>", Esc(&say(column)))?;
        }
        writeln!(out, "</tr></thead>\n<tbody>")?;
        for record in &self.kept {
            writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                Esc(&record.call_id),
                Esc(record.borrower_id.as_deref().unwrap_or("-")),
                Esc(record.collector_id.as_deref().unwrap_or("-")),
                Esc(&not_checked(about, record).join("; "))
            )?;
        }
        writeln!(out, "</tbody>\n</table></div>")?;
        more(about, self.left_out, out)?;
        writeln!(out, "</section>")
    }
}
