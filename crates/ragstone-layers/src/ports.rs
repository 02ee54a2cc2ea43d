//! The ports of the core, each implemented once for [`Layered`](crate::Layered).

mod catalog;
mod graphs;
mod index;
mod jobs;
mod keys;
mod model;
mod shared;
mod uploads;
