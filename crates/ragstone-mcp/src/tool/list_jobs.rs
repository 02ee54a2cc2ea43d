//! The tool `list_jobs`.

use ragstone_api::job::{Job, JobPage, JobsQuery};
use ragstone_core::Result;

use super::{Call, Tool, fit};

pub(super) struct ListJobs;

impl Tool for ListJobs {
    const NAME: &'static str = "list_jobs";
    const TITLE: &'static str = "List background jobs";
    const DESCRIPTION: &'static str = "Lists the ingests that run in the background, the newest first, with where each \
        stands and why it failed; narrow it by state (queued, running, succeeded, dead, cancelled) or kind. Next: \
        read_job with an id, retry_job for a dead one.";
    const OPERATION: &'static str = "jobs.list";
    type Input = JobsQuery;
    type Output = JobPage;

    async fn run(call: &Call<'_>, input: JobsQuery) -> Result<JobPage> {
        let (filter, page) = input.into_parts()?;
        let listing = format!("jobs {filter:?}");
        let request = call.open_page(&listing, page)?;
        let page = call.engine.jobs(&call.context, &filter, &request).await?;
        let mut next = page.next;
        let mut jobs: Vec<_> = page.items.into_iter().map(Job::from).collect();
        if fit(&mut jobs, call.budget(None)?.quarters() / 2)? {
            next = jobs.last().map(|job| job.id.clone());
        }
        Ok(JobPage { jobs, next_cursor: call.seal(&listing, next) })
    }
}
