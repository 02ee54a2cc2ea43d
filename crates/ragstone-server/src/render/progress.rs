//! The progress bar of an ingest.

use std::time::Duration;

use indicatif::{ProgressBar as Bar, ProgressStyle};
use ragstone_engine::IngestProgress;

/// Shows how many files are done; hidden where standard error is no terminal.
#[derive(Debug)]
pub(crate) struct ProgressBar(Bar);

impl ProgressBar {
    /// Starts a bar.
    pub(crate) fn new() -> Self {
        let bar = Bar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} files {elapsed}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message("reading");
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    /// Says that everything is stored and the index is catching up.
    pub(crate) fn indexing(&self) {
        self.0.set_message("indexing");
    }

    /// Says that passages can be found by their words and the model is computing their meaning.
    pub(crate) fn embedding(&self) {
        self.0.set_message("embedding");
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for ProgressBar {
    fn drop(&mut self) {
        self.finish();
    }
}

impl IngestProgress for ProgressBar {
    fn discovered(&self, files: u64, _bytes: u64) {
        self.0.set_length(files);
    }

    fn processed(&self, files: u64, _bytes: u64) {
        self.0.set_position(files);
    }
}
