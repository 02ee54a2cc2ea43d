//! Changes by example.
