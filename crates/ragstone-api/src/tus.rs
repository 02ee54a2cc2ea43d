//! Uploads in parts: the headers of tus 1.0.0 (<https://tus.io/protocols/resumable-upload>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::fmt::rfc2822::DateTimePrinter;
use ragstone_core::{Error, ErrorKind, Result, Timestamp};

use crate::upload::UploadQuery;

/// The version that is spoken.
pub const VERSION: &str = "1.0.0";
/// The extensions that are offered.
pub const EXTENSIONS: &str = "creation,expiration,termination";
/// Media type of a part.
pub const PART: &str = "application/offset+octet-stream";

/// Header with the version.
pub const RESUMABLE: &str = "tus-resumable";
/// Header with the versions that are spoken.
pub const VERSIONS: &str = "tus-version";
/// Header with the extensions.
pub const EXTENSION: &str = "tus-extension";
/// Header with the most bytes of an upload.
pub const MAX_SIZE: &str = "tus-max-size";
/// Header with the length of an upload.
pub const LENGTH: &str = "upload-length";
/// Header that announces the length for later.
pub const DEFER_LENGTH: &str = "upload-defer-length";
/// Header with the bytes that have come.
pub const OFFSET: &str = "upload-offset";
/// Header with what is known of an upload.
pub const METADATA: &str = "upload-metadata";
/// Header with the time at which an upload is forgotten.
pub const EXPIRES: &str = "upload-expires";
/// Header, of this system's own, with the path of the job that an upload became.
pub const JOB: &str = "ragstone-job";

/// Refuses another version than the one that is spoken: `Conflict`, which is the status 412 that the protocol asks for.
pub fn check_version(given: Option<&str>) -> Result<()> {
    if given == Some(VERSION) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Conflict, "the request is not one of tus 1.0.0")
        .with_violation(RESUMABLE, "must be 1.0.0")
        .with_help("speak tus 1.0.0, or send the whole file in one request to /uploads"))
}

/// Reads a header that holds a number of bytes.
pub fn read_bytes(header: &'static str, given: Option<&str>) -> Result<u64> {
    let digits = given.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    digits
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::invalid(header, "must be given as a number of bytes"))
}

/// Reads what is known of an upload, and its media type.
///
/// Keys are `external_id`, `filename`, `filetype`, `title` and `attributes`; others are refused.
pub fn read_metadata(given: &str) -> Result<(UploadQuery, Option<String>)> {
    let (mut external_id, mut file_name, mut media_type) = (None, None, None);
    let (mut title, mut attributes) = (None, None);
    for pair in given.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let place = match key {
            "external_id" => &mut external_id,
            "filename" => &mut file_name,
            "filetype" => &mut media_type,
            "title" => &mut title,
            "attributes" => &mut attributes,
            _ => {
                return Err(Error::invalid(METADATA, format!("has the unknown key {}", shortened(key)))
                    .with_help("keys are external_id, filename, filetype, title and attributes"));
            }
        };
        if place.replace(decoded(value)?).is_some() {
            return Err(Error::invalid(METADATA, format!("has the key {key} twice")));
        }
    }
    let external_id = external_id.ok_or_else(|| {
        Error::invalid(METADATA, "must have the key external_id")
            .with_help("name the document, such as by its path: the same id again replaces it")
    })?;
    let (lane, priority, delay_seconds) = (None, None, None);
    let query = UploadQuery { external_id, file_name, title, attributes, lane, priority, delay_seconds };
    Ok((query, media_type))
}

fn decoded(value: &str) -> Result<String> {
    let bytes = STANDARD.decode(value.trim()).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Error::invalid(METADATA, "must have values of UTF-8 in base64"))
}

fn shortened(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).take(64).collect()
}

/// A time as HTTP writes it (RFC 9110 §5.6.7).
pub fn http_date(timestamp: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(timestamp.as_millis()).unwrap_or(jiff::Timestamp::MAX);
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_pairs_of_keys_and_base64() {
        let (query, media_type) =
            read_metadata("external_id bm90ZXMvYQ==, filename w4QubWQ=,filetype dGV4dC9tYXJrZG93bg==")
                .expect("reads");
        assert_eq!((query.external_id.as_str(), query.file_name.as_deref()), ("notes/a", Some("Ä.md")));
        assert_eq!((media_type.as_deref(), query.title), (Some("text/markdown"), None));
        for bad in [
            "",
            "filename YQ==",
            "external_id YQ==,external_id YQ==",
            "external_id !",
            "external_id YQ==,x YQ==",
        ] {
            let kind = read_metadata(bad).map_err(|error| error.kind());
            assert_eq!(kind.map(drop), Err(ErrorKind::InvalidArgument), "{bad}");
        }
    }

    #[test]
    fn numbers_and_versions_are_checked() {
        assert_eq!(read_bytes(LENGTH, Some("12")).ok(), Some(12));
        for bad in [None, Some(""), Some("-1"), Some("+1"), Some("1.5"), Some("99999999999999999999")] {
            assert!(read_bytes(LENGTH, bad).is_err(), "{bad:?}");
        }
        assert!(check_version(Some("1.0.0")).is_ok());
        assert_eq!(check_version(None).map_err(|error| error.kind()), Err(ErrorKind::Conflict));
    }

    #[test]
    fn times_are_those_of_http() {
        assert_eq!(http_date(Timestamp::from_millis(1_577_836_800_123)), "Wed, 01 Jan 2020 00:00:00 GMT");
    }
}
