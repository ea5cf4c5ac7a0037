//! The classifier: one probability per group for wording that no list names. A linear model over hashed features.

pub mod background;
mod buckets;
pub mod features;
mod model;
pub mod roles;
mod solver;
mod table;
pub mod train;

pub use background::Background;
pub use features::{Folds, Input};
pub use model::{Model, Piece, Scores};
