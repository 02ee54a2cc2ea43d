//! Who reads files: this process, or another one on its behalf.

use std::fmt;

use ragstone_core::Result;
use ragstone_text::{ExtractLimits, Extracted, Input, extract};

/// Reads files on blocking threads.
pub trait Extractor: Send + Sync + fmt::Debug + 'static {
    /// Extracts a text as [`ragstone_text::extract()`] does, with errors of the same kinds. Blocks.
    ///
    /// An implementation that reads elsewhere answers `TooLarge` for what took more time or memory than it may, and
    /// `InvalidArgument` for what its reader could not survive.
    fn extract(&self, input: &Input<'_>, limits: &ExtractLimits) -> Result<Extracted>;
}

/// Reads in this process: a file that exhausts its memory or stack takes the process with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcess;

impl Extractor for InProcess {
    fn extract(&self, input: &Input<'_>, limits: &ExtractLimits) -> Result<Extracted> {
        Ok(extract(input, limits)?)
    }
}
