#![doc = include_str!("../README.md")]
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::indexing_slicing,
    reason = "a law fails by panicking: that is what a test is"
)]

pub mod cache;
pub mod catalog;
pub mod counters;
pub mod draft;
pub mod driver;
pub mod embedder;
pub mod fixture;
pub mod index;
pub mod invalidations;
pub mod jobs;
pub mod keys;
pub mod law;
pub mod leases;
pub mod random;
mod report;
pub mod reranker;
mod suite;
pub mod uploads;

pub use crate::draft::DraftBuilder;
pub use crate::driver::CatalogDriver;
pub use crate::fixture::{
    CacheFixture, CatalogFixture, CounterFixture, EmbedderFixture, Fixture, IndexFixture,
    InvalidationFixture, JobFixture, KeyFixture, KeyStores, LeaseFixture, RerankerFixture, UploadFixture,
};
pub use crate::law::{Tried, Verdict, check_law};
pub use crate::report::Trial;
pub(crate) use crate::suite::compile_laws;
