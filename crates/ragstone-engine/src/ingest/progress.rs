//! What an ingest tells while it runs.

/// Hears how an ingest goes on. Calls come from any thread and must be quick.
pub trait IngestProgress: Send + Sync {
    /// So many files, with so many bytes, have been found up to now.
    fn discovered(&self, files: u64, bytes: u64) {
        let _ = (files, bytes);
    }

    /// So many files, with so many bytes, are done up to now: stored, unchanged or refused.
    fn processed(&self, files: u64, bytes: u64) {
        let _ = (files, bytes);
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl IngestProgress for NoProgress {}
