#![doc = include_str!("../README.md")]

pub mod error;
pub mod span;

pub use crate::error::{Error, ErrorKind, Result, Retry};
pub use crate::span::{ByteSpan, LineRange};
