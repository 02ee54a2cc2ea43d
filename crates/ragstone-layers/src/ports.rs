//! The ports of the core, each implemented once for [`Layered`](crate::Layered).

mod catalog;
mod index;
mod jobs;
mod model;
mod shared;
