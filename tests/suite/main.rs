//! One binary, a module per stage and one per promise.
#![allow(clippy::unwrap_used, missing_docs)] // A test that cannot go on should say so by failing.

mod accepting;
mod accuracy;
mod alone;
mod architecture;
mod archives;
mod arguable;
mod boundaries;
mod call_log;
mod chinese;
mod ci;
mod cli;
mod company;
mod configuration;
mod decode;
mod determinism;
mod dictionary;
mod diff;
mod element_tests;
mod elements;
mod encodings;
mod evasion;
mod explaining;
mod fast_path;
mod formats;
mod frequency;
mod frequency_cut;
mod frequency_definition;
mod frequency_stories;
mod fuzz;
mod help;
mod help_chinese;
#[cfg(feature = "history")]
mod history;
#[cfg(feature = "history")]
mod history_days;
#[cfg(feature = "postgres")]
mod history_server;
mod joining;
mod judging;
mod languages;
mod lexicons;
mod limits;
mod log_forms;
mod masked;
mod metadata;
mod overwriting;
mod pages;
mod places;
mod profiles;
mod reading;
mod readme;
mod receipts;
mod recognisers;
mod repeated;
mod reports;
mod roles;
mod rule_files;
mod rule_files_refused;
mod scenarios;
mod schema;
mod schemas;
mod somebody_else;
mod source;
mod speakers;
mod spilling;
mod spoken;
mod stages;
mod stories;
mod terminal;
mod told;
mod transcripts;
mod unrelated;
mod wording;
mod workbook;

/// The program on a system whose language is nobody's: what it says is in English where it is not asked otherwise.
fn program() -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cuicha"));
    command.env("LC_ALL", "C");
    command
}
