//! The one place where failures of Redis become errors.
//!
//! No failure of Redis is the fault of a caller, so all are `Unavailable` or `Unexpected`, and what to do about
//! one is for those who run the server. One that comes back until somebody changes a setting is not retryable.

use deadpool::managed::{PoolError, TimeoutType};
use deadpool_redis::redis::{ErrorKind as Cause, RedisError, ServerErrorKind};
use ragstone_core::{Error, ErrorKind, Retry};

/// Maps a failure of a command or of a connection.
pub(crate) fn from_redis(error: RedisError) -> Error {
    let mapped = match error.kind() {
        Cause::Io => from_io(&error),
        Cause::AuthenticationFailed => wrong_login(),
        Cause::Server(kind) => from_server(kind),
        Cause::Extension => from_code(error.code().unwrap_or_default()),
        Cause::Parse => unavailable("redis answered with something that is not its protocol"),
        Cause::ClusterConnectionNotFound => unavailable("no node of the redis cluster can be reached"),
        Cause::MasterNameNotFoundBySentinel => {
            unavailable("the sentinels know no such primary, or it is not ready")
                .with_help("check the master=NAME of the URL against `SENTINEL masters`")
        }
        Cause::NoValidReplicasFoundBySentinel => unavailable("the sentinels know no such replica"),
        Cause::InvalidClientConfig => stays("the settings for redis cannot be used"),
        _ => Error::new(ErrorKind::Unexpected, "redis failed"),
    };
    mapped.with_source(error)
}

/// Maps a failure to get a connection.
pub(crate) fn from_pool(error: PoolError<RedisError>) -> Error {
    match error {
        PoolError::Backend(error) => from_redis(error),
        PoolError::Timeout(TimeoutType::Wait) => unavailable("no connection to redis became free in time")
            .with_help("redis is slow, or it needs a larger pool of connections"),
        PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => {
            unavailable("redis did not accept a connection in time")
        }
        PoolError::Closed => closed(),
        other => {
            Error::new(ErrorKind::Unexpected, "the pool of connections to redis failed").with_source(other)
        }
    }
}

/// The answer after the store was closed.
pub(crate) fn closed() -> Error {
    stays("the connections to redis are closed")
}

/// The answer when something took too long.
pub(crate) fn too_late() -> Error {
    unavailable("redis did not answer in time")
}

/// What a script of this crate answered is not what it answers.
pub(crate) fn unexpected_answer() -> Error {
    Error::new(ErrorKind::Unexpected, "redis gave an answer that cannot be understood")
}

/// Whether the connection must not be used again.
pub(crate) fn breaks_connection(error: &RedisError) -> bool {
    error.is_unrecoverable_error()
        || error.is_timeout()
        || is_demoted(error)
        || matches!(error.code(), Some("NOAUTH" | "WRONGPASS"))
}

/// Whether this was the primary and is not any more.
pub(crate) fn is_demoted(error: &RedisError) -> bool {
    error.kind() == Cause::Server(ServerErrorKind::ReadOnly)
}

fn unavailable(message: &'static str) -> Error {
    Error::new(ErrorKind::Unavailable, message)
}

/// Unavailable until somebody changes a setting.
fn stays(message: &'static str) -> Error {
    unavailable(message).with_retry(Retry::Never)
}

fn wrong_login() -> Error {
    stays("redis refused the user or the password").with_help("check the password of the redis URL")
}

fn from_io(error: &RedisError) -> Error {
    if error.is_timeout() {
        return too_late();
    }
    let text = error.to_string();
    if text.contains("certificate") || text.contains("tls") || text.contains("TLS") {
        return stays("the TLS handshake with redis failed")
            .with_help("check the certificate authority, and that the host of the URL is the certificate's");
    }
    unavailable("redis cannot be reached")
}

fn from_server(kind: ServerErrorKind) -> Error {
    match kind {
        ServerErrorKind::ReadOnly => unavailable("redis is in read-only mode")
            .with_help("name the primary in the URL, or use redis+sentinel:// to follow it"),
        ServerErrorKind::BusyLoading => unavailable("redis is still loading its data"),
        ServerErrorKind::MasterDown => unavailable("redis has lost its primary"),
        ServerErrorKind::ClusterDown => unavailable("the redis cluster is down"),
        ServerErrorKind::TryAgain | ServerErrorKind::Moved | ServerErrorKind::Ask => {
            unavailable("the redis cluster is moving its keys")
        }
        ServerErrorKind::CrossSlot => stays("redis is a cluster, which the URL does not say")
            .with_help("write redis+cluster in place of redis"),
        ServerErrorKind::NoPerm => stays("the redis user may not do what is needed")
            .with_help("allow it the commands and the keys of the prefix"),
        _ => Error::new(ErrorKind::Unexpected, "redis refused a command"),
    }
}

/// Codes that the driver has no name for.
fn from_code(code: &str) -> Error {
    match code {
        "NOAUTH" => stays("redis wants a password").with_help("put it into the redis URL"),
        "WRONGPASS" => wrong_login(),
        "OOM" => unavailable("redis is out of memory")
            .with_help("raise its maxmemory, or let it evict keys (maxmemory-policy)"),
        "MISCONF" => unavailable("redis refuses writes because it cannot save its data")
            .with_help("its log says why; often its disk is full"),
        "NOREPLICAS" => unavailable("redis refuses writes because it has too few replicas"),
        "BUSY" | "UNKILLABLE" => unavailable("redis is busy with a script"),
        "WRONGTYPE" => Error::new(ErrorKind::Corrupt, "a key of redis holds something else")
            .with_help("another application uses the same prefix; give each its own"),
        _ => Error::new(ErrorKind::Unexpected, "redis refused a command"),
    }
}

#[cfg(test)]
mod tests {
    use deadpool_redis::redis::make_extension_error;

    use super::*;

    fn mapped(code: &str) -> Error {
        from_redis(make_extension_error(code.to_owned(), Some("detail".to_owned())))
    }

    #[test]
    fn what_a_setting_must_mend_is_not_retried() {
        for code in ["NOAUTH", "WRONGPASS"] {
            let error = mapped(code);
            assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Never), "{code}");
            assert!(error.help().is_some());
        }
    }

    #[test]
    fn what_passes_is_retried() {
        for code in ["OOM", "MISCONF", "NOREPLICAS", "BUSY"] {
            let error = mapped(code);
            assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Backoff), "{code}");
        }
        for kind in [ServerErrorKind::ReadOnly, ServerErrorKind::BusyLoading, ServerErrorKind::ClusterDown] {
            assert!(from_server(kind).retry().is_allowed(), "{kind:?}");
        }
    }

    #[test]
    fn read_only_mode_is_named() {
        assert!(from_server(ServerErrorKind::ReadOnly).to_string().contains("read-only"));
    }

    #[test]
    fn unknown_codes_are_unexpected() {
        assert_eq!(mapped("WHATEVER").kind(), ErrorKind::Unexpected);
        assert_eq!(mapped("WRONGTYPE").kind(), ErrorKind::Corrupt);
    }
}
