#![doc = include_str!("../README.md")]

pub mod field;
pub mod metric;
#[cfg(feature = "prometheus")]
pub mod recorder;
pub mod redaction;
pub mod span;
#[cfg(feature = "startup")]
pub mod startup;

pub use crate::metric::{Metric, MetricKind};
pub use crate::redaction::{Redacted, redact};
