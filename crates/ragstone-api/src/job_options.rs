//! When and in which order a job runs.

use std::collections::BTreeSet;
use std::time::Duration;

use ragstone_core::job::{Lane, MAX_JOB_DELAY, MAX_PRIORITY};
use ragstone_core::metadata::Metadata;
use ragstone_core::request::{IngestPaths, JobOptions};
use ragstone_core::{CollectionName, Error, Result};
use serde::{Deserialize, Serialize};

use crate::access::Access;
use crate::ingest::{GitCommit, IngestPathsRequest};

/// Files, folders, archives or repositories of the server's machine to bring a collection in line with, in the background.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct IngestJobRequest {
    /// Absolute paths below the folders that the operator allowed; 1 to 256. An archive (`.zip`, `.tar`, `.tar.gz`, `.tgz`)
    /// is taken for its members.
    pub paths: Vec<String>,
    /// Files and folders at or below the paths that alone are looked at, whether they are there or not; all where left out.
    /// At most 4096, and not together with `git`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub places: BTreeSet<String>,
    /// Takes each path for a git repository, and reads what a commit holds in place of what lies on disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<GitCommit>,
    /// Deletes all documents of a folder that holds no file any more. Refused otherwise, because a disk that is not mounted
    /// looks the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_empty: bool,
    /// Labels of every document.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// Attributes of every document: texts, numbers and truth values.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::attribute::openapi_schema))]
    pub metadata: Metadata,
    /// Who may read every document; everybody of the tenant where left out, also where documents had a list before.
    #[serde(default, skip_serializing_if = "Access::is_open")]
    pub access: Access,
    /// Queue that it waits in: `urgent` or `bulk`; `bulk` where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// 0 to 9, greater ones of a lane first; 5 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 9))]
    pub priority: Option<u32>,
    /// Seconds until it may run, at most 31,622,400 (366 days); 0 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 31_622_400))]
    pub delay_seconds: Option<u64>,
    /// Seconds from the end of one run to the next, 1 to 31,622,400; once where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31_622_400))]
    pub every_seconds: Option<u64>,
}

impl IngestJobRequest {
    /// Checks everything and names the collection.
    pub fn into_parts(self, collection: CollectionName) -> Result<(IngestPaths, JobOptions)> {
        let options = read(self.lane.as_deref(), self.priority, self.delay_seconds, self.every_seconds)?;
        let Self { paths, places, git, allow_empty, tags, metadata, access, .. } = self;
        let request = IngestPathsRequest { paths, places, git, allow_empty, tags, metadata, access };
        Ok((request.into_paths(collection)?, options))
    }
}

/// Checks options as they stand in a request; what is out of range is refused with its range.
pub fn read(
    lane: Option<&str>,
    priority: Option<u32>,
    delay_seconds: Option<u64>,
    every_seconds: Option<u64>,
) -> Result<JobOptions> {
    let most = MAX_JOB_DELAY.as_secs();
    let lane = lane
        .map(|name| Lane::from_name(name).ok_or_else(|| Error::invalid("lane", "must be urgent or bulk")))
        .transpose()?;
    let priority = priority
        .map(|priority| {
            let in_range = u8::try_from(priority).ok().filter(|priority| *priority <= MAX_PRIORITY);
            in_range.ok_or_else(|| Error::invalid("priority", format!("must be from 0 to {MAX_PRIORITY}")))
        })
        .transpose()?;
    if delay_seconds.is_some_and(|seconds| seconds > most) {
        return Err(Error::invalid("delay_seconds", format!("must be from 0 to {most}")));
    }
    if every_seconds.is_some_and(|seconds| !(1..=most).contains(&seconds)) {
        return Err(Error::invalid("every_seconds", format!("must be from 1 to {most}")));
    }
    Ok(JobOptions {
        lane,
        priority,
        delay: Duration::from_secs(delay_seconds.unwrap_or(0)),
        every: every_seconds.map(Duration::from_secs),
    })
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;

    #[test]
    fn a_job_reads_what_an_ingest_reads() {
        let asked = r#"{"paths":["/a"],"git":{"ref":"v1"},"allow_empty":true,"priority":7}"#;
        let job: IngestJobRequest = serde_json::from_str(asked).expect("read");
        let (paths, options) = job.into_parts(CollectionName::default()).expect("valid");
        assert_eq!((paths.is_empty_allowed, options.priority), (true, Some(7)));
        let ingest: IngestPathsRequest =
            serde_json::from_str(r#"{"paths":["/a"],"git":{"ref":"v1"},"allow_empty":true}"#).expect("read");
        assert_eq!(paths, ingest.into_paths(CollectionName::default()).expect("valid"));
        let asked = r#"{"paths":["/a"],"places":["/a/b"]}"#;
        let job: IngestJobRequest = serde_json::from_str(asked).expect("read");
        let (paths, _) = job.into_parts(CollectionName::default()).expect("valid");
        assert_ne!(paths.reading, ragstone_core::request::PathReading::All);
    }

    #[test]
    fn what_is_out_of_range_is_refused_with_the_range() {
        let options = read(Some("urgent"), Some(9), Some(60), Some(3600)).expect("in range");
        assert_eq!((options.lane, options.priority), (Some(Lane::Urgent), Some(9)));
        assert_eq!(options.every, Some(Duration::from_hours(1)));
        assert_eq!(read(None, None, None, None).ok(), Some(JobOptions::default()));
        for (refused, range) in [
            (read(Some("fast"), None, None, None), "urgent or bulk"),
            (read(None, Some(10), None, None), "from 0 to 9"),
            (read(None, Some(300), None, None), "from 0 to 9"),
            (read(None, None, Some(31_622_401), None), "from 0 to 31622400"),
            (read(None, None, None, Some(0)), "from 1 to 31622400"),
        ] {
            let error = refused.expect_err(range);
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
            assert!(error.public_message().contains(range), "{error}");
        }
    }
}
