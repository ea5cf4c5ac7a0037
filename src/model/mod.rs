//! The types that stages share. Imports nothing else of this crate.

pub mod accepted;
pub mod arguable;
pub mod calendar;
pub mod calllog;
pub mod candidate;
pub mod effort;
pub mod error;
pub mod facts;
pub mod finding;
pub mod letters;
pub mod messages;
pub mod notice;
pub mod past;
pub mod pattern;
pub mod policy;
pub mod profile;
pub mod receipt;
pub mod roles;
pub mod rules;
pub mod scan;
pub mod signs;
pub mod sounds;
pub mod span;
pub mod texts;
pub mod transcript;
pub mod withheld;
