#![doc = include_str!("../README.md")]

pub mod backoff;
pub mod budget;
pub mod bulkhead;
pub mod deadline;
pub mod jitter;
pub mod policy;
pub mod retry;

pub use crate::backoff::Backoff;
pub use crate::budget::RetryBudget;
pub use crate::bulkhead::{Bulkhead, Rejected};
pub use crate::deadline::{Deadline, DeadlinePassed, with_deadline};
pub use crate::jitter::Jitter;
pub use crate::policy::InvalidPolicy;
pub use crate::retry::{RetryFailure, RetryPolicy, StopReason, Verdict, retry};
