//! What is known of a call besides its transcript.

mod pattern;
mod speakers;

pub use pattern::Pattern;
pub use speakers::Speakers;
