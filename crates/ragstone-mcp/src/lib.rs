#![doc = include_str!("../README.md")]

mod budget;
mod caller;
mod config;
mod deadline;
mod failure;
mod http;
mod observation;
mod progress;
mod prompt;
mod resource;
mod schema;
mod server;
mod stdio;
mod tool;

pub use crate::budget::TokenBudget;
pub use crate::config::McpConfig;
pub use crate::http::http_service;
pub use crate::stdio::{serve_stdio, serve_stream};
