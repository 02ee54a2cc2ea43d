//! What the error of a store says of the backend behind it.

use ragstone_core::ErrorKind;
use ragstone_resilience::CallOutcome;

/// Whether an error counts against the backend: the one place that decides.
///
/// | Kinds | Outcome | Why |
/// |---|---|---|
/// | `Unavailable`, `DeadlineExceeded`, `Unauthenticated` | failure | It cannot be reached, does not answer in time, or refuses the server's own credentials. |
/// | `RateLimited`, `ReadOnly`, `Cancelled`, `Corrupt`, `Unexpected` | nothing | It asks for patience; it takes no writes, and still reads; somebody gave up; one collection is damaged; one request meets a fault of Ragstone. None of these may take the backend from the other tenants, or from readers. |
/// | all others | success | It answered, if only to refuse this input. |
///
/// A `DeadlineExceeded` at the end of the caller's own time is not judged by this table:
/// [`Breakers`](crate::Breakers) count it only if the backend had a fair chance.
/// An adapter that meets bytes that are no answer reports `Unavailable`, and so counts.
pub fn outcome_of(kind: ErrorKind) -> CallOutcome {
    match kind {
        ErrorKind::Unavailable | ErrorKind::DeadlineExceeded | ErrorKind::Unauthenticated => {
            CallOutcome::Failure
        }
        ErrorKind::InvalidArgument
        | ErrorKind::PermissionDenied
        | ErrorKind::NotFound
        | ErrorKind::AlreadyExists
        | ErrorKind::Conflict
        | ErrorKind::FailedPrecondition
        | ErrorKind::TooLarge
        | ErrorKind::UnsupportedMedia
        | ErrorKind::Unsupported => CallOutcome::Success,
        // And kinds of a newer core, of which nothing is known.
        _ => CallOutcome::Ignored,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_judgement() {
        let kinds = |outcome| {
            ErrorKind::ALL.into_iter().filter(move |kind| outcome_of(*kind) == outcome).collect::<Vec<_>>()
        };
        assert_eq!(
            kinds(CallOutcome::Failure),
            [ErrorKind::Unauthenticated, ErrorKind::Unavailable, ErrorKind::DeadlineExceeded]
        );
        assert_eq!(
            kinds(CallOutcome::Ignored),
            [
                ErrorKind::RateLimited,
                ErrorKind::Cancelled,
                ErrorKind::ReadOnly,
                ErrorKind::Corrupt,
                ErrorKind::Unexpected
            ]
        );
        assert_eq!(kinds(CallOutcome::Success).len(), ErrorKind::ALL.len() - 8);
    }
}
