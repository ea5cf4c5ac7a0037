//! What is untrue of most debts and may be true of some: by the kind of debt and its amount.

use super::finding::Verdict;
use super::transcript::Speaker;

/// A claim that the law makes possible for one kind of debt from an amount on.
#[derive(Debug, Clone)]
pub struct Arguable {
    /// Groups of rules that it touches.
    pub groups: Vec<String>,
    /// Words of the claim.
    pub claims: Vec<String>,
    /// Words that leave it open; without one of them it is said to be so.
    pub hedges: Vec<String>,
    /// With one of these in the turn more is claimed than that.
    pub more: Vec<String>,
    /// What the debts are called of which it may be true.
    pub debts: Vec<String>,
    /// What the debts are called of which it is untrue.
    pub other_debts: Vec<String>,
    /// The least amount of which it may be true, in yuan.
    pub least_yuan: u64,
    /// Signs of money behind a number.
    pub money: Vec<String>,
    /// Numerals and what they stand for; from ten on they multiply.
    pub numerals: Vec<(char, u64)>,
    /// The file that it stands in.
    pub file: String,
    /// Its tests.
    pub tests: Vec<TruthTest>,
}

/// A short call to a borrower in which a claim that may be true is made.
#[derive(Debug, Clone)]
pub struct TruthTest {
    /// 1-based line in the file.
    pub line: usize,
    /// The call as written.
    pub written: String,
    /// Who says what in it.
    pub turns: Vec<(Speaker, String)>,
    /// The gravest verdict on it in the groups of the claim.
    pub gives: Verdict,
}
