//! Integration tests of the index over Qdrant Edge.

mod conformance;
mod durability;
mod lifecycle;
mod sample;
