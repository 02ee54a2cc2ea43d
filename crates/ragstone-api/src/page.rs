//! Pages of listings and their cursors.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ragstone_core::page::{Page, PageRequest};
use ragstone_core::{Error, Result};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

/// Items of a page whose size is not named.
pub const DEFAULT_PAGE_SIZE: u32 = 50;

const VERSION: u8 = 1;
const TAG_LEN: usize = 16;
/// Longest cursor; the longest key is a source URI of 4,096 bytes.
const MAX_CURSOR_LEN: usize = 8192;

/// Which part of a listing is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Most items, 1 to 1,000; 50 where left out.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 1000))]
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 1000)))]
    pub page_size: Option<u32>,
    /// `next_cursor` of the page before, to read on.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Secret with which a server marks the cursors that it gave out.
#[derive(Clone)]
pub struct CursorKey([u8; 32]);

impl CursorKey {
    /// Derives the key from a secret of the instance; the same secret accepts the cursors of earlier runs.
    pub fn derive(secret: &[u8]) -> Self {
        Self(blake3::derive_key("ragstone cursor v1", secret))
    }

    /// Reads the request for a page of `listing`; a cursor of another listing or another key is `InvalidArgument`.
    ///
    /// `listing` must name everything that decides which items there are: tenant, kind and parent.
    pub fn open(&self, listing: &str, query: PageQuery) -> Result<PageRequest> {
        let request = PageRequest::try_new(query.page_size.unwrap_or(DEFAULT_PAGE_SIZE))?;
        let Some(cursor) = query.cursor else {
            return Ok(request);
        };
        let key = self.unsealed(listing, &cursor).ok_or_else(|| {
            Error::invalid("cursor", "was not given out for this listing")
                .with_help("leave the cursor out to start from the first page")
        })?;
        Ok(request.after(key))
    }

    /// Makes the cursor behind the last item of a page of `listing`; `None` at the end.
    pub fn seal<T>(&self, listing: &str, page: &Page<T>) -> Option<String> {
        let key = page.next.as_deref()?;
        let mut bytes = Vec::with_capacity(1 + TAG_LEN + key.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.tag(listing, key));
        bytes.extend_from_slice(key.as_bytes());
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn unsealed(&self, listing: &str, cursor: &str) -> Option<String> {
        if cursor.len() > MAX_CURSOR_LEN {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (&version, rest) = bytes.split_first()?;
        let (tag, key) = rest.split_first_chunk::<TAG_LEN>()?;
        let key = std::str::from_utf8(key).ok()?;
        let is_ours = bool::from(tag.ct_eq(&self.tag(listing, key)));
        (version == VERSION && is_ours).then(|| key.to_owned())
    }

    fn tag(&self, listing: &str, key: &str) -> [u8; TAG_LEN] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&(listing.len() as u64).to_le_bytes());
        hasher.update(listing.as_bytes());
        hasher.update(key.as_bytes());
        let mut tag = [0; TAG_LEN];
        hasher.finalize_xof().fill(&mut tag);
        tag
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(..)")
    }
}

#[cfg(test)]
mod tests;
