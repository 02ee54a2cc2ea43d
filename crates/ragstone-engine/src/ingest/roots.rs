//! Which files may be ingested.

use std::path::{Path, PathBuf};

use ragstone_core::{Error, ErrorKind, Result};

/// Resolves a path and checks that it lies below one of the roots, after every symbolic link.
///
/// Errors: `NotFound` for a missing path, `PermissionDenied` outside the roots, `InvalidArgument` for a loop of links.
pub(super) fn admit(path: &Path, roots: &[PathBuf]) -> Result<PathBuf> {
    let resolved = path.canonicalize().map_err(|source| unreadable(path, source))?;
    let is_below = |root: &PathBuf| root.canonicalize().is_ok_and(|root| resolved.starts_with(root));
    if roots.iter().any(is_below) {
        return Ok(resolved);
    }
    Err(Error::new(ErrorKind::PermissionDenied, "the path lies outside the allowed roots")
        .with_context("path", path.display())
        .with_help("ask the operator to add its folder to `ingest.roots`"))
}

/// Converts a failure to read a path.
pub(super) fn unreadable(path: &Path, source: std::io::Error) -> Error {
    let (kind, message) = match source.kind() {
        std::io::ErrorKind::NotFound => (ErrorKind::NotFound, "cannot find the path"),
        std::io::ErrorKind::PermissionDenied => {
            (ErrorKind::PermissionDenied, "the server may not read the path")
        }
        _ => (ErrorKind::InvalidArgument, "cannot read the path"),
    };
    Error::new(kind, message).with_context("path", path.display()).with_source(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &Path, roots: &[PathBuf]) -> ErrorKind {
        admit(path, roots).map_err(|error| error.kind()).expect_err("is refused")
    }

    #[test]
    fn only_what_lies_below_a_root_is_admitted() {
        let root = tempfile::tempdir().expect("temporary folder");
        let outside = tempfile::tempdir().expect("temporary folder");
        let inside = root.path().join("a.md");
        std::fs::write(&inside, "a").expect("writes");
        let roots = [root.path().to_owned()];
        assert!(admit(&inside, &roots).is_ok());
        assert_eq!(kind(outside.path(), &roots), ErrorKind::PermissionDenied);
        assert_eq!(kind(&root.path().join("../"), &roots), ErrorKind::PermissionDenied);
        assert_eq!(kind(&root.path().join("missing"), &roots), ErrorKind::NotFound);
        assert_eq!(kind(&inside, &[]), ErrorKind::PermissionDenied);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_before_the_check() {
        let root = tempfile::tempdir().expect("temporary folder");
        let outside = tempfile::tempdir().expect("temporary folder");
        let roots = [root.path().to_owned()];
        let escape = root.path().join("escape");
        std::os::unix::fs::symlink(outside.path(), &escape).expect("links");
        assert_eq!(kind(&escape, &roots), ErrorKind::PermissionDenied);
        let circle = root.path().join("circle");
        std::os::unix::fs::symlink(&circle, &circle).expect("links");
        assert_eq!(kind(&circle, &roots), ErrorKind::InvalidArgument);
    }
}
