//! What takes more than one turn or more than one call to say.

mod admit;
mod attempt;
mod calendar;
pub mod calls;
pub mod care;
mod conclude;
pub mod conduct;
mod crowd;
mod cut;
mod dials;
pub mod frequency;
mod hours;
mod ids;
pub mod intake;
mod join;
mod kinds;
pub mod parties;
pub mod past;
mod picture;
pub mod rates;
mod redial;
mod resolve;
pub mod sheaf;
mod symbols;
mod tally;
mod twice;
mod window;
