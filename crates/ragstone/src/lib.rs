#![doc = include_str!("../README.md")]

#[cfg(any(feature = "rest", feature = "mcp"))]
pub use ragstone_api as api;
#[cfg(feature = "auth")]
pub use ragstone_auth as auth;
#[cfg(any(feature = "catalog-sqlite", feature = "catalog-postgres"))]
pub use ragstone_catalog as catalog;
pub use ragstone_core as core;
#[cfg(feature = "engine")]
pub use ragstone_engine as engine;
#[cfg(feature = "index-edge")]
pub use ragstone_index_edge as index_edge;
#[cfg(feature = "index-qdrant")]
pub use ragstone_index_qdrant as index_qdrant;
#[cfg(feature = "layers")]
pub use ragstone_layers as layers;
#[cfg(feature = "mcp")]
pub use ragstone_mcp as mcp;
#[cfg(feature = "models")]
pub use ragstone_models as models;
#[cfg(feature = "redis")]
pub use ragstone_redis as redis;
#[cfg(feature = "resilience")]
pub use ragstone_resilience as resilience;
#[cfg(feature = "rest")]
pub use ragstone_rest as rest;
#[cfg(feature = "sources")]
pub use ragstone_sources as sources;
#[cfg(feature = "text")]
pub use ragstone_text as text;
