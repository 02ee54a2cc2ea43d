//! The closed set of failure kinds and the one table of their codes on every transport.

use std::fmt;

use super::Retry;

/// What failed, as a decision that code can be based on.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorKind {
    /// An input is wrong whatever the state of the system.
    InvalidArgument,
    /// No valid credentials were given.
    Unauthenticated,
    /// The principal may not do this.
    PermissionDenied,
    /// The named thing does not exist for this tenant.
    NotFound,
    /// The thing to create exists.
    AlreadyExists,
    /// The thing changed since the caller read it.
    Conflict,
    /// The system is not in the state that the operation needs.
    FailedPrecondition,
    /// The input is larger than its limit.
    TooLarge,
    /// The input is of a kind that cannot be read, such as a binary file.
    UnsupportedMedia,
    /// A rate or a quota is used up.
    RateLimited,
    /// The caller gave up.
    Cancelled,
    /// The backend or this build cannot honour the option.
    Unsupported,
    /// A backend cannot be reached or is overloaded.
    Unavailable,
    /// What is stored cannot be changed now, because the disk is full or fails; reading goes on.
    ReadOnly,
    /// The deadline passed first.
    DeadlineExceeded,
    /// Stored data contradicts itself.
    Corrupt,
    /// A fault of Ragstone itself.
    Unexpected,
}

/// Codes of one kind on every transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCodes {
    /// HTTP status (RFC 9110; 507 by RFC 4918; 499 by convention for a caller that gave up).
    pub http: u16,
    /// gRPC status code.
    pub grpc: u8,
    /// JSON-RPC 2.0 code; application codes lie outside the reserved range -32768..=-32000.
    pub json_rpc: i32,
    /// Stable reason in `snake_case`, the same on all transports.
    pub reason: &'static str,
}

impl ErrorKind {
    /// Every kind, in order.
    pub const ALL: [Self; 17] = [
        Self::InvalidArgument,
        Self::Unauthenticated,
        Self::PermissionDenied,
        Self::NotFound,
        Self::AlreadyExists,
        Self::Conflict,
        Self::FailedPrecondition,
        Self::TooLarge,
        Self::UnsupportedMedia,
        Self::RateLimited,
        Self::Cancelled,
        Self::Unsupported,
        Self::Unavailable,
        Self::ReadOnly,
        Self::DeadlineExceeded,
        Self::Corrupt,
        Self::Unexpected,
    ];

    /// Codes on every transport: the single table.
    pub const fn codes(self) -> ErrorCodes {
        let (http, grpc, json_rpc, reason) = match self {
            Self::InvalidArgument => (400, 3, -32602, "invalid_argument"),
            Self::Unauthenticated => (401, 16, -31016, "unauthenticated"),
            Self::PermissionDenied => (403, 7, -31007, "permission_denied"),
            Self::NotFound => (404, 5, -31005, "not_found"),
            Self::AlreadyExists => (409, 6, -31006, "already_exists"),
            Self::Conflict => (412, 10, -31010, "conflict"),
            Self::FailedPrecondition => (422, 9, -31009, "failed_precondition"),
            Self::TooLarge => (413, 11, -31011, "too_large"),
            Self::UnsupportedMedia => (415, 3, -31003, "unsupported_media"),
            Self::RateLimited => (429, 8, -31008, "rate_limited"),
            Self::Cancelled => (499, 1, -31001, "cancelled"),
            Self::Unsupported => (501, 12, -31012, "unsupported"),
            Self::Unavailable => (503, 14, -31014, "unavailable"),
            Self::ReadOnly => (507, 8, -31017, "read_only"),
            Self::DeadlineExceeded => (504, 4, -31004, "deadline_exceeded"),
            Self::Corrupt => (500, 15, -31015, "corrupt"),
            Self::Unexpected => (500, 13, -32603, "unexpected"),
        };
        ErrorCodes { http, grpc, json_rpc, reason }
    }

    /// Kind of a reason code; `None` for a code of a newer version.
    pub fn from_reason(reason: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.codes().reason == reason)
    }

    /// Short title for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid argument",
            Self::Unauthenticated => "authentication required",
            Self::PermissionDenied => "permission denied",
            Self::NotFound => "not found",
            Self::AlreadyExists => "already exists",
            Self::Conflict => "changed since it was read",
            Self::FailedPrecondition => "not possible in this state",
            Self::TooLarge => "too large",
            Self::UnsupportedMedia => "unsupported media type",
            Self::RateLimited => "too many requests",
            Self::Cancelled => "cancelled",
            Self::Unsupported => "not supported",
            Self::Unavailable => "temporarily unavailable",
            Self::ReadOnly => "read-only for now",
            Self::DeadlineExceeded => "deadline exceeded",
            Self::Corrupt => "stored data is damaged",
            Self::Unexpected => "internal error",
        }
    }

    /// Whether the caller can mend the failure, and so may read its details.
    pub const fn is_client_fault(self) -> bool {
        match self {
            Self::InvalidArgument
            | Self::Unauthenticated
            | Self::PermissionDenied
            | Self::NotFound
            | Self::AlreadyExists
            | Self::Conflict
            | Self::FailedPrecondition
            | Self::TooLarge
            | Self::UnsupportedMedia
            | Self::RateLimited
            | Self::Cancelled
            | Self::Unsupported => true,
            Self::Unavailable
            | Self::ReadOnly
            | Self::DeadlineExceeded
            | Self::Corrupt
            | Self::Unexpected => false,
        }
    }

    /// Retry status that the kind implies; not retryable unless listed.
    pub const fn default_retry(self) -> Retry {
        match self {
            Self::Unavailable | Self::ReadOnly | Self::RateLimited => Retry::Backoff,
            Self::InvalidArgument
            | Self::Unauthenticated
            | Self::PermissionDenied
            | Self::NotFound
            | Self::AlreadyExists
            | Self::Conflict
            | Self::FailedPrecondition
            | Self::TooLarge
            | Self::UnsupportedMedia
            | Self::Cancelled
            | Self::Unsupported
            | Self::DeadlineExceeded
            | Self::Corrupt
            | Self::Unexpected => Retry::Never,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.codes().reason)
    }
}
