//! Integration tests of the index over Qdrant Edge.

mod durability;
mod lifecycle;
mod sample;
