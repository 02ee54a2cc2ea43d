//! Addresses of stores, which may hold passwords.

use std::fmt;
use std::path::Path;

use ragstone_core::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use url::Url;

use super::secret_file::first_line;

/// Address of a store. Shown without its password.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct StoreUrl(String);

impl StoreUrl {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The whole URL, with its password.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    pub(super) fn scheme(&self, key: &'static str, known: &[&str]) -> Result<()> {
        let scheme = self.0.split_once("://").map_or("", |(scheme, _)| scheme);
        if self.is_empty() || known.contains(&scheme) {
            return Ok(());
        }
        Err(Error::invalid(key, format!("must begin with one of {}://", known.join("://, ")))
            .with_help("leave it empty for the store that is built in"))
    }

    fn redacted(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        match Url::parse(&self.0) {
            Ok(mut url) => {
                if url.password().is_some() && url.set_password(Some("***")).is_err() {
                    return "***".to_owned();
                }
                url.to_string()
            }
            Err(_) => "***".to_owned(),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl Serialize for StoreUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.redacted())
    }
}

pub(super) fn one_of(key: &'static str, url: &StoreUrl, file: Option<&Path>) -> Result<()> {
    if url.is_empty() || file.is_none() {
        return Ok(());
    }
    Err(Error::invalid(key, "is set, and its `url_file` too").with_help("keep one of them"))
}

pub(super) fn resolve(key: &'static str, url: &StoreUrl, file: Option<&Path>) -> Result<StoreUrl> {
    file.map_or_else(|| Ok(url.clone()), |file| first_line(key, file).map(StoreUrl::new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let secret = StoreUrl::new("postgres://me:hunter2@db.example/x?sslmode=require");
        for shown in [format!("{secret:?}"), secret.to_string(), serde_json::to_string(&secret).unwrap()] {
            assert!(shown.contains("db.example") && !shown.contains("hunter2"), "{shown}");
        }
        assert!(!format!("{:?}", StoreUrl::new("postgres://me:hunter2@[")).contains("hunter2"));
        assert_eq!(StoreUrl::new("").to_string(), "");
    }
}
