//! What is known of a call besides its transcript.

mod pattern;

pub use pattern::Pattern;
