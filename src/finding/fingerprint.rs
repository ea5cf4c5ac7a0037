//! A name for a finding that stays the same from run to run and when other parts of the call change.

use sha2::{Digest, Sha256};

/// 16 hexadecimal digits over the given parts, each closed by a byte that cannot stand in text.
pub fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut sum = Sha256::new();
    for part in parts {
        sum.update(part.as_bytes());
        sum.update([0xff]);
    }
    sum.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}
