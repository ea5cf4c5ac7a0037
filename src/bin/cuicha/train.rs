//! `cuicha train`

use std::io::Write;

use cuicha::build::{Choices, Engine, Layers};
use cuicha::classify::train::Settings;
use cuicha::labelled;
use cuicha::model::error::Error;

use crate::args::TrainArgs;
use crate::exit::Outcome;
use crate::lexicon::to_stdout;

pub fn run(args: &TrainArgs) -> Result<Outcome, Error> {
    let engine = Engine::new(&Choices {
        layers: Layers { classifier: false, ..Layers::default() },
        ..Choices::default()
    })?;
    let data = labelled::read(&args.data)?;
    let calibrate = labelled::read(&args.calibrate)?;
    if data.is_empty() {
        return Err(Error::Usage("no labelled utterance in the data".to_owned()));
    }
    let settings = Settings { passes: args.passes, cost: args.cost, positive: args.positive, seed: args.seed, ..Settings::default() };
    let model = labelled::learn(&engine, &data, &calibrate, &settings);
    let bytes = model.write();
    std::fs::write(&args.out, &bytes).map_err(|source| Error::Write { path: args.out.clone(), source })?;
    writeln!(
        std::io::stdout(),
        "{}: {} bytes, learnt from {} utterances, calibrated on {}",
        args.out.display(),
        bytes.len(),
        data.len(),
        calibrate.len()
    )
    .map_err(to_stdout)?;
    Ok(Outcome::Clean)
}
