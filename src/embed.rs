//! The build script: the lexicon is embedded, so a change in it must compile the crate anew; its hash is taken here, once, and its
//! classifier is unpacked.
#![allow(clippy::print_stdout)] // That is how a build script speaks.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

#[allow(dead_code)] // The crate needs more of it.
#[path = "classify/layout.rs"]
mod layout;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=lexicons");
    println!("cargo::rerun-if-changed=src/embed.rs");
    println!("cargo::rerun-if-changed=src/classify/layout.rs");
    let mut files = BTreeMap::new();
    collect(Path::new("lexicons"), "", &mut files)?;
    // As `Files::hash` does it; a test compares them.
    let mut sum = Sha256::new();
    for (name, bytes) in &files {
        sum.update(name.as_bytes());
        sum.update([0]);
        sum.update((bytes.len() as u64).to_le_bytes());
        sum.update(bytes);
    }
    let hash: String = sum.finalize().iter().map(|b| format!("{b:02x}")).collect();
    println!("cargo::rustc-env=CUICHA_LEXICON_HASH={hash}");
    println!("cargo::rustc-env=CUICHA_LEXICON_FILES={}", files.len());
    prepare(files.get("classifier.bin"))
}

/// Writes the tables of the built-in classifier as the program asks them; nothing if it is of another version: the program then
/// says so, and can still learn a new one.
fn prepare(classifier: Option<&Vec<u8>>) -> std::io::Result<()> {
    let dir = std::env::var("OUT_DIR").map_err(std::io::Error::other)?;
    let mut out =
        std::io::BufWriter::new(std::fs::File::create(Path::new(&dir).join("classifier.prepared"))?);
    if let Some(tables) = classifier.and_then(|bytes| layout::tables(bytes).ok()) {
        for number in tables.lower.iter().chain(&tables.slots) {
            out.write_all(&number.to_le_bytes())?;
        }
        out.write_all(&tables.skimmed)?;
        out.write_all(&tables.head)?;
    }
    out.flush()
}

fn collect(dir: &Path, within: &str, files: &mut BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let name = format!("{within}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}
