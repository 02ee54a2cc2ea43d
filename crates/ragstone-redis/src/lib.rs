#![doc = include_str!("../README.md")]

mod cache;
pub mod config;
mod connector;
mod counters;
mod error;
mod invalidations;
mod leases;
mod report;
mod script;
mod store;
mod url;

pub use crate::config::{RedisConfig, RedisTimeouts};
pub use crate::report::{RedisReport, RedisRole};
pub use crate::store::{RedisPoolStatus, RedisStore};
