//! When calls were made: by day, by hour of the week, and one by one for the worst borrowers.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// Slots of a day in which the calls to one borrower are told apart: quarters of an hour.
pub const SLOTS: u8 = 96;

/// Calls of the agency in one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Activity {
    /// Calls that belong to a violation, in words or in counts.
    pub violating: u64,
    /// Others that were answered.
    pub answered: u64,
    /// Others that were not answered, or of which that is not known.
    pub unanswered: u64,
}

impl Activity {
    /// Adds one call.
    pub fn add(&mut self, answered: bool, violating: bool) {
        *match (violating, answered) {
            (true, _) => &mut self.violating,
            (false, true) => &mut self.answered,
            (false, false) => &mut self.unanswered,
        } += 1;
    }

    /// Adds the calls of another stretch.
    pub fn join(&mut self, other: Activity) {
        self.violating += other.violating;
        self.answered += other.answered;
        self.unanswered += other.unanswered;
    }

    /// All calls.
    pub fn all(&self) -> u64 {
        self.violating + self.answered + self.unanswered
    }
}

/// The calls to one borrower, or to a contact of hers or his, in one quarter of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// How many.
    pub calls: u32,
    /// One was answered.
    pub answered: bool,
    /// One went to a contact.
    pub contact: bool,
    /// One belongs to a violation.
    pub violating: bool,
}

/// Marks by local day and slot of the day.
pub type Marks = BTreeMap<(Date, u8), Mark>;

/// The calls of this run that tell when they began, in the time zone of the profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// By local day.
    pub days: BTreeMap<Date, Activity>,
    /// By weekday, Monday first, and hour.
    pub week: [[Activity; 24]; 7],
    /// The calls to the worst borrowers, by borrower id.
    pub borrowers: BTreeMap<String, Marks>,
}
