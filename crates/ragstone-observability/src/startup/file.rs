//! Log files that rotate by time.

use std::path::PathBuf;

use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_appender::rolling::{RollingFileAppender, Rotation};

use super::TelemetryError;

/// Lines that may wait for the disk; further ones are dropped and counted, so that a slow disk slows no request.
const QUEUED_LINES: usize = 65_536;

/// When a new file is begun, in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LogRotation {
    /// Each hour.
    Hourly,
    /// Each day.
    #[default]
    Daily,
    /// Each Sunday.
    Weekly,
    /// Never: something else, such as `logrotate` with `copytruncate`, takes care.
    Never,
}

/// Files with log lines, named `<prefix>.<date>.<suffix>`.
///
/// There is no rotation by size: `tracing-appender` offers none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFile {
    /// Folder of the files; made where it is missing.
    pub folder: PathBuf,
    /// What names begin with.
    pub prefix: String,
    /// What names end with, such as `log`.
    pub suffix: String,
    /// When a new file is begun.
    pub rotation: LogRotation,
    /// Files that are kept, the current one included; older ones are deleted when a new one is begun. 0 keeps all.
    pub max_files: usize,
}

impl LogFile {
    pub(super) fn open(&self) -> Result<(NonBlocking, WorkerGuard, ErrorCounter), TelemetryError> {
        let rotation = match self.rotation {
            LogRotation::Hourly => Rotation::HOURLY,
            LogRotation::Daily => Rotation::DAILY,
            LogRotation::Weekly => Rotation::WEEKLY,
            LogRotation::Never => Rotation::NEVER,
        };
        let appender = RollingFileAppender::builder()
            .rotation(rotation)
            .filename_prefix(&self.prefix)
            .filename_suffix(&self.suffix)
            .max_log_files(self.max_files)
            .build(&self.folder)
            .map_err(|source| TelemetryError::File { folder: self.folder.clone(), source: source.into() })?;
        let (writer, guard) =
            NonBlockingBuilder::default().buffered_lines_limit(QUEUED_LINES).lossy(true).finish(appender);
        let dropped = writer.error_counter();
        Ok((writer, guard, dropped))
    }
}
