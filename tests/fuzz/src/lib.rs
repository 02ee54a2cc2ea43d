//! What fuzz targets share: how one is chosen, the laws that every result is held to, and the targets themselves.

pub mod code;
pub mod filters;
pub mod laws;
pub mod named;
pub mod package;
pub mod passages;
pub mod readers;
pub mod requests;
pub mod target;
pub mod values;
