//! How bad a failure is for those who run the service.

use std::fmt;

use super::ErrorKind;

/// How bad a failure is: decides the level of its log line and whether somebody is called.
///
/// | Severity | Log level | Alert |
/// |---|---|---|
/// | low | info | none: the caller can mend it |
/// | medium | warn | none for one; a rate of them deserves a look |
/// | high | error | when it lasts |
/// | critical | error | at once: data may be lost |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A part of normal work, such as a wrong input.
    Low,
    /// Worth a look when there are many, such as refused credentials or used-up quotas.
    Medium,
    /// The service does not do its part.
    High,
    /// Stored data is in danger.
    Critical,
}

/// When a failure calls somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alert {
    /// Never for itself.
    None,
    /// When failures of its kind go on for minutes.
    WhenLasting,
    /// The first time.
    AtOnce,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// Name for metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Name of the level that a log line has, as `tracing` parses it.
    pub const fn log_level(self) -> &'static str {
        match self {
            Self::Low => "info",
            Self::Medium => "warn",
            Self::High | Self::Critical => "error",
        }
    }

    /// When somebody is called.
    pub const fn alert(self) -> Alert {
        match self {
            Self::Low | Self::Medium => Alert::None,
            Self::High => Alert::WhenLasting,
            Self::Critical => Alert::AtOnce,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ErrorKind {
    /// How bad a failure of this kind is.
    pub const fn severity(self) -> Severity {
        match self {
            Self::InvalidArgument
            | Self::NotFound
            | Self::AlreadyExists
            | Self::Conflict
            | Self::FailedPrecondition
            | Self::TooLarge
            | Self::UnsupportedMedia
            | Self::Cancelled
            | Self::Unsupported => Severity::Low,
            Self::Unauthenticated | Self::PermissionDenied | Self::RateLimited | Self::DeadlineExceeded => {
                Severity::Medium
            }
            Self::Unavailable | Self::ReadOnly | Self::Unexpected => Severity::High,
            Self::Corrupt => Severity::Critical,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_can_mend_calls_nobody() {
        for kind in ErrorKind::ALL {
            let calls_somebody = kind.severity().alert() != Alert::None;
            assert!(!(kind.is_client_fault() && calls_somebody), "{kind}");
        }
    }

    #[test]
    fn a_worse_failure_is_never_logged_more_quietly() {
        let loudness =
            |severity: Severity| ["info", "warn", "error"].iter().position(|l| *l == severity.log_level());
        assert!(Severity::ALL.is_sorted());
        assert!(Severity::ALL.map(loudness).is_sorted());
        assert!(Severity::ALL.into_iter().all(|severity| loudness(severity).is_some()));
    }
}
