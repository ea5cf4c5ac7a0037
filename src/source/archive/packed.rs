//! Compressed files: gzip and zstd.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::Kind;
use super::budget::Budget;

/// The name of what is inside: that of the file without the last extension.
pub(super) fn inner_name(archive: &str) -> String {
    let file = archive.rsplit(['/', '\\']).next().unwrap_or(archive).trim_matches(['<', '>']);
    match file.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty() && super::EXTENSIONS.contains(&&*extension.to_ascii_lowercase()) =>
        {
            stem.to_owned()
        }
        _ => file.to_owned(),
    }
}

/// What the compressed bytes stand for.
pub(super) fn stream(kind: Kind, packed: Box<dyn Read + Send>, budget: &Budget) -> Box<dyn Read + Send> {
    let packed = budget.packed(packed);
    match kind {
        Kind::Gzip => Box::new(budget.expanded(MultiGzDecoder::new(packed))),
        _ => Box::new(budget.expanded(Frames::new(packed))),
    }
}

/// The frames of a zstd file, one after the other.
pub(super) struct Frames<R> {
    input: BufReader<R>,
    decoder: FrameDecoder,
    inside: bool,
}

impl<R: Read> Frames<R> {
    pub fn new(packed: R) -> Frames<R> {
        Frames { input: BufReader::new(packed), decoder: FrameDecoder::new(), inside: false }
    }

    /// Begins the next frame; false at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        use FrameDecoderError::ReadFrameHeaderError as Header;
        while !self.input.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.input) {
                Ok(()) => return Ok(true),
                Err(Header(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut (&mut self.input).take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }

    /// Whether the frame is what was packed.
    fn check(&self) -> io::Result<()> {
        let told = self.decoder.get_checksum_from_data();
        if told.is_some() && told != self.decoder.get_calculated_checksum() {
            return Err(io::Error::other("the checksum is wrong: damaged"));
        }
        Ok(())
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.inside && !self.begin()? {
                return Ok(0);
            }
            self.inside = true;
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder
                    .decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1))
                    .map_err(io::Error::other)?;
            }
            match self.decoder.read(buffer)? {
                0 if self.decoder.is_finished() => {
                    self.check()?;
                    self.inside = false;
                }
                n => return Ok(n),
            }
        }
    }
}
