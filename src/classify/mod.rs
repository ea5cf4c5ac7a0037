//! The classifier: one probability per group for wording that no list names. A linear model over hashed features.

pub mod asks;
pub mod background;
mod buckets;
pub mod features;
mod layout;
mod model;
pub mod roles;
mod skim;
mod solver;
mod table;
pub mod train;

pub use asks::Asks;
pub use background::Background;
pub use features::{Folds, HEARD, HEARD_WITHIN, Input, MOST_CHARS};
pub use model::{Care, Model, Piece, Scores};
