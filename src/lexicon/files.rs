//! The files of a lexicon: the built-in ones, and a user's folder laid over them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, DirEntry, include_dir};
use sha2::{Digest, Sha256};

use super::document::suggest;
use crate::model::error::Error;

/// Where the files of a lexicon stand, beside those at its top.
pub(super) const FOLDERS: &[&str] = &["conduct", "cues", "frequency", "phrases", "tables"];

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lexicons");

/// One file of a lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What to call it in messages: `lexicons/…` for a built-in one, else the path on disk.
    pub shown: String,
    /// Its bytes; those of a built-in file are not copied.
    pub bytes: Cow<'static, [u8]>,
    /// Whether it came from a user's folder.
    pub own: bool,
}

/// Files by path within the lexicon, such as `phrases/threat/violence.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files(pub BTreeMap<String, File>);

impl Files {
    /// The lexicon that is built into the program.
    pub fn built_in() -> Files {
        let mut files = BTreeMap::new();
        collect(&BUILT_IN, &mut files);
        Files(files)
    }

    /// The built-in lexicon for a run that judges: the tests at the end of its files of rules and required elements, proved
    /// long before, are not read.
    pub fn built_in_untested() -> Files {
        let mut files = Files::built_in();
        for (name, file) in &mut files.0 {
            if let Cow::Borrowed(bytes) = file.bytes
                && ["phrases/", "conduct/"].iter().any(|folder| name.starts_with(folder))
                && let Some(tests) = memchr::memmem::find(bytes, b"\n[tests]\n")
            {
                file.bytes = bytes[..tests + 1].into();
            }
        }
        files
    }

    /// The tables of the built-in lexicon: what its rules say is not copied.
    pub fn built_in_tables() -> Files {
        let mut files = BTreeMap::new();
        if let Some(tables) = BUILT_IN.get_dir("tables") {
            collect(tables, &mut files);
        }
        Files(files)
    }

    /// Lays the files of a folder over these: a file at the same path replaces the one that is there.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read, or when it holds no lexicon file at all.
    pub fn overlay(&mut self, dir: &Path) -> Result<(), Error> {
        let mut found = false;
        for entry in walkdir::WalkDir::new(dir).sort_by_file_name() {
            let entry = entry.map_err(|e| Error::Read {
                path: e.path().unwrap_or(dir).to_owned(),
                source: e.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links")),
            })?;
            let inside =
                entry.path().strip_prefix(dir).unwrap_or(entry.path()).to_string_lossy().replace('\\', "/");
            let shown = entry.path().to_string_lossy().into_owned();
            if entry.file_type().is_dir() || !is_lexicon_file(&inside) {
                if !entry.file_type().is_dir() && is_nearly_one(&inside) {
                    return Err(Error::Usage(format!("{shown}: its name must end in `.toml` or `.tsv`")));
                }
                continue;
            }
            let folder = inside.split_once('/').map_or("", |(folder, _)| folder);
            self.check_name(&shown, folder, &inside)?;
            found |= FOLDERS.contains(&folder) || self.0.contains_key(&inside);
            let bytes = std::fs::read(entry.path())
                .map_err(|source| Error::Read { path: entry.path().to_owned(), source })?;
            self.0.insert(inside, File { shown, bytes: bytes.into(), own: true });
        }
        if !found {
            return Err(Error::Usage(format!(
                "{}: holds no lexicon file; rule files stand at phrases/<group>/<name>.toml",
                dir.display()
            )));
        }
        Ok(())
    }

    /// Refuses what is nearly the name of a folder, of a file that is read by its name, or of a required element: it would be passed
    /// over, or be an element of its own.
    fn check_name(&self, shown: &str, folder: &str, inside: &str) -> Result<(), Error> {
        let hint = suggest(folder, FOLDERS.iter().copied());
        if !FOLDERS.contains(&folder) && !folder.is_empty() && !hint.is_empty() {
            return Err(Error::Usage(format!("{shown}: no folder of a lexicon{hint}")));
        }
        let by_name = ["", "tables", "conduct"].contains(&folder);
        let stem = |name: &str| {
            let (of, file) = name.split_once('/').unwrap_or(("", name));
            (of == folder).then(|| file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned())
        };
        let beside: Vec<String> = self.0.keys().filter_map(|name| stem(name)).collect();
        let hint = suggest(&stem(inside).unwrap_or_default(), beside.iter().map(String::as_str));
        if by_name && !self.0.contains_key(inside) && !hint.is_empty() {
            return Err(Error::Usage(format!("{shown}: no file of the built-in lexicon{hint}")));
        }
        Ok(())
    }

    /// SHA-256 over names and contents, hexadecimal.
    pub fn hash(&self) -> String {
        let built_in = |f: &File| !f.own && matches!(f.bytes, Cow::Borrowed(_));
        if self.0.len().to_string() == env!("CUICHA_LEXICON_FILES") && self.0.values().all(built_in) {
            return env!("CUICHA_LEXICON_HASH").to_owned();
        }
        self.sum()
    }

    fn sum(&self) -> String {
        let mut sum = Sha256::new();
        for (name, file) in &self.0 {
            sum.update(name.as_bytes());
            sum.update([0]);
            sum.update((file.bytes.len() as u64).to_le_bytes());
            sum.update(&file.bytes);
        }
        sum.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Files below a folder with this ending, by path.
    pub fn below<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a File)> {
        self.0
            .iter()
            .filter(move |(name, _)| name.starts_with(folder) && name.ends_with(ending))
            .map(|(name, file)| (name.as_str(), file))
    }
}

fn collect(dir: &'static Dir<'static>, files: &mut BTreeMap<String, File>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(d) => collect(d, files),
            DirEntry::File(f) => {
                let name = f.path().to_string_lossy().replace('\\', "/");
                let file = File { shown: format!("lexicons/{name}"), bytes: f.contents().into(), own: false };
                files.insert(name, file);
            }
        }
    }
}

/// Whether a file is one of a user's folder, or would be once it is written: by its place and name, or by a link in the folder.
pub fn reads(dir: &Path, file: &Path) -> bool {
    let parent = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = file.canonicalize().ok();
    let place = real.clone().or_else(|| Some(parent.canonicalize().ok()?.join(file.file_name()?)));
    let (Ok(dir), Some(place)) = (dir.canonicalize(), place) else { return false };
    let inside = |path: &Path| {
        path.strip_prefix(&dir).is_ok_and(|rest| is_lexicon_file(&rest.to_string_lossy().replace('\\', "/")))
    };
    let leads = |link: &Path| real.is_some() && link.canonicalize().ok() == real;
    let links = || walkdir::WalkDir::new(&dir).into_iter().flatten().filter(|e| e.path_is_symlink());
    inside(&place) || links().any(|e| inside(e.path()) && leads(e.path()))
}

/// Hidden files, what an office program holds open, and notes beside the lexicon are none of its files.
fn is_lexicon_file(name: &str) -> bool {
    let hidden = name.split('/').any(|part| part.starts_with('.') || part.starts_with("~$"));
    !hidden && [".toml", ".tsv", ".bin"].iter().any(|ending| name.ends_with(ending))
}

/// Whether a file was meant to be one, but for the case of its ending or the one that an editor has put behind it.
pub(super) fn is_nearly_one(name: &str) -> bool {
    let folder = name.split_once('/').map_or("", |(folder, _)| folder);
    let hidden = name.split('/').any(|part| part.starts_with('.') || part.starts_with("~$"));
    let lower = name.to_lowercase();
    let ending = lower.strip_suffix(".txt").unwrap_or(&lower);
    FOLDERS.contains(&folder) && !hidden && [".toml", ".tsv"].iter().any(|e| ending.ends_with(e))
}

#[cfg(test)]
mod tests {
    use super::Files;

    #[test]
    fn a_run_that_judges_reads_the_same_rules_and_no_test() {
        let (whole, short) = (Files::built_in(), Files::built_in_untested());
        let mut cut = 0;
        for ((name, a), (other, b)) in whole.0.iter().zip(&short.0) {
            assert!(name == other && a.bytes.starts_with(&b.bytes), "{name}");
            let rest = &a.bytes[b.bytes.len()..];
            assert!(rest.is_empty() || rest.starts_with(b"[tests]\n"), "{name}");
            assert!(!rest.windows(3).any(|w| w == b"\n[["), "{name}: rules behind the tests would be lost");
            cut += usize::from(!rest.is_empty());
        }
        let tested = ["phrases/", "conduct/"].map(|folder| whole.below(folder, ".toml").count());
        assert_eq!(cut, tested.iter().sum::<usize>());
        assert_eq!(whole.hash(), short.hash());
    }

    #[test]
    fn the_hash_of_the_built_in_files_is_that_of_their_bytes() {
        let files = Files::built_in();
        assert_eq!(files.hash(), files.sum());
        let mut fewer = files.clone();
        fewer.0.remove("verdict.toml");
        assert_eq!(fewer.hash(), fewer.sum());
        assert_ne!(fewer.hash(), files.hash());
    }
}
