//! Behaviour of the engine over the in-memory reference stores.

mod citation;
mod folder;
mod projection;
mod search;
mod workbench;
