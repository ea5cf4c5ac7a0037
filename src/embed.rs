//! The build script: the lexicon is embedded, so a change in it must compile the crate anew.
#![allow(clippy::print_stdout)] // That is how a build script speaks.

fn main() {
    println!("cargo::rerun-if-changed=lexicons");
    println!("cargo::rerun-if-changed=src/embed.rs");
}
