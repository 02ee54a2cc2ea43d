#![doc = include_str!("../README.md")]

pub mod around;
pub mod cache;
pub mod call;
pub mod deadlines;
#[cfg(feature = "fault-injection")]
pub mod faults;
pub mod guard;
pub mod layered;
mod ports;
pub mod retries;
pub mod stack;
pub mod telemetry;

pub use crate::around::{Around, Over};
pub use crate::cache::{TieredCache, TieredCachePolicy};
pub use crate::call::Call;
pub use crate::deadlines::Deadlines;
#[cfg(feature = "fault-injection")]
pub use crate::faults::{Fault, FaultRule, Faults};
pub use crate::guard::Guard;
pub use crate::layered::Layered;
pub use crate::retries::Retries;
pub use crate::stack::{StackPolicy, standard_catalog, standard_index};
pub use crate::telemetry::Telemetry;
