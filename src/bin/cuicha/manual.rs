//! `cuicha completions`, `cuicha man`.

use std::io::Write;
use std::path::Path;

use clap_mangen::Man;
use cuicha::model::error::Error;

use crate::args::{CompletionsArgs, ManArgs};
use crate::command;
use crate::exit::{Outcome, say};
use crate::language;
use crate::lexicon::to_stdout;
use crate::whole;

/// Completions for a shell on standard output.
pub fn completions(args: &CompletionsArgs) -> Result<Outcome, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command::build(), "cuicha", &mut script);
    std::io::stdout().lock().write_all(&script).map_err(to_stdout)?;
    Ok(Outcome::Clean)
}

/// The first page on standard output, or all of them into a folder.
pub fn run(args: &ManArgs) -> Result<Outcome, Error> {
    let mut command = command::build();
    command.build();
    let Some(dir) = &args.dir else {
        let page = page(&command)?;
        std::io::stdout().lock().write_all(&page).map_err(to_stdout)?;
        return Ok(Outcome::Clean);
    };
    std::fs::create_dir_all(dir).map_err(|source| Error::Write { path: dir.clone(), source })?;
    let count = pages(&command, dir)?;
    say(&language::fill("manual.pages", &[&dir.display(), &count]));
    Ok(Outcome::Clean)
}

fn page(command: &clap::Command) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page).map_err(to_stdout)?;
    Ok(page)
}

/// Writes the page of a verb and those of the verbs below it; how many.
fn pages(command: &clap::Command, dir: &Path) -> Result<usize, Error> {
    let file = dir.join(Man::new(command.clone()).get_filename());
    whole::write(&file, &page(command)?)?;
    let mut count = 1;
    for verb in command.get_subcommands().filter(|c| c.get_name() != "help") {
        count += pages(verb, dir)?;
    }
    Ok(count)
}
