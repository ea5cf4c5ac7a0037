//! One file per kind of rule: calls of one group in, episodes and tallies out.

pub(super) mod after;
pub(super) mod contact_first;
pub(super) mod count;
pub(super) mod hours;
pub(super) mod keyed;
pub(super) mod unrecorded;
