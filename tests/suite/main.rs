//! One binary, a module per stage and one per promise.
#![allow(clippy::unwrap_used, missing_docs)] // A test that cannot go on should say so by failing.

mod accuracy;
mod architecture;
mod boundaries;
mod call_log;
mod cli;
mod decode;
mod determinism;
mod evasion;
mod fast_path;
mod formats;
mod frequency;
mod frequency_definition;
mod frequency_stories;
#[cfg(feature = "history")]
mod history;
#[cfg(feature = "history")]
mod history_days;
#[cfg(feature = "postgres")]
mod history_server;
mod joining;
mod judging;
mod lexicons;
mod profiles;
mod readme;
mod recognisers;
mod reports;
mod scenarios;
mod schema;
mod source;
mod spoken;
mod stages;
mod stories;
mod transcripts;
