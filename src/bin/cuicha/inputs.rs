//! What a run reads: none of it is written over.

use std::path::{Path, PathBuf};

use cuicha::config;
use cuicha::lexicon::{self, profile};
use cuicha::model::error::Error;

use crate::args::EngineArgs;

/// Files and folders that a run reads beside its calls.
#[derive(Debug, Default)]
pub struct Inputs {
    files: Vec<PathBuf>,
    lexicons: Vec<PathBuf>,
}

impl Inputs {
    /// The configuration, if there is one.
    pub fn new(configuration: Option<&Path>) -> Inputs {
        Inputs::default().with(configuration)
    }

    /// These files too.
    pub fn with<P: AsRef<Path>>(mut self, files: impl IntoIterator<Item = P>) -> Inputs {
        self.files.extend(files.into_iter().map(|file| file.as_ref().to_owned()));
        self
    }

    /// What the engine is made of too: the files of the profile and those it extends, lexicons, the classifier.
    pub fn with_engine(mut self, args: &EngineArgs, profile: Option<&str>) -> Inputs {
        self.lexicons.extend(args.lexicon.iter().cloned());
        self.with(profile.map(profile::files).unwrap_or_default()).with(&args.classifier)
    }

    /// Refuses to write over any of it; a file that is called like a configuration is one of some run.
    ///
    /// # Errors
    /// When this is one of them, by whatever name.
    pub fn refuse(&self, output: &Path) -> Result<(), Error> {
        let is_configuration = output.file_name().is_some_and(|name| name == config::FILE);
        let is_file = self.files.iter().any(|file| same_file(file, output));
        if is_configuration || is_file || self.lexicons.iter().any(|folder| lexicon::reads(folder, output)) {
            return Err(overwritten(output));
        }
        Ok(())
    }
}

/// The error of an output that is an input.
pub fn overwritten(path: &Path) -> Error {
    Error::Usage(format!("{}: is an input of this run, it would be overwritten", path.display()))
}

/// Whether two names mean one file that is there.
pub fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
