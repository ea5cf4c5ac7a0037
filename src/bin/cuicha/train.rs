//! `cuicha train`, and `cuicha background` that prepares what it learns ordinary speech from.

use std::io::Write;
use std::path::Path;

use cuicha::build::{Choices, Engine, Layers};
use cuicha::classify::Background;
use cuicha::classify::train::Settings;
use cuicha::labelled;
use cuicha::model::error::{Error, Fault};

use crate::args::{BackgroundArgs, TrainArgs};
use crate::engine;
use crate::exit::Outcome;
use crate::inputs::Inputs;
use crate::language::fill;
use crate::lexicon::to_stdout;
use crate::scan::choices;

pub fn run(args: &TrainArgs, configuration: Option<&Path>) -> Result<Outcome, Error> {
    let inputs = Inputs::new(configuration).with(labelled::sources(&args.data)?);
    inputs.with(labelled::sources(&args.calibrate)?).with(&args.background).refuse(&args.out)?;
    let engine = Engine::new(&Choices {
        layers: Layers { classifier: false, ..Layers::default() },
        ..Choices::default()
    })?;
    let data = labelled::read(&args.data)?;
    let calibrate = labelled::read(&args.calibrate)?;
    if data.is_empty() {
        return Err(Error::Usage("no labelled utterance in the data".to_owned()));
    }
    let settings = Settings {
        passes: args.passes,
        cost: args.cost,
        positive: args.positive,
        in_call: args.in_call,
        seed: args.seed,
        ..Settings::default()
    };
    let mut background = Background::default();
    for file in &args.background {
        background.turns.extend(read_background(file)?.turns);
    }
    let ordinary = background.turns.len();
    let model = labelled::learn(&engine, &data, &calibrate, background, &settings);
    let bytes = model.write();
    crate::whole::write(&args.out, &bytes)?;
    let (file, size, learnt, on) = (args.out.display(), bytes.len(), data.len(), calibrate.len());
    let line = fill("train.learnt", &[&file, &size, &learnt, &ordinary, &on]);
    writeln!(std::io::stdout(), "{line}").map_err(to_stdout)?;
    Ok(Outcome::Clean)
}

fn read_background(file: &Path) -> Result<Background, Error> {
    let bytes = std::fs::read(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
    Background::read(&bytes)
        .map_err(|message| Error::Rules(vec![Fault { file: file.display().to_string(), line: 0, message }]))
}

/// `cuicha background`
pub fn background(args: &BackgroundArgs, configuration: Option<&Path>) -> Result<Outcome, Error> {
    let inputs = Inputs::new(configuration).with_engine(&args.engine, None);
    inputs.with(&args.texts).refuse(&args.out)?;
    let engine = engine::built(&choices(&args.engine, None))?;
    let mut turns: Vec<String> = Vec::new();
    for file in &args.texts {
        let text =
            std::fs::read_to_string(file).map_err(|source| Error::Read { path: file.clone(), source })?;
        turns.extend(text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned));
    }
    if turns.is_empty() {
        return Err(Error::Usage("no line of text in the given files".to_owned()));
    }
    let background = labelled::background(&engine, &turns, args.hard, args.random);
    let bytes = background.write();
    crate::whole::write(&args.out, &bytes)?;
    let (chosen, all) = (background.turns.len(), turns.len());
    let line = fill("train.background", &[&args.out.display(), &bytes.len(), &chosen, &all]);
    writeln!(std::io::stdout(), "{line}").map_err(to_stdout)?;
    Ok(Outcome::Clean)
}
