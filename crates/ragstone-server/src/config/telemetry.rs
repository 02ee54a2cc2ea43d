//! What is logged, traced and reported.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ragstone_core::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::within;

/// Form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// When a new log file is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogRotation {
    /// Each hour.
    Hourly,
    /// Each day.
    Daily,
    /// Each Sunday.
    Weekly,
    /// Never.
    Never,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogConfig {
    /// `human` or `json`.
    pub(crate) format: LogFormat,
    /// Which events are logged, as levels and `module=level`, such as `warn,ragstone=debug`; the operations port changes it while the server runs.
    pub(crate) filter: String,
    /// Folder for files with the same lines as standard error; empty writes none. Files are named by their date in UTC.
    #[schemars(with = "String")]
    pub(crate) folder: PathBuf,
    /// When a new file is begun: `hourly`, `daily`, `weekly` or `never`. There is no rotation by size.
    pub(crate) rotation: LogRotation,
    /// Files that are kept; older ones are deleted when a new one is begun. 0 keeps all, at most 10000.
    pub(crate) max_files: usize,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Human,
            filter: "warn,ragstone=info,ragstone_rest::access=warn".to_owned(),
            folder: PathBuf::new(),
            rotation: LogRotation::Daily,
            max_files: 14,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TracesConfig {
    /// Address of an OTLP receiver over gRPC, such as `http://127.0.0.1:4317`; empty sends no traces.
    pub(crate) endpoint: String,
    /// Headers of each message to it, such as the key of a vendor; the values are secret.
    pub(crate) headers: BTreeMap<String, Secret>,
    /// File with the certificates, as PEM, of the authorities that the receiver is checked against; empty takes those of the operating system.
    #[schemars(with = "String")]
    pub(crate) ca_file: PathBuf,
    /// Share of the traces that begin here and are sent, from 0.0 to 1.0; a trace that a caller began keeps the caller's decision.
    pub(crate) sampling_ratio: f64,
    /// Seconds that one message to the receiver may take. From 1 to 60.
    pub(crate) timeout_seconds: u64,
    /// Spans that may wait for the receiver; further ones are dropped and counted. From 512 to 1048576.
    pub(crate) queue_spans: usize,
    /// Name of this instance in traces; empty makes a fresh one at each start.
    pub(crate) instance: String,
}

impl Default for TracesConfig {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            headers: BTreeMap::new(),
            ca_file: PathBuf::new(),
            sampling_ratio: 0.1,
            timeout_seconds: 10,
            queue_spans: 8192,
            instance: String::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ReportsConfig {
    /// Address (DSN) of a Sentry project that errors are reported to, without texts of users; secret. Needs a build with the feature `sentry`.
    pub(crate) dsn: Option<Secret>,
    /// Name of the installation in reports, such as `production`.
    pub(crate) environment: String,
    /// Share of the errors that are reported, from 0.0 to 1.0.
    pub(crate) sample_rate: f32,
}

impl Default for ReportsConfig {
    fn default() -> Self {
        Self { dsn: None, environment: String::new(), sample_rate: 1.0 }
    }
}

impl LogConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("log.max_files", self.max_files, 0, 10_000)
    }
}

impl TracesConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("traces.sampling_ratio", self.sampling_ratio, 0.0, 1.0)?;
        within("traces.timeout_seconds", self.timeout_seconds, 1, 60)?;
        within("traces.queue_spans", self.queue_spans, 512, 1 << 20)
    }
}

impl ReportsConfig {
    pub(super) fn check(&self) -> Result<()> {
        within("reports.sample_rate", self.sample_rate, 0.0, 1.0)?;
        if self.dsn.is_some() && !cfg!(feature = "sentry") {
            return Err(Error::invalid("reports.dsn", "is set, but this build cannot report to Sentry")
                .with_help("build with `--features sentry`, or leave `reports.dsn` out"));
        }
        Ok(())
    }
}
