//! Sources as they are: repositories made by git, archives made by other programs' rules, folders that change.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[cfg(feature = "archive")]
mod archives;
#[cfg(feature = "git")]
mod repositories;
#[cfg(feature = "watch")]
mod watching;
