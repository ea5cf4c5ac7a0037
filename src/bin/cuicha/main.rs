//! The command line: arguments in, bytes and an exit status out.

mod args;
mod baseline;
mod chinese;
mod command;
mod config;
mod convert;
mod diff;
mod engine;
mod eval;
mod exit;
mod explain;
mod gate;
mod help;
mod history;
mod inputs;
mod inspect;
mod interrupt;
mod language;
mod lexicon;
mod manual;
mod outputs;
mod profile;
mod progress;
mod rules;
mod scan;
mod schema;
mod train;
mod whole;
mod why_not;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    interrupt::watch();
    let (cli, settings) = match command::parse() {
        Ok(parsed) => parsed,
        Err(e) => return exit::status(Err(e)),
    };
    let configuration = settings.file.as_deref();
    let result = match &cli.command {
        Command::Scan(a) => {
            if a.view.verbose {
                gate::tell_configuration(&settings);
            }
            gate::trust(&settings, cli.source.config.is_some(), a).and_then(|()| scan::run(a, configuration))
        }
        Command::Explain(a) => explain::run(a),
        Command::WhyNot(a) => why_not::run(a),
        Command::Inspect(a) => inspect::run(a),
        Command::Convert(a) => convert::run(a),
        Command::Rules(a) => rules::run(a),
        Command::Profile(a) => profile::run(a),
        Command::History(a) => history::run(a, configuration),
        Command::Lexicon(a) => lexicon::run(a),
        Command::Train(a) => train::run(a, configuration),
        Command::Background(a) => train::background(a, configuration),
        Command::Eval(a) => eval::run(a),
        Command::Baseline(a) => baseline::run(a, configuration),
        Command::Diff(a) => diff::run(a),
        Command::Schema(a) => schema::run(a),
        Command::Config(a) => config::run(a, &settings),
        Command::Init(a) => config::init(a),
        Command::Completions(a) => manual::completions(a),
        Command::Man(a) => manual::run(a),
    };
    exit::status(result)
}
