//! `cuicha schema`: JSON Schemas of what is read and written.

use std::io::Write;

use cuicha::lexicon::document::suggest;
use cuicha::model::error::Error;
use cuicha::schema::{self, SCHEMAS};

use crate::args::SchemaArgs;
use crate::exit::Outcome;
use crate::language::remark;
use crate::lexicon::to_stdout;

pub fn run(args: &SchemaArgs) -> Result<Outcome, Error> {
    let text = match args.name.as_deref() {
        None => SCHEMAS.iter().map(|s| format!("{:<13} {}\n", s.name, remark(s.about))).collect(),
        Some(name) => match schema::find(name) {
            Some(found) => format!("{:#}\n", found.schema()),
            None => {
                let near = suggest(name, SCHEMAS.iter().map(|s| s.name));
                return Err(Error::Usage(format!("no schema `{name}`{near}; `cuicha schema` lists all")));
            }
        },
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(to_stdout)?;
    Ok(Outcome::Clean)
}
