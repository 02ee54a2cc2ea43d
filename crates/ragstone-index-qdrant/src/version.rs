//! The version of a Qdrant server, and whether it is new enough.

use std::fmt;

use ragstone_core::{Error, ErrorKind, Result};

/// Oldest server that has everything the adapter asks for, of which rank fusion with a parameter is the newest.
const OLDEST: ServerVersion = ServerVersion { major: 1, minor: 17, patch: 0 };

/// Version that a Qdrant server reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerVersion {
    /// Major number.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
    /// Patch number.
    pub patch: u32,
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl ServerVersion {
    /// Reads a version; what follows a hyphen is passed over.
    fn parse(text: &str) -> Option<Self> {
        let release = text.trim_start_matches('v').split(['-', '+']).next()?;
        let mut numbers = release.split('.').map(str::parse);
        let (major, minor) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        let patch = numbers.next().map_or(Some(0), Result::ok)?;
        Some(Self { major, minor, patch })
    }

    /// Accepts what a server reports; `FailedPrecondition` where it is too old, of another major version, or
    /// no version at all.
    pub(crate) fn check(reported: &str) -> Result<Self> {
        let accepted =
            Self::parse(reported).filter(|version| *version >= OLDEST && version.major == OLDEST.major);
        accepted.ok_or_else(|| {
            let shown: String = reported.chars().take(32).collect();
            Error::new(ErrorKind::FailedPrecondition, "the Qdrant server has an unsupported version")
                .with_context("server", shown)
                .with_context("oldest", OLDEST)
                .with_help(format!("use a Qdrant server of version {OLDEST} or a later 1.x"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        for (text, is_accepted) in [
            ("1.17.0", true),
            ("v1.20.3", true),
            ("1.18.0-dev", true),
            ("1.17", true),
            ("1.16.9", false),
            ("1.9.0", false),
            ("2.0.0", false),
            ("", false),
            ("latest", false),
        ] {
            let checked = ServerVersion::check(text);
            assert_eq!(checked.is_ok(), is_accepted, "{text}");
            if let Err(error) = checked {
                assert_eq!(error.kind(), ErrorKind::FailedPrecondition);
            }
        }
    }
}
