#![doc = include_str!("../README.md")]

#[cfg(feature = "folder")]
pub mod folder;
#[cfg(any(feature = "tract", feature = "ort"))]
pub mod local;
#[cfg(feature = "folder")]
pub mod onnx;
#[cfg(feature = "pull")]
pub mod pull;
#[cfg(feature = "remote")]
pub mod remote;
#[cfg(feature = "vocabularies")]
pub mod vocabulary;

#[cfg(any(feature = "remote", feature = "pull"))]
mod http;

#[cfg(feature = "folder")]
pub use crate::folder::{FolderError, ModelFolder};
#[cfg(feature = "ort")]
pub use crate::local::OnnxRuntime;
#[cfg(any(feature = "tract", feature = "ort"))]
pub use crate::local::{Engine, LocalEmbedder, LocalOptions, LocalReranker};
#[cfg(feature = "pull")]
pub use crate::pull::{Pull, PullProgress, PullSource};
#[cfg(feature = "remote")]
pub use crate::remote::{RemoteConfig, RemoteEmbedder, RemoteProtocol};
#[cfg(feature = "vocabularies")]
pub use crate::vocabulary::{Vocabulary, VocabularyCounter};
