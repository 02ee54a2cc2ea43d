#![doc = include_str!("../README.md")]

#[cfg(feature = "redis")]
pub mod authority;
#[cfg(unix)]
pub mod process;
pub mod proxy;
#[cfg(feature = "qdrant")]
pub mod qdrant;
