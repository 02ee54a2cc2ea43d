//! Local and remote models against the laws of their ports, an independent implementation, and bad input.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail by panicking")]

#[cfg(feature = "folder")]
mod bad_folders;
mod environment;
#[cfg(any(feature = "tract", feature = "ort"))]
mod families;
#[cfg(any(feature = "tract", feature = "ort"))]
mod laws;
#[cfg(feature = "ort")]
mod library;
#[cfg(feature = "folder")]
mod made;
#[cfg(feature = "pull")]
mod pull;
#[cfg(any(feature = "tract", feature = "ort"))]
mod reference;
#[cfg(feature = "remote")]
mod remote;
#[cfg(any(feature = "remote", feature = "pull"))]
mod server;
