//! Names of sources: a scheme, the path of the source on disk, and a path inside it.

use std::fmt::Write as _;
use std::path::Path;

use ragstone_core::{Error, Result};

/// What stands for itself in a path, besides letters and digits.
const PLAIN: &[u8] = b"-._~!$'()*,;:@";

/// `scheme+file:///…` of an absolute path, without a slash at its end.
pub(crate) fn of_path(scheme: &str, path: &Path) -> Result<String> {
    let url = url::Url::from_file_path(path)
        .map_err(|()| Error::invalid("path", "must be absolute").with_context("path", path.display()))?;
    Ok(format!("{scheme}+{}", url.as_str().trim_end_matches('/')))
}

/// A path inside a source: its parts are escaped, and the slashes between them are not.
pub(crate) fn escaped_path(path: &[u8]) -> String {
    path.split(|byte| *byte == b'/').map(escaped).collect::<Vec<_>>().join("/")
}

/// One part of a path.
pub(crate) fn escaped(part: &[u8]) -> String {
    let mut text = String::with_capacity(part.len());
    for byte in part {
        if byte.is_ascii_alphanumeric() || PLAIN.contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _infallible = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_form() {
        let mut seen = std::collections::HashSet::new();
        for byte in 0..=u8::MAX {
            assert!(seen.insert(escaped(&[byte])), "{byte}");
        }
        assert_eq!(escaped_path("a b/ü#?%/c&=+.md".as_bytes()), "a%20b/%C3%BC%23%3F%25/c%26%3D%2B.md");
        assert_eq!(escaped(b"feature/x"), "feature%2Fx");
    }

    #[test]
    fn paths_are_those_of_file_uris() {
        let of = |path: &str| of_path("zip", Path::new(path)).map_err(|error| error.kind());
        assert_eq!(of("/srv/a b/x.zip"), Ok("zip+file:///srv/a%20b/x.zip".to_owned()));
        assert_eq!(of("/srv/"), Ok("zip+file:///srv".to_owned()));
        assert!(of("srv").is_err());
    }
}
