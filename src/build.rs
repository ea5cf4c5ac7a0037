//! Puts the tables and the stages that use them together into one [`Engine`].

use std::path::{Path, PathBuf};

use crate::classify::{Asks, Model};
use crate::context::GATES;
use crate::finding::Mask;
use crate::lexicon::{self, Files, Helpers};
use crate::matching::{Fillers, Matcher};
use crate::model::error::{Error, Fault};
use crate::model::profile::Profile;
use crate::model::rules::RuleSet;
use crate::model::sounds::Sounds;
use crate::normalise::{self, Normaliser};
use crate::segment::{Jieba, Segmenter};
use crate::selftest;

/// What may be chosen about an engine.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Folders laid over the built-in lexicon, in order.
    pub lexicons: Vec<PathBuf>,
    /// Name of a built-in profile, or a file.
    pub profile: Option<String>,
    /// Show numbers in quotes.
    pub no_mask: bool,
    /// A classifier file in place of the built-in one.
    pub classifier: Option<PathBuf>,
    /// What judges.
    pub layers: Layers,
    /// How many turns on each side of a finding are kept for those who read it.
    pub context: usize,
    /// Leave the tests of the built-in rule files unread, where no folder of the user's own is laid over them: a run that only
    /// judges has no use for them.
    pub untested: bool,
}

/// The layers that judge words; all of them unless somebody measures what each is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layers {
    /// Single terms.
    pub terms: bool,
    /// Phrases of several parts.
    pub phrases: bool,
    /// Gates that reject a match by its surroundings.
    pub gates: bool,
    /// Folding of spellings.
    pub normalising: bool,
    /// The classifier.
    pub classifier: bool,
}

impl Default for Layers {
    fn default() -> Layers {
        Layers { terms: true, phrases: true, gates: true, normalising: true, classifier: true }
    }
}

/// Everything that judges calls. Immutable; shared by all threads.
pub struct Engine {
    /// Tables.
    pub rules: RuleSet,
    /// Folds characters.
    pub normaliser: Normaliser,
    /// Locates patterns and phrases.
    pub matcher: Matcher,
    /// Cuts words.
    pub segmenter: Box<dyn Segmenter>,
    /// How characters sound.
    pub sounds: Sounds,
    /// By which words somebody asks for what is his due.
    pub asks: Asks,
    /// Scores wording that no list names.
    pub classifier: Option<Model>,
    /// Counting rules.
    pub profile: Profile,
    /// Masks quotes.
    pub mask: Mask,
    /// What judges.
    pub layers: Layers,
    /// How many turns on each side of a finding are kept for those who read it.
    pub context: usize,
    /// Words by which somebody asks not to be called again, normalised.
    pub refusals: Vec<String>,
    /// Words one of which hardly any collection call is without, normalised.
    pub debt_talk: Vec<String>,
    /// Rules whose findings announce calls, a visit, or calls to others.
    pub announcements: Vec<String>,
    /// What a new classifier is to fold out: characters that tell style and not content.
    pub style_folds: Vec<(char, Option<char>)>,
}

/// The profile that is used when none is named.
pub const DEFAULT_PROFILE: &str = "strict";

impl Engine {
    /// Reads the lexicon and the profile and builds every table. With a folder of the user's own, every entry is proved to
    /// be findable before anything runs (the built-in ones are proved by the tests of this crate).
    ///
    /// # Errors
    /// Every fault of every lexicon and profile file, or a folder that cannot be read.
    pub fn new(choices: &Choices) -> Result<Engine, Error> {
        let untested = choices.untested && choices.lexicons.is_empty();
        let mut files = if untested { Files::built_in_untested() } else { Files::built_in() };
        for dir in &choices.lexicons {
            files.overlay(dir)?;
        }
        let engine = Engine::from_files(&files, choices)?;
        if !choices.lexicons.is_empty() {
            let dead = selftest::unreachable(&engine);
            if !dead.is_empty() {
                return Err(Error::Rules(dead));
            }
        }
        Ok(engine)
    }

    /// The same from files in memory, without the proof.
    ///
    /// # Errors
    /// Every fault of every lexicon and profile file.
    pub fn from_files(files: &Files, choices: &Choices) -> Result<Engine, Error> {
        let normaliser = if choices.layers.normalising {
            let spellings: Vec<(String, String)> =
                lexicon::read_spellings(files).into_iter().map(|row| (row.from, row.to)).collect();
            Normaliser::new(&lexicon::read_folds(files)).with_spellings(&spellings)
        } else {
            Normaliser::none()
        };
        let rules = compile(files, &normaliser)?;
        let profile = lexicon::profile::load(choices.profile.as_deref().unwrap_or(DEFAULT_PROFILE))?;
        let classifier = if choices.layers.classifier { classifier(files, choices)? } else { None };
        let plain = lexicon::read_plain_words(files).into_iter().filter_map(|row| row.from.chars().next());
        let sounds = normalise::sounds(&readings(files)).with_plain_words(plain);
        let list = |name: &str| -> Vec<String> {
            lexicon::read_list(files, name).iter().map(|t| normaliser.entry(t)).collect()
        };
        let refusals = list("refusals");
        let debt_talk = list("debt-talk");
        let asks = Asks::new(list("asks").iter().map(String::as_str));
        Ok(Engine {
            matcher: Matcher::new(&rules, &sounds, fillers(files), &refusals)?,
            segmenter: Box::new(Jieba::new(lexicon::read_words(files))),
            sounds,
            asks: asks.map_err(|e| Error::Usage(format!("lexicons/tables/asks.tsv: {e}")))?,
            classifier,
            profile,
            mask: if choices.no_mask { Mask::none() } else { Mask::new(&rules.digits) },
            layers: choices.layers,
            context: choices.context,
            refusals,
            debt_talk,
            announcements: lexicon::read_list(files, "announcements"),
            style_folds: lexicon::read_style_folds(files),
            normaliser,
            rules,
        })
    }
}

/// Further sounds of characters, in pinyin.
fn readings(files: &Files) -> Vec<(char, String)> {
    let rows = lexicon::read_readings(files).into_iter();
    rows.filter_map(|row| Some((row.from.chars().next()?, row.to))).collect()
}

/// What speakers add while thinking.
fn fillers(files: &Files) -> Fillers {
    Fillers::new(lexicon::read_fillers(files).into_iter().map(|row| row.from))
}

/// The classifier that was named, or the built-in one.
fn classifier(files: &Files, choices: &Choices) -> Result<Option<Model>, Error> {
    let read = |bytes: &[u8], file: String| {
        Model::read(bytes).map_err(|message| Error::Rules(vec![Fault { file, line: 0, message }]))
    };
    match (&choices.classifier, files.0.get("classifier.bin")) {
        (Some(path), _) => {
            let bytes = std::fs::read(path).map_err(|source| Error::Read { path: path.clone(), source })?;
            read(&bytes, path.display().to_string()).map(Some)
        }
        (None, Some(file)) => {
            let built_in = (!file.own).then(Model::built_in).flatten();
            built_in.map_or_else(|| read(&file.bytes, file.shown.clone()), Ok).map(Some)
        }
        (None, None) => Ok(None),
    }
}

/// The tables alone.
///
/// # Errors
/// Every fault of every file.
pub fn compile(files: &Files, normaliser: &Normaliser) -> Result<RuleSet, Error> {
    let bare = normaliser.without_spellings();
    let helpers = Helpers {
        normalise: &|text| normaliser.entry(text),
        fold: &|text| bare.entry(text),
        gates: GATES.iter().map(|g| g.name()).collect(),
    };
    lexicon::compile(files, &helpers)
}

/// The folder's own files laid over the built-in lexicon.
///
/// # Errors
/// When the folder cannot be read.
pub fn files_with(dir: Option<&Path>) -> Result<Files, Error> {
    let mut files = Files::built_in();
    if let Some(dir) = dir {
        files.overlay(dir)?;
    }
    Ok(files)
}
