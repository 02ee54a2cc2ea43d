#![doc = include_str!("../README.md")]

pub mod around;
pub mod backend;
pub mod breakers;
pub mod bulkheads;
pub mod cache;
pub mod call;
pub mod deadlines;
#[cfg(feature = "fault-injection")]
pub mod faults;
pub mod guard;
pub mod health;
pub mod hedges;
pub mod judgement;
pub mod layered;
mod ports;
pub mod refusal;
pub mod retries;
pub mod stack;
pub mod telemetry;
pub mod write_gate;

pub use crate::around::{Around, Over};
pub use crate::backend::{Backend, BackendPolicy, BackendStatus, Failure};
pub use crate::breakers::Breakers;
pub use crate::bulkheads::Bulkheads;
pub use crate::cache::{TieredCache, TieredCachePolicy};
pub use crate::call::{Audience, Call, Effect};
pub use crate::deadlines::Deadlines;
#[cfg(feature = "fault-injection")]
pub use crate::faults::{Fault, FaultRule, Faults};
pub use crate::guard::Guard;
pub use crate::health::BackendHealth;
pub use crate::hedges::Hedges;
pub use crate::judgement::outcome_of;
pub use crate::layered::Layered;
pub use crate::refusal::{Refusal, is_refusal};
pub use crate::retries::Retries;
pub use crate::stack::{
    StackPolicy, standard_cache, standard_catalog, standard_embedder, standard_index, standard_jobs,
    standard_reranker,
};
pub use crate::telemetry::Telemetry;
pub use crate::write_gate::WriteGate;
