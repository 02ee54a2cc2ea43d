//! State of an instance.

use ragstone_core::report::{EngineStatus, Readiness};
use serde::{Deserialize, Serialize};

/// How far the instance has come with its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Status {
    /// Version of Ragstone.
    pub version: String,
    /// Position of the latest acknowledged change.
    pub head: u64,
    /// Every change up to here can be found by search.
    pub indexed: u64,
    /// Whether nothing waits to be indexed.
    pub is_caught_up: bool,
    /// Number of collections.
    pub collections: u64,
}

impl From<EngineStatus> for Status {
    fn from(status: EngineStatus) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            head: status.head.0,
            indexed: status.indexed.0,
            is_caught_up: status.is_caught_up,
            collections: status.collections,
        }
    }
}

/// Answer of a health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Health {
    /// State of the instance.
    pub status: HealthStatus,
}

/// State of an instance as load balancers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline))]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// The process answers.
    Live,
    /// It opens its stores or replays changes.
    Starting,
    /// It takes requests.
    Ready,
    /// A store that it needs cannot be used.
    Unavailable,
    /// It finishes what runs and stops.
    Draining,
}

impl From<Readiness> for HealthStatus {
    fn from(readiness: Readiness) -> Self {
        match readiness {
            Readiness::Starting => Self::Starting,
            Readiness::Ready => Self::Ready,
            Readiness::Draining => Self::Draining,
        }
    }
}
