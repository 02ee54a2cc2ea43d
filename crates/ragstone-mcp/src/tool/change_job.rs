//! The tools `cancel_job` and `retry_job`.

use ragstone_api::job::Job;
use ragstone_core::{JobId, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Call, Tool};

pub(super) struct CancelJob;
pub(super) struct RetryJob;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Input {
    /// Id of the job: `id` of a listing.
    job: String,
}

impl Input {
    fn id(&self) -> Result<JobId> {
        self.job.parse()
    }
}

impl Tool for CancelJob {
    const NAME: &'static str = "cancel_job";
    const TITLE: &'static str = "Call a background job off";
    const DESCRIPTION: &'static str = "Calls a background job off. One that waits is cancelled at once; one that runs stops \
        at its next step and keeps what it has stored.";
    const OPERATION: &'static str = "jobs.cancel";
    type Input = Input;
    type Output = Job;

    async fn run(call: &Call<'_>, input: Input) -> Result<Job> {
        Ok(call.engine.cancel_job(&call.context, input.id()?).await?.into())
    }
}

impl Tool for RetryJob {
    const NAME: &'static str = "retry_job";
    const TITLE: &'static str = "Try a dead job again";
    const DESCRIPTION: &'static str = "Queues a dead job again, with all its attempts. Call it when what its failure names \
        has been mended. Next: read_job with wait.";
    const OPERATION: &'static str = "jobs.retry";
    type Input = Input;
    type Output = Job;

    async fn run(call: &Call<'_>, input: Input) -> Result<Job> {
        Ok(call.engine.retry_job(&call.context, input.id()?).await?.into())
    }
}
