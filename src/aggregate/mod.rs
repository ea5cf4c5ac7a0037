//! What takes more than one turn or more than one call to say.

mod attempt;
pub mod calls;
pub mod care;
mod conclude;
pub mod conduct;
pub mod frequency;
mod hours;
pub mod parties;
mod resolve;
mod symbols;
mod window;
