#![doc = include_str!("../README.md")]

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
compile_error!("ragstone-catalog needs a database: enable the feature `sqlite` or `postgres`");

mod catalog;
mod changes;
mod collections;
mod documents;
mod embeddings;
mod error;
mod graphs;
mod horizon;
mod jobs;
mod keys;
mod leases;
mod migration;
mod objects;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod saved_searches;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod transaction;
mod transfer;
mod uploads;
mod words;

pub use crate::catalog::Catalog;
pub use crate::pool::PoolStatus;
#[cfg(feature = "postgres")]
pub use crate::postgres::{CatalogId, Pooler, Postgres, PostgresCatalog, PostgresConfig, Wakeups};
#[cfg(feature = "sqlite")]
pub use crate::sqlite::{Sqlite, SqliteCatalog, SqliteConfig};
pub use crate::transfer::Transferred;
