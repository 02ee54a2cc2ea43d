#![doc = include_str!("../README.md")]

#[cfg(not(feature = "sqlite"))]
compile_error!("ragstone-catalog needs a database: enable the feature `sqlite`");

mod catalog;
mod changes;
mod collections;
mod documents;
mod error;
mod migration;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod transaction;
mod transfer;

pub use crate::catalog::Catalog;
#[cfg(feature = "sqlite")]
pub use crate::sqlite::{Sqlite, SqliteCatalog, SqliteConfig};
pub use crate::transfer::Transferred;
