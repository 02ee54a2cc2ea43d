//! Source URIs of files and texts.

use std::path::{Path, PathBuf};

use ragstone_core::{Error, Result, SourceUri};

/// Scheme of texts that a caller gives.
const TEXT_SCHEME: &str = "text:";

/// The `file:` URI of an absolute path (RFC 8089).
pub(super) fn of_file(path: &Path) -> Result<SourceUri> {
    let url = url::Url::from_file_path(path)
        .map_err(|()| Error::invalid("path", "must be absolute").with_context("path", path.display()))?;
    SourceUri::try_new(url.as_str())
}

/// The file that a source names; the source itself where it names none.
pub(crate) fn path_of(source: &SourceUri) -> PathBuf {
    let path = url::Url::parse(source.as_str()).ok().and_then(|url| url.to_file_path().ok());
    path.unwrap_or_else(|| PathBuf::from(source.as_str()))
}

/// What the URIs of all files below a folder start with.
pub(super) fn prefix_of_folder(path: &Path) -> Result<String> {
    let mut prefix = String::from(of_file(path)?);
    if !prefix.ends_with('/') {
        prefix.push('/');
    }
    Ok(prefix)
}

/// The URI of a text that a caller gives under an id of its own.
pub(super) fn of_text(external_id: &str) -> Result<SourceUri> {
    if external_id.trim().is_empty() {
        return Err(Error::invalid("external_id", "must not be empty"));
    }
    SourceUri::try_new(format!("{TEXT_SCHEME}{external_id}"))
        .map_err(|_| Error::invalid("external_id", "must have at most 4091 bytes without control characters"))
}
