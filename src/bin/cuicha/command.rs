//! The command line as it is read: the flags in groups, examples under each verb, and the configuration file as defaults.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use cuicha::config::{self, KEYS, Key, Settings};
use cuicha::model::error::Error;

use crate::args::Cli;
use crate::chinese;
use crate::help;
use crate::language;

/// The whole command line.
pub fn build() -> clap::Command {
    chinese::unwrapped(help::dress(Cli::command()))
}

/// What was typed, on top of what the configuration file sets.
///
/// # Errors
/// When the configuration file cannot be read or is wrong. What was typed wrongly ends the program here, with its reason.
pub fn parse() -> Result<(Cli, Settings), Error> {
    let typed: Vec<OsString> = std::env::args_os().collect();
    language::choose(&typed);
    let matches = build().try_get_matches_from(&typed).unwrap_or_else(|e| chinese::exit(&e));
    let settings = settings(&matches)?;
    let matches = if settings.values.is_empty() {
        matches
    } else {
        let set = defaults(build(), &matches, &settings);
        set.try_get_matches_from(&typed).unwrap_or_else(|e| chinese::exit(&e))
    };
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|e| chinese::exit(&e));
    Ok((cli, settings))
}

/// The configuration file that holds.
fn settings(matches: &ArgMatches) -> Result<Settings, Error> {
    if matches.get_flag("isolated") {
        return Ok(Settings::default());
    }
    let named = matches.get_one::<PathBuf>("config").cloned();
    let found = || seen_from(&std::env::current_dir().ok()?);
    match named.or_else(found) {
        Some(file) => Settings::read(&file),
        None => Ok(Settings::default()),
    }
}

/// The nearest configuration file, by the way to it from this folder: what it names stands in reports, and where the folder lies is
/// nobody's business there.
fn seen_from(here: &Path) -> Option<PathBuf> {
    let file = config::find(here)?;
    let above = here.strip_prefix(file.parent()?).ok()?.components().count();
    Some(std::iter::repeat_n("..", above).collect::<PathBuf>().join(file.file_name()?))
}

/// The flags of the verb that was typed, with what is set as their defaults: what is typed beats it.
fn defaults(command: clap::Command, matches: &ArgMatches, settings: &Settings) -> clap::Command {
    let Some((verb, inner)) = matches.subcommand() else { return command };
    command.mut_subcommand(verb, |mut sub| {
        for key in KEYS {
            let Some(setting) = settings.values.get(key.name) else { continue };
            if applies(key, &sub, inner) {
                let values = setting.values.clone();
                sub = sub.mut_arg(id(key.name), |arg| arg.default_values(values));
            }
        }
        defaults(sub, inner, settings)
    })
}

fn id(flag: &str) -> String {
    flag.replace('-', "_")
}

/// Whether the verb has the flag, and none was typed that beats the key.
fn applies(key: &Key, verb: &clap::Command, typed: &ArgMatches) -> bool {
    let other = id(key.beaten_by);
    let known = |name: &str| verb.get_arguments().any(|arg| arg.get_id() == name);
    let beaten = known(&other) && typed.value_source(&other) == Some(ValueSource::CommandLine);
    let has =
        verb.get_arguments().any(|arg| arg.get_long() == Some(key.name) && *arg.get_id() == *id(key.name));
    has && !beaten && (key.only.is_empty() || key.only == verb.get_name())
}
