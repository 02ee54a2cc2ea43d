#![doc = include_str!("../README.md")]

pub mod adaptive;
pub mod backoff;
pub mod breaker;
pub mod budget;
pub mod bulkhead;
pub mod deadline;
pub mod failfast;
pub mod fair;
pub mod hedge;
pub mod jitter;
pub mod latency;
#[cfg(feature = "tower")]
pub mod middleware;
pub mod policy;
pub mod retry;
pub mod shedding;

pub use crate::adaptive::{AdaptiveLimit, AdaptivePolicy, LoadSign};
pub use crate::backoff::Backoff;
pub use crate::breaker::{
    BreakerChange, BreakerPolicy, BreakerState, CallOutcome, CircuitBreaker, CircuitOpen,
};
pub use crate::budget::RetryBudget;
pub use crate::bulkhead::{Bulkhead, Rejected};
pub use crate::deadline::{Deadline, DeadlinePassed, with_deadline};
pub use crate::failfast::{FailFast, KnownDead};
pub use crate::fair::{FairBulkhead, FairPolicy};
pub use crate::hedge::{HedgePolicy, hedge};
pub use crate::jitter::Jitter;
pub use crate::latency::Latencies;
pub use crate::policy::InvalidPolicy;
pub use crate::retry::{RetryFailure, RetryPolicy, StopReason, Verdict, retry};
pub use crate::shedding::{LoadShedder, Priority, Shed};
