//! The command line: arguments in, bytes and an exit status out.

mod args;
mod convert;
mod eval;
mod exit;
mod explain;
mod history;
mod inspect;
mod lexicon;
mod outputs;
mod profile;
mod rules;
mod scan;
mod train;
mod why_not;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Scan(a) => scan::run(a),
        Command::Explain(a) => explain::run(a),
        Command::WhyNot(a) => why_not::run(a),
        Command::Inspect(a) => inspect::run(a),
        Command::Convert(a) => convert::run(a),
        Command::Rules(a) => rules::run(a),
        Command::Profile(a) => profile::run(a),
        Command::History(a) => history::run(a),
        Command::Lexicon(a) => lexicon::run(a),
        Command::Train(a) => train::run(a),
        Command::Background(a) => train::background(a),
        Command::Eval(a) => eval::run(a),
    };
    exit::status(result)
}
