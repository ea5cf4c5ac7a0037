//! `cuicha profile`: list, show.

use std::io::Write;

use cuicha::lexicon::profile;
use cuicha::model::error::Error;
use cuicha::model::messages::Voice;
use cuicha::report::definition;

use crate::args::{ProfileArgs, ProfileVerb};
use crate::exit::Outcome;
use crate::language;
use crate::lexicon::to_stdout;

pub fn run(args: &ProfileArgs) -> Result<Outcome, Error> {
    let mut out = std::io::stdout().lock();
    match &args.verb {
        ProfileVerb::List => {
            for name in profile::builtin() {
                let title = profile::load(name)?.title;
                writeln!(out, "{name:<16} {}  {}", title.zh, title.en).map_err(to_stdout)?;
            }
        }
        ProfileVerb::Show { profile: name } => {
            let voice = Voice { language: language::of_reports(), ..language::voice() };
            let page = definition::profile(&profile::load(name)?, voice);
            out.write_all(page.as_bytes()).map_err(to_stdout)?;
        }
    }
    Ok(Outcome::Clean)
}
