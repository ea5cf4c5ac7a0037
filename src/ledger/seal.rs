//! What stands for an id in the ledger. A keyed hash finds it again, a sealed copy gives it back; neither tells anything
//! without the key, and a changed row does not open.

use aes_siv::siv::Aes256Siv;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::key::BYTES;

/// Bytes of a hash that are kept: enough that no two ids of a ledger share them.
pub(super) const HASH: usize = 16;

/// Both keys, made from the secret of the key file.
pub(super) struct Seal {
    mac: Hmac<Sha256>,
    siv: Aes256Siv,
}

impl Seal {
    pub fn new(secret: &[u8; BYTES]) -> Option<Seal> {
        let derive = |purpose: &str| -> Option<[u8; BYTES]> {
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).ok()?;
            mac.update(purpose.as_bytes());
            Some(mac.finalize().into_bytes().into())
        };
        let mut siv = [0u8; 2 * BYTES];
        siv[..BYTES].copy_from_slice(&derive("cuicha ledger: authenticate")?);
        siv[BYTES..].copy_from_slice(&derive("cuicha ledger: encrypt")?);
        Some(Seal {
            mac: <Hmac<Sha256> as KeyInit>::new_from_slice(&derive("cuicha ledger: find")?).ok()?,
            siv: <Aes256Siv as KeyInit>::new_from_slice(&siv).ok()?,
        })
    }

    /// The hash of parts, each closed by its length so that no two lists of parts are alike.
    pub fn hash(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut mac = self.mac.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes()[..HASH].to_vec()
    }

    /// Encrypts a text and binds it to what it belongs to.
    pub fn close(&mut self, text: &[u8], belongs_to: &[u8]) -> Vec<u8> {
        // It fails for more than 126 headers only, and this is one.
        self.siv.encrypt([belongs_to], text).unwrap_or_default()
    }

    /// The text, if nothing was changed since it was closed.
    pub fn open(&mut self, sealed: &[u8], belongs_to: &[u8]) -> Option<Vec<u8>> {
        self.siv.decrypt([belongs_to], sealed).ok()
    }
}
