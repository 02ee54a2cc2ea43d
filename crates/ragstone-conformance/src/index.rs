//! Laws of the chunk index.
