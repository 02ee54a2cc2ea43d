//! Work in the background.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use ragstone_api::job::{Job, JobPage, JobsQuery, WaitQuery};
use ragstone_api::job_options::IngestJobRequest;
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::job::{JobFilter, JobReceipt};
use ragstone_core::report::JobOverview;
use ragstone_core::{CallContext, CollectionName, JobId};

use crate::config::App;
use crate::extract::{Call, JsonBody, UnboundedCall, UrlPath, UrlQuery};
use crate::failure::{Answer, Failure};

/// A job that was asked for, and where it is.
pub(super) type Accepted = (StatusCode, [(axum::http::HeaderName, String); 1], Json<Job>);

/// Lists jobs, the newest first.
#[utoipa::path(
    get,
    path = "/jobs",
    operation_id = "jobs.list",
    tag = "jobs",
    params(JobsQuery),
    responses((status = 200, description = "A page of jobs", body = JobPage))
)]
pub(crate) async fn list(
    State(app): State<App>,
    Call(ctx): Call,
    UrlQuery(query): UrlQuery<JobsQuery>,
) -> Answer<JobPage> {
    let (filter, page) = query.into_parts()?;
    let listing = listing(&ctx, &filter);
    let request = app.state.cursors.open(&listing, page)?;
    let page = app.state.engine.jobs(&ctx, &filter, &request).await?;
    Ok(Json(JobPage {
        next_cursor: app.state.cursors.seal(&listing, &page),
        jobs: page.items.into_iter().map(Job::from).collect(),
    }))
}

/// Shows a job, where asked for after it has come to a stage.
#[utoipa::path(
    get,
    path = "/jobs/{job}",
    operation_id = "jobs.read",
    tag = "jobs",
    params(("job" = String, Path, description = "Id of the job"), WaitQuery),
    responses((status = 200, description = "The job as it is now", body = Job))
)]
pub(crate) async fn read(
    State(app): State<App>,
    UnboundedCall(ctx): UnboundedCall,
    UrlPath(id): UrlPath<JobId>,
    UrlQuery(query): UrlQuery<WaitQuery>,
) -> Answer<Job> {
    let overview = match query.into_wait()? {
        Some((stage, patience)) => app.state.engine.wait_job(&ctx, id, stage, patience).await?,
        None => app.state.engine.job(&ctx, id).await?,
    };
    Ok(Json(overview.into()))
}

/// Calls a job off; one that runs stops at its next step, and keeps what it has stored.
#[utoipa::path(
    post,
    path = "/jobs/{job}/cancel",
    operation_id = "jobs.cancel",
    tag = "jobs",
    params(("job" = String, Path, description = "Id of the job")),
    responses((status = 200, description = "The job as it is now", body = Job))
)]
pub(crate) async fn cancel(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<JobId>,
) -> Answer<Job> {
    Ok(Json(app.state.engine.cancel_job(&ctx, id).await?.into()))
}

/// Queues a dead job again, with all its attempts.
#[utoipa::path(
    post,
    path = "/jobs/{job}/retry",
    operation_id = "jobs.retry",
    tag = "jobs",
    params(("job" = String, Path, description = "Id of the job")),
    responses((status = 200, description = "The job as it is now", body = Job))
)]
pub(crate) async fn retry(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<JobId>,
) -> Answer<Job> {
    Ok(Json(app.state.engine.retry_job(&ctx, id).await?.into()))
}

/// Asks for an ingest of files and folders in the background.
///
/// While one for the same paths waits or runs, that one is the answer; what repeats is another one.
#[utoipa::path(
    post,
    path = "/collections/{collection}/ingest/jobs",
    operation_id = "jobs.ingest_paths",
    tag = "jobs",
    params(("collection" = String, Path, description = "Name of the collection")),
    request_body = IngestJobRequest,
    responses((
        status = 202,
        description = "The job is durable",
        body = Job,
        headers(("location" = String, description = "Path of the job"))
    ))
)]
pub(crate) async fn ingest_paths(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(collection): UrlPath<CollectionName>,
    JsonBody(request): JsonBody<IngestJobRequest>,
) -> Result<Accepted, Failure> {
    let (paths, options) = request.into_parts(collection)?;
    let receipt = app.state.engine.enqueue_paths_with(&ctx, paths, options).await?;
    accepted(&app, &ctx, receipt).await
}

pub(super) async fn accepted(app: &App, ctx: &CallContext, receipt: JobReceipt) -> Result<Accepted, Failure> {
    let id = receipt.job.id;
    let overview: JobOverview = app.state.engine.job(ctx, id).await?;
    reach(FailPoint::ServerAnswerReady)?;
    let location = format!("{}/jobs/{id}", crate::router::API);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(overview.into())))
}

/// What cursors of this listing are bound to.
fn listing(ctx: &CallContext, filter: &JobFilter) -> String {
    format!("jobs/{}/{filter:?}", ctx.tenant())
}
