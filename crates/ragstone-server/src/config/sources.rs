//! Sources that the server ingests and follows by itself.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use ragstone_core::metadata::check_tags;
use ragstone_core::{CollectionName, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::within;

/// Most sources of one server.
const MAX_SOURCES: usize = 256;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceConfig {
    /// Absolute path of a file, a folder, an archive or a git repository. Callers may ingest below it, too.
    pub(crate) path: PathBuf,
    /// Collection to index into; made if it is missing. `default` where left out.
    #[serde(default)]
    #[schemars(with = "String")]
    pub(crate) collection: CollectionName,
    /// Labels of every document.
    #[serde(default)]
    pub(crate) tags: BTreeSet<String>,
    /// Sources are ingested in this order when the server starts: `high`, `medium` (where left out) or `low`, and in the
    /// order of the file where it is the same.
    #[serde(default)]
    pub(crate) priority: Priority,
    /// Follows the source while the server runs; else it is ingested once at start. `true` where left out.
    #[serde(default = "yes")]
    pub(crate) watch: bool,
    /// Reads what a commit of the repository holds in place of what lies on disk. `false` where left out.
    #[serde(default)]
    pub(crate) git: bool,
    /// Branch, tag, id of a commit or any other reference; needs `git = true`. `HEAD` where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) git_ref: Option<String>,
    /// Minutes after which everything is looked at even if the system told of no change, as on network file systems. From 1
    /// to 10080; 60 where left out.
    #[serde(default = "hourly")]
    pub(crate) rescan_minutes: u64,
}

/// Which source comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Priority {
    High,
    #[default]
    Medium,
    Low,
}

const fn yes() -> bool {
    true
}

const fn hourly() -> u64 {
    60
}

impl SourceConfig {
    /// Checks every source.
    pub(super) fn check_all(sources: &[Self]) -> Result<()> {
        within("sources", sources.len(), 0, MAX_SOURCES)?;
        sources.iter().try_for_each(Self::check)
    }

    fn check(&self) -> Result<()> {
        let refuse = |key: &'static str, rule: &'static str| {
            Err(Error::invalid(key, rule).with_context("source", self.path.display()))
        };
        if !self.path.is_absolute() {
            return refuse("sources.path", "must be absolute");
        }
        if self.git_ref.is_some() && !self.git {
            return refuse("sources.git_ref", "needs `git = true`");
        }
        if self.git_ref.as_ref().is_some_and(String::is_empty) {
            return refuse("sources.git_ref", "must not be empty");
        }
        check_tags(&self.tags)?;
        within("sources.rescan_minutes", self.rescan_minutes, 1, 10_080)
    }

    /// How often everything is looked at.
    pub(crate) const fn rescan(&self) -> Duration {
        Duration::from_mins(self.rescan_minutes)
    }
}
