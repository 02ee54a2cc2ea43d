//! Exit codes of the command line, and how a failure is shown.

use std::fmt::Write as _;
use std::process::ExitCode;

use owo_colors::OwoColorize;
use ragstone_core::{Error, ErrorKind};

/// Exit code of a kind of failure; documented in the book's command-line reference.
pub(crate) const fn code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::InvalidArgument => 2,
        ErrorKind::NotFound => 3,
        ErrorKind::Unauthenticated | ErrorKind::PermissionDenied => 4,
        ErrorKind::AlreadyExists | ErrorKind::Conflict | ErrorKind::FailedPrecondition => 5,
        ErrorKind::TooLarge | ErrorKind::UnsupportedMedia | ErrorKind::Unsupported => 6,
        ErrorKind::Unavailable
        | ErrorKind::ReadOnly
        | ErrorKind::DeadlineExceeded
        | ErrorKind::RateLimited => 7,
        ErrorKind::Cancelled => 8,
        _ => 1,
    }
}

/// Shows a failure on standard error and gives its exit code.
pub(crate) fn fail(error: &Error) -> ExitCode {
    anstream::eprint!("{}", report(error));
    ExitCode::from(code(error.kind()))
}

/// A failure in words: what, why, what next. The operator of the process may see its private part.
pub(crate) fn report(error: &Error) -> String {
    let mut text = String::new();
    let message = if error.kind().is_client_fault() { error.public_message() } else { error.to_string() };
    let _ = writeln!(text, "{} {message}", "error:".red().bold());
    if let Some(help) = error.help() {
        let _ = writeln!(text, "{} {help}", "help:".cyan().bold());
    }
    text
}
