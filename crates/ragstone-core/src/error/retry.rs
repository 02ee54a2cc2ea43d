//! Whether a failed call may be tried again.

use std::time::Duration;

/// Retry status of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// The same call fails again.
    Never,
    /// The backend asked to wait this long first.
    After(Duration),
    /// The same call may succeed after a back-off.
    Backoff,
    /// Retries were made and used up; an outer layer must not start over.
    Exhausted,
}

impl Retry {
    /// Whether a retry may be made now or later.
    pub const fn is_allowed(self) -> bool {
        match self {
            Self::After(_) | Self::Backoff => true,
            Self::Never | Self::Exhausted => false,
        }
    }
}
