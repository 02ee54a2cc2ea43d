//! Integration tests of the public interface.

#[cfg(feature = "tower")]
#[expect(clippy::expect_used, reason = "a test fails by panicking")]
mod layer;
