#![doc = include_str!("../README.md")]

#[cfg(feature = "qdrant")]
pub mod qdrant;
