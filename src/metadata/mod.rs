//! What is known of a call besides its transcript: from a sidecar, a manifest and the names of files. What the transcript says
//! itself goes before the sidecar, that before the manifest, and that before the names.

mod layers;
mod manifest;
mod pattern;
mod speakers;

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::decode::{Charset, SIDECAR, read_sidecar};
use crate::model::error::Error;
use crate::model::facts::Facts;
use crate::model::notice::Notice;
use crate::model::transcript::Call;
use crate::source::{Beside, Piece, PieceKind};

pub use layers::Origin;
pub use manifest::Manifest;
pub use pattern::Pattern;
pub use speakers::Speakers;

use layers::Layers;

/// Where more is to be found.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// What the names of the files tell of the calls.
    pub names: Option<Pattern>,
    /// A table with a row for each file.
    pub manifest: Option<PathBuf>,
}

/// The same, read.
#[derive(Debug)]
pub struct Metadata {
    names: Option<Pattern>,
    manifest: Option<Manifest>,
    charset: Charset,
    zone: TimeZone,
}

impl Metadata {
    /// Reads what is to be read. Times without an offset are those of `zone`.
    ///
    /// # Errors
    /// When the manifest cannot be read or tells nothing.
    pub fn open(sources: &Sources, charset: Charset, zone: &TimeZone) -> Result<Metadata, Error> {
        let read = |path: &PathBuf| Manifest::open(Path::new(path), charset, zone);
        let manifest = sources.manifest.as_ref().map(read).transpose()?;
        Ok(Metadata { names: sources.names.clone(), manifest, charset, zone: zone.clone() })
    }

    /// Whether a file of the input is no transcript, but tells of others.
    pub fn is_source(&self, file: &str) -> bool {
        self.manifest.as_ref().is_some_and(|manifest| manifest.is(file))
    }

    /// Tells the calls of a piece what is known of them.
    pub fn apply(&self, piece: &Piece, calls: &mut [Call]) -> Vec<Notice> {
        let (mut notices, file) = (Vec::new(), piece.file.as_str());
        let sidecars: Vec<&Beside> = piece.beside.iter().filter(|b| b.file.ends_with(SIDECAR)).collect();
        if calls.is_empty() || (self.manifest.is_none() && self.names.is_none() && sidecars.is_empty()) {
            return notices;
        }
        let one = piece.kind == PieceKind::Whole && calls.len() == 1;
        let beside = self.beside(&sidecars, one, &mut notices);
        let name = self.names.as_ref().map(|names| names.facts(file, &self.zone));
        if matches!(name, Some(None)) {
            let text = "the name does not fit the name pattern: it tells nothing";
            notices.push(Notice::remark(file, None, text));
        }
        let mut layers = Layers::default();
        for call in calls {
            let row = self.manifest.as_ref().and_then(|m| row(m, file, call, one, &mut notices));
            let mut layered = layers.call(call);
            beside.iter().for_each(|facts| layered.tell(facts, Origin::Sidecar));
            if let Some(facts) = row {
                layered.tell(&facts, Origin::Manifest);
            }
            if let Some(Some(facts)) = &name {
                let mut facts = facts.clone();
                facts.call_id = facts.call_id.filter(|_| one);
                layered.tell(&facts, Origin::Name);
            }
            layered.finish();
        }
        notices.extend(layers.notices(file));
        notices.dedup();
        notices
    }

    /// What the sidecars of a file tell: of a file with several calls what holds for each.
    fn beside(&self, sidecars: &[&Beside], one: bool, notices: &mut Vec<Notice>) -> Vec<Facts> {
        let mut told = Vec::new();
        for sidecar in sidecars {
            let Some(facts) = read_sidecar(&sidecar.file, &sidecar.bytes, self.charset, notices) else {
                continue;
            };
            let shared = facts.of_the_file();
            if !one && shared != facts {
                let text = "tells of one call, and the file beside it has several: only what may hold for all is taken";
                notices.push(Notice::remark(&*sidecar.file, None, text));
            }
            told.push(if one { facts } else { shared });
        }
        told
    }

    /// What there is to say when all files were seen.
    pub fn finish(&self) -> Vec<Notice> {
        self.manifest.as_ref().map(Manifest::finish).unwrap_or_default()
    }
}

/// What the manifest says of a call: of several in a file a row of its own, else what the row of the file says of all.
fn row(manifest: &Manifest, file: &str, call: &Call, one: bool, notices: &mut Vec<Notice>) -> Option<Facts> {
    let id = (!call.made_up_id).then_some(call.call_id.as_str());
    if one {
        return manifest.of_file(file, id, notices).cloned();
    }
    let own = id.and_then(|id| manifest.of_call(file, id, notices)).cloned();
    own.or_else(|| manifest.of_file(file, None, notices).map(Facts::of_the_file))
}
