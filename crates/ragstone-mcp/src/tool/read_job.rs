//! The tool `read_job`.

use std::convert::Infallible;

use ragstone_api::job::{Job, WaitQuery};
use ragstone_core::job::JobState;
use ragstone_core::report::JobOverview;
use ragstone_core::{JobId, Result};
use ragstone_engine::IngestProgress as _;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Call, Tool};
use crate::progress::ProgressFeed;

pub(super) struct ReadJob;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Id of the job: `id` of a listing.
    job: String,
    /// Waits until what it brings has come so far: `stored`, `keyword_searchable` or `semantically_searchable`.
    #[serde(default)]
    wait: Option<String>,
    /// Most milliseconds to wait, 0 to 60,000; 10,000 if left out.
    #[serde(default)]
    #[schemars(range(max = 60000))]
    wait_ms: Option<u32>,
}

/// Tells how far a job is while it is waited for; where it cannot be followed, nothing more is told.
async fn follow(call: &Call<'_>, id: JobId, feed: &ProgressFeed) -> Infallible {
    if let Ok(mut watch) = call.engine.watch_job(&call.context, id).await {
        while let Ok(Some(overview)) = watch.next().await {
            tell(&overview, feed);
        }
    }
    std::future::pending().await
}

fn tell(JobOverview { job, .. }: &JobOverview, feed: &ProgressFeed) {
    // One document is a step of its own.
    let is_done = u64::from(job.state == JobState::Succeeded);
    feed.discovered(job.progress.total.unwrap_or(1), 0);
    feed.processed(job.progress.done.max(is_done), 0);
}

impl Tool for ReadJob {
    const NAME: &'static str = "read_job";
    const TITLE: &'static str = "Look at a background job";
    const DESCRIPTION: &'static str = "Shows a background job: its state, how far what it brings can be found (stage), \
        what it gave, or why it failed. With wait it answers when that stage is reached or the time is over, and reports progress meanwhile. Next: \
        search once the stage is keyword_searchable.";
    const OPERATION: &'static str = "jobs.read";
    const IS_LONG: bool = true;
    type Input = Input;
    type Output = Job;

    async fn run(call: &Call<'_>, input: Input) -> Result<Job> {
        let id: JobId = input.job.parse()?;
        let wait = WaitQuery { wait: input.wait, wait_ms: input.wait_ms };
        let overview = match wait.into_wait()? {
            Some((stage, patience)) => {
                let feed = ProgressFeed::new();
                let waiting = async {
                    let overview = tokio::select! {
                        biased;
                        overview = call.engine.wait_job(&call.context, id, stage, patience) => overview,
                        never = follow(call, id, &feed) => match never {},
                    };
                    if let Ok(overview) = &overview {
                        tell(overview, &feed);
                    }
                    overview
                };
                feed.during(call.request, waiting).await?
            }
            None => call.engine.job(&call.context, id).await?,
        };
        Ok(overview.into())
    }
}
