//! Outcomes in, bytes out: one file per format.

use std::io::{self, Write};
use std::path::Path;

use crate::model::messages::Voice;
use crate::model::profile::Profile;
use crate::model::rules::RuleSet;
use crate::model::scan::{CallOutcome, Conclusion};

mod accepted;
mod counted;
mod csv;
pub mod definition;
mod doubts;
mod github;
mod gitlab;
mod gravest;
mod html;
mod json;
mod jsonl;
mod junit;
mod records;
pub mod rules_page;
mod sarif;
mod shared;
mod sheet;
mod sides;
mod table;
mod text;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use table::{padded, width};

/// What a report may speak of beside the outcomes.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// Rules.
    pub rules: &'a RuleSet,
    /// Counting rules.
    pub profile: &'a Profile,
    /// Texts for people.
    pub voice: Voice<'a>,
    /// Whether to colour.
    pub color: bool,
    /// How much is told to people in the text report.
    pub detail: Detail,
    /// Width of the page in columns.
    pub width: usize,
    /// Call logs and paths of the run as they were named, the logs first.
    pub inputs: &'a [String],
    /// The folder of the run, to which file names are relative.
    pub base: &'a Path,
}

/// How much the text report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The findings alone.
    Quiet,
    /// Each finding with its clauses, then the tables and the summary.
    Compact,
    /// With the reason, the advice and the turns around each finding.
    Full,
}

/// Writes one run in one format. Calls come in the order of the input.
pub trait Reporter {
    /// One call.
    ///
    /// # Errors
    /// When `out` cannot be written.
    fn call(&mut self, about: &About<'_>, outcome: &CallOutcome, out: &mut dyn Write) -> io::Result<()>;

    /// The end.
    ///
    /// # Errors
    /// When `out` cannot be written.
    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()>;
}

/// A format by name.
pub struct Format {
    /// Name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// A fresh reporter.
    pub make: fn() -> Box<dyn Reporter>,
}

impl Format {
    /// Whether it is no text: nothing for a terminal.
    pub fn binary(&self) -> bool {
        self.name == "xlsx"
    }
}

/// All formats.
pub const REPORTERS: &[Format] = &[
    Format { name: "text", about: "for people, in a terminal", make: || Box::<text::Text>::default() },
    Format { name: "json", about: "one JSON document", make: || Box::<json::Json>::default() },
    Format { name: "jsonl", about: "JSON Lines, one record a line", make: || Box::new(jsonl::JsonLines) },
    Format { name: "html", about: "one page for reviewers", make: || Box::<html::Html>::default() },
    Format { name: "csv", about: "one row a finding, for spreadsheets", make: || Box::<csv::Csv>::default() },
    #[cfg(feature = "xlsx")]
    Format { name: "xlsx", about: "a workbook with sheets and links", make: || Box::<xlsx::Xlsx>::default() },
    Format { name: "junit", about: "JUnit XML, one case a call", make: || Box::<junit::JUnit>::default() },
    Format { name: "sarif", about: "SARIF 2.1.0", make: || Box::<sarif::Sarif>::default() },
    Format { name: "github", about: "annotations of GitHub Actions", make: || Box::new(github::GitHub) },
    Format { name: "gitlab", about: "code quality of GitLab CI", make: || Box::<gitlab::GitLab>::default() },
];
