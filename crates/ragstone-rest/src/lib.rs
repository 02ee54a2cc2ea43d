#![doc = include_str!("../README.md")]

pub mod config;
pub mod failure;
pub mod router;

mod edge;
mod extract;
mod handler;
mod openapi;

pub use crate::config::{HostPolicy, RestConfig, RestState, StoreCheck};
pub use crate::edge::admission::{Admission, Work};
pub use crate::openapi::openapi;
pub use crate::router::{router, router_with};
