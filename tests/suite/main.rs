//! One binary, a module per stage and one per promise.
#![allow(clippy::unwrap_used, missing_docs)] // A test that cannot go on should say so by failing.

mod architecture;
mod call_log;
mod cli;
mod decode;
mod determinism;
mod evasion;
mod formats;
mod frequency;
mod frequency_definition;
mod judging;
mod lexicons;
mod profiles;
mod readme;
mod scenarios;
mod source;
mod spoken;
mod stages;
mod transcripts;
