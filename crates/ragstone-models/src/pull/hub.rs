//! A model hub: a listing with sizes and digests, and a file at each name.

use ragstone_core::{Error, ErrorKind, Result};
use serde::Deserialize;
use url::Url;

use super::copy::missing;
use super::download::Wanted;
use super::staging::Staging;
use super::{OPTIONAL, Pull, REQUIRED};

#[derive(Deserialize)]
struct Listing {
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
    lfs: Option<LargeFile>,
}

#[derive(Deserialize)]
struct LargeFile {
    sha256: Option<String>,
    size: Option<u64>,
}

impl Pull {
    pub(super) async fn hub(&self, base: &Url, name: &str, revision: &str, staging: &Staging) -> Result<()> {
        check_name("name", name)?;
        check_name("revision", revision)?;
        let mut url = below(base, &["api", "models"], name, &["revision", revision])?;
        url.set_query(Some("blobs=true"));
        let (_, body) = self.listing(url, "application/json").await?;
        let listing: Listing = serde_json::from_slice(&body).map_err(|source| {
            Error::new(ErrorKind::Unavailable, "the hub's listing cannot be read").with_source(source)
        })?;
        for file in REQUIRED.into_iter().chain(OPTIONAL) {
            let Some(found) = listing.siblings.iter().find(|sibling| sibling.rfilename == file) else {
                if REQUIRED.contains(&file) {
                    return Err(missing(file));
                }
                continue;
            };
            let url = below(base, &[], name, &["resolve", revision, file])?;
            let large = found.lfs.as_ref();
            let sha256 = large.and_then(|large| large.sha256.clone()).map(|digest| digest.to_lowercase());
            let size = large.and_then(|large| large.size).or(found.size);
            let path = staging.files().join(file);
            super::copy::place(&staging.files(), file, |_| Ok(()))?;
            self.download(&Wanted { name: file, url, sha256, size }, &path).await?;
        }
        Ok(())
    }
}

/// Refuses names that would lead to another place of the hub.
fn check_name(field: &'static str, name: &str) -> Result<()> {
    let is_plain = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(allowed)
    };
    if name.len() <= 200 && name.split('/').all(is_plain) {
        return Ok(());
    }
    Err(Error::invalid(field, "must be made of letters, digits, ., _, - and /"))
}

/// The address of a file below the hub's own.
fn below(base: &Url, before: &[&str], name: &str, after: &[&str]) -> Result<Url> {
    let mut url = base.clone();
    url.set_query(None);
    {
        let mut path =
            url.path_segments_mut().map_err(|()| Error::invalid("base", "must be an http or https URL"))?;
        path.pop_if_empty().extend(before).extend(name.split('/'));
        path.extend(after.iter().flat_map(|part| part.split('/')));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_built_below_the_base() {
        let base = Url::parse("http://h/mirror/").expect("is a URL");
        let url = below(&base, &[], "a/b", &["resolve", "main", "1_Pooling/config.json"]);
        assert_eq!(url.expect("is one").as_str(), "http://h/mirror/a/b/resolve/main/1_Pooling/config.json");
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for bad in ["", "a//b", "../a", "a/..", "a/.git", "a b", "a?b", "a%2fb"] {
            assert!(check_name("name", bad).is_err(), "{bad}");
        }
        assert!(check_name("name", "sentence-transformers/all-MiniLM-L6-v2").is_ok());
    }
}
