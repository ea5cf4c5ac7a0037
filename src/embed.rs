//! The build script: the lexicon is embedded, so a change in it must compile the crate anew; and its hash is taken here, once.
#![allow(clippy::print_stdout)] // That is how a build script speaks.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=lexicons");
    println!("cargo::rerun-if-changed=src/embed.rs");
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
    Ok(())
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
