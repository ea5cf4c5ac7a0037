//! `cuicha config`, `cuicha init`.

use std::io::Write;

use cuicha::config::{self, FILE, KEYS, Key, Kind, Settings};
use cuicha::model::error::Error;
use cuicha::report::padded;

use crate::args::{ConfigArgs, ConfigVerb, InitArgs};
use crate::exit::{Outcome, say};
use crate::language;
use crate::lexicon::to_stdout;
use crate::whole;

pub fn run(args: &ConfigArgs, settings: &Settings) -> Result<Outcome, Error> {
    let text = match args.verb {
        ConfigVerb::Show => show(settings),
        ConfigVerb::Schema => format!("{:#}\n", config::schema()),
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(to_stdout)?;
    Ok(Outcome::Clean)
}

/// Each key as the file would spell it, with its origin.
fn show(settings: &Settings) -> String {
    let file = settings.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
    let mut text = String::new();
    for key in KEYS {
        let (value, origin) = match settings.values.get(key.name) {
            Some(setting) => (written(key, &setting.values), format!("{file}:{}", setting.line)),
            None => (key.default.to_owned(), language::say("config.default")),
        };
        let line = match value.is_empty() {
            true => language::fill("config.unset", &[&key.name]),
            false => format!("{} = {value}", key.name),
        };
        text.push_str(&format!("{} # {origin}\n", padded(&line, 40)));
    }
    text
}

fn written(key: &Key, values: &[String]) -> String {
    // A text in JSON is one in TOML.
    let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    match key.kind {
        Kind::Number { .. } | Kind::Switch => values.join(""),
        Kind::Folders => format!("[{}]", values.iter().map(quoted).collect::<Vec<_>>().join(", ")),
        _ => values.iter().map(quoted).collect(),
    }
}

/// Writes the commented file where none is.
pub fn init(args: &InitArgs) -> Result<Outcome, Error> {
    let path = args.dir.join(FILE);
    if path.symlink_metadata().is_ok() {
        return Err(Error::Usage(format!("{}: is there already, it would be overwritten", path.display())));
    }
    whole::write_new(&path, config::template(language::voice()).as_bytes())?;
    say(&language::fill("config.written", &[&path.display()]));
    Ok(Outcome::Clean)
}
