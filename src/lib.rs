//! Checks Chinese debt-collection calls: what the collector said that the rules forbid, and how often each borrower was called.

pub mod accepted;
pub mod aggregate;
pub mod build;
pub mod classify;
pub mod compare;
pub mod config;
pub mod context;
pub mod decode;
pub mod evaluate;
pub mod finding;
pub mod history;
pub mod judge;
pub mod labelled;
pub mod ledger;
pub mod lexicon;
pub mod matching;
pub mod model;
pub mod normalise;
pub mod pipeline;
pub mod report;
pub mod segment;
pub mod selftest;
pub mod source;
pub mod standing;
pub mod verdict;
