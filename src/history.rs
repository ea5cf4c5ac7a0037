//! Joins the ledger and the count: calls of earlier runs go into the book before it is counted, those of this run into the
//! ledger after that.

use crate::aggregate::calls::CallBook;
use crate::aggregate::past::reach;
use crate::ledger::{self, Ledger, Options};
use crate::model::error::Error;
use crate::model::notice::Notice;
use crate::model::past::{Changes, Stamp};
use crate::model::profile::Profile;

/// The ledger of a run.
pub struct History {
    ledger: Box<dyn Ledger>,
    file: String,
    stamp: Stamp,
}

impl History {
    /// Opens it, before anything is read: what cannot be kept need not be looked at.
    ///
    /// # Errors
    /// When the ledger or its key cannot be used.
    pub fn open(options: &Options, now: Option<jiff::Timestamp>) -> Result<History, Error> {
        Ok(History {
            ledger: ledger::open(options)?,
            file: options.shown().to_string_lossy().into_owned(),
            stamp: Stamp { at: now, version: env!("CARGO_PKG_VERSION") },
        })
    }

    /// Adds the calls of earlier runs that matter. From here to the commit no other run gets in between.
    ///
    /// # Errors
    /// When another run does not end, or the ledger is damaged.
    pub fn load(&mut self, book: &mut CallBook, profile: &Profile) -> Result<Vec<Notice>, Error> {
        let wanted = book.wanted();
        self.ledger.begin()?;
        let mut unlogged = 0u64;
        let all = self.ledger.earlier(&wanted, reach(profile), &mut |call| {
            unlogged += u64::from(!call.marks.in_log);
            book.add_past(call);
        })?;
        let mut notices = Vec::new();
        if unlogged > 0 {
            let message = format!(
                "{unlogged} of {all} calls of earlier runs are known from transcripts alone: dials of those days may be missing",
            );
            notices.push(Notice::remark(&*self.file, None, message));
        }
        Ok(notices)
    }

    /// Keeps the calls of this run, all or none.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn commit(&mut self, book: &CallBook) -> Result<(Changes, Vec<Notice>), Error> {
        let mut changes = self.ledger.commit(&self.stamp, &mut book.of_this_run())?;
        (changes.earlier, changes.without_start) = (book.of_earlier_runs(), book.without_start());
        let mut notices = Vec::new();
        let mut tell = |message: String| notices.push(Notice::remark(&*self.file, None, message));
        if changes.corrected > 0 {
            let told = changes.corrected_calls.len() as u64;
            let more = changes.corrected.saturating_sub(told);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let ids = changes.corrected_calls.join(", ");
            tell(format!(
                "{} calls of earlier runs were corrected by this one: {ids}{more}",
                changes.corrected
            ));
        }
        if changes.without_start > 0 {
            tell(format!("{} calls are not kept: they do not tell when they began", changes.without_start));
        }
        Ok((changes, notices))
    }

    /// The same at the end of a scan: what was found is told even when it could not be kept.
    pub fn keep(&mut self, book: &CallBook) -> (Option<Changes>, Vec<Notice>) {
        match self.commit(book) {
            Ok((changes, notices)) => (Some(changes), notices),
            Err(e) => {
                let why = match e {
                    Error::Ledger { message, .. } => message,
                    other => other.to_string(),
                };
                let message = format!("nothing of this run was kept: {why}; run it again to keep it");
                (None, vec![Notice::lost(&*self.file, None, message)])
            }
        }
    }
}
