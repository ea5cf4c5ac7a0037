//! When calls were made: by day, by hour of the week, and one by one for the worst borrowers.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// Slots of a day in which the calls to one borrower are told apart: quarters of an hour.
pub const SLOTS: u8 = 96;

/// Calls of the agency in one stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Activity {
    /// Calls, answered or not.
    pub dials: u64,
    /// Of them answered.
    pub connected: u64,
    /// Of them such that belong to a violation, in words or in counts.
    pub violating: u64,
}

impl Activity {
    /// Adds one call.
    pub fn add(&mut self, connected: bool, violating: bool) {
        self.dials += 1;
        self.connected += u64::from(connected);
        self.violating += u64::from(violating);
    }

    /// Adds the calls of another stretch.
    pub fn join(&mut self, other: Activity) {
        self.dials += other.dials;
        self.connected += other.connected;
        self.violating += other.violating;
    }
}

/// The calls to one borrower, or to a contact of hers or his, in one quarter of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// How many.
    pub calls: u32,
    /// One was answered.
    pub connected: bool,
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
