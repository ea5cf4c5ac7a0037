//! `cuicha profile`: list, show.

use std::io::Write;

use cuicha::lexicon::{self, Files, profile};
use cuicha::model::error::Error;
use cuicha::model::messages::{Language, Voice};
use cuicha::report::definition;

use crate::args::{Lang, ProfileArgs, ProfileVerb};
use crate::exit::Outcome;
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
        ProfileVerb::Show { profile: name, lang } => {
            let messages = lexicon::read_messages(&Files::built_in());
            let language = if *lang == Lang::En { Language::English } else { Language::Chinese };
            let page = definition::profile(&profile::load(name)?, Voice { messages: &messages, language });
            out.write_all(page.as_bytes()).map_err(to_stdout)?;
        }
    }
    Ok(Outcome::Clean)
}
