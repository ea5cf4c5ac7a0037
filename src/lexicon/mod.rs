//! Reads, checks and embeds `lexicons/`: policy as data.

mod arguable;
mod builder;
mod compile;
mod conduct;
pub mod document;
mod entries;
mod files;
pub mod format;
mod passed_over;
mod policy;
pub mod profile;
mod rule_file;
pub mod scaffold;
mod signs;
mod syntax;
mod tables;

pub use compile::{Helpers, compile};
pub use files::{File, Files, reads};
pub use passed_over::passed_over;
pub use tables::{
    Exemplified, read_fillers, read_folds, read_list, read_messages, read_plain_words, read_readings,
    read_spellings, read_style_folds, read_words,
};
