#![doc = include_str!("../README.md")]

pub mod field;
pub mod metric;
#[cfg(feature = "propagation")]
pub mod propagation;
#[cfg(feature = "prometheus")]
pub mod recorder;
pub mod redaction;
#[cfg(feature = "sentry")]
pub mod reports;
pub mod span;
#[cfg(feature = "startup")]
pub mod startup;
#[cfg(feature = "otlp")]
pub mod traces;

pub use crate::metric::{Metric, MetricKind};
pub use crate::redaction::{Redacted, redact};
