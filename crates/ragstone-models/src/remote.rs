//! Embedders that run on other servers.

pub use self::config::{RemoteConfig, RemoteProtocol};
pub use self::embedder::RemoteEmbedder;

mod config;
mod embedder;
mod estimate;
mod wire;
