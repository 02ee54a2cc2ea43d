#![doc = include_str!("../README.md")]

pub mod proxy;
#[cfg(feature = "qdrant")]
pub mod qdrant;
