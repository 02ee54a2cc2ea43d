//! The error of every validating constructor.

/// A policy whose numbers make no sense; nothing was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid {policy}: {field} {rule}")]
pub struct InvalidPolicy {
    /// Name of the policy, such as `backoff`.
    pub policy: &'static str,
    /// The offending number.
    pub field: &'static str,
    /// What it must be.
    pub rule: &'static str,
}

impl InvalidPolicy {
    pub(crate) const fn new(policy: &'static str, field: &'static str, rule: &'static str) -> Self {
        Self { policy, field, rule }
    }
}
