//! The command line: arguments in, bytes and an exit status out.

mod args;
mod exit;
mod explain;
mod history;
mod lexicon;
mod profile;
mod rules;
mod scan;
mod train;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Scan(a) => scan::run(a),
        Command::Explain(a) => explain::run(a),
        Command::Rules(a) => rules::run(a),
        Command::Profile(a) => profile::run(a),
        Command::History(a) => history::run(a),
        Command::Lexicon(a) => lexicon::run(a),
        Command::Train(a) => train::run(a),
    };
    exit::status(result)
}
