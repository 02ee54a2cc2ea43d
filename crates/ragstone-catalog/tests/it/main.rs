//! Behaviour of the catalog on SQLite.

mod cancellation;
mod changes;
mod collections;
mod documents;
mod fixture;
mod passages;
mod schema;
mod text;
