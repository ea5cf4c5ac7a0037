//! What is asked of whoever reads transcripts, and the verbs that show what was read.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use cuicha::decode::{Charset, Format};
use cuicha::metadata::{Pattern, Sources, Speakers};
use cuicha::model::error::Error;
use cuicha::pipeline::Job;

use super::EngineArgs;

/// How files are read, by every verb that reads transcripts.
#[derive(Debug, Args)]
pub struct ReadingArgs {
    /// Encoding of the transcripts and logs, when it is not to be detected (utf-8, gb18030, big5, utf-16le …)
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
    /// Most bytes that an archive or a compressed file may unpack to [default: 1073741824]
    #[arg(long, value_name = "BYTES")]
    pub max_expanded_bytes: Option<u64>,
    /// Format of the transcripts, when it is not to be told by their content
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Format::names()))]
    pub input_format: Option<String>,
    /// What becomes of bytes that are no text in their encoding
    #[arg(long, value_name = "HOW", value_enum, default_value_t = EncodingErrors::Strict)]
    pub encoding_errors: EncodingErrors,
    /// Longest line of a transcript or log; a longer one is skipped and told [default: 67108864]
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_line_bytes: Option<u64>,
}

/// What becomes of bytes that are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EncodingErrors {
    /// Their line is skipped, or the file where there are many
    Strict,
    /// They become U+FFFD and are counted
    Replace,
}

impl ReadingArgs {
    /// A job that reads these paths in this way.
    ///
    /// # Errors
    /// When the encoding or the format is not known.
    pub fn job(&self, paths: &[PathBuf]) -> Result<Job, Error> {
        let charset = self.encoding.as_deref().map_or(Ok(Charset::AUTO), Charset::from_label)?;
        let replace = self.encoding_errors == EncodingErrors::Replace;
        Ok(Job {
            paths: paths.to_vec(),
            charset: if replace { charset.replacing() } else { charset },
            format: self.input_format.as_deref().map(Format::named).transpose()?,
            max_expanded_bytes: self.max_expanded_bytes,
            max_line_bytes: self.max_line_bytes.map(|n| usize::try_from(n).unwrap_or(usize::MAX)),
            ..Job::default()
        })
    }
}

/// Where more is known of the calls, by the verbs that look at calls one by one.
#[derive(Debug, Args)]
pub struct MetadataArgs {
    /// Table, CSV or spreadsheet, with a row for each file: ids, numbers, start … by the name of the file (columns as in call logs)
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// What the names of files and folders tell, such as `{borrower_id}_{collector_id}_{start:%Y%m%d%H%M%S}`; `{}` skips
    #[arg(long, value_name = "PATTERN")]
    pub name_pattern: Option<String>,
    /// Who is meant by the labels, numbers or channels of the turns: `0=collector,1=borrower`; roles are collector, borrower,
    /// contact and other. Without it their words tell
    #[arg(long, value_name = "LABEL=ROLE,…")]
    pub speakers: Option<String>,
}

impl MetadataArgs {
    /// The same, with the pattern read.
    pub fn sources(&self) -> Result<Sources, Error> {
        let names = self.name_pattern.as_deref().map(Pattern::parse).transpose()?;
        Ok(Sources { names, manifest: self.manifest.clone() })
    }

    /// The roles of the labels, if they are given.
    pub fn speakers(&self) -> Result<Option<Speakers>, Error> {
        self.speakers.as_deref().map(Speakers::parse).transpose()
    }
}

/// `inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Files or folders of transcripts; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// A page for each file, where several files make a table
    #[arg(long)]
    pub detail: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub metadata: MetadataArgs,
}

/// `convert`
#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// Files or folders of transcripts; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// What to write
    #[arg(long, value_enum, default_value_t = Target::Jsonl)]
    pub to: Target,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub metadata: MetadataArgs,
    /// Tell how each file was read
    #[arg(long, short)]
    pub verbose: bool,
}

/// What `convert` can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// JSON Lines, one call a line
    Jsonl,
}
