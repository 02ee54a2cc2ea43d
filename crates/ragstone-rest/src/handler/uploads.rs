//! Documents that arrive in parts, as tus 1.0.0 has it.

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ragstone_api::idempotency;
use ragstone_api::tus;
use ragstone_core::request::JobOptions;
use ragstone_core::upload::Upload;
use ragstone_core::{CallContext, CollectionName, Error, ErrorKind, Result, UploadId};

use crate::config::App;
use crate::extract::{Call, Parts, StreamedBody, UnboundedCall, UrlPath};
use crate::failure::Failure;
use crate::router::API;

/// Headers of an answer.
type Told = Vec<(&'static str, String)>;

/// Says which protocol this is, on every answer of its paths.
pub(crate) async fn mark(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in [(tus::RESUMABLE, tus::VERSION), (tus::VERSIONS, tus::VERSION)] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Says what is offered.
pub(crate) async fn options(State(app): State<App>) -> Response {
    let most = longest(&app).to_string();
    answer(StatusCode::NO_CONTENT, vec![(tus::EXTENSION, tus::EXTENSIONS.to_owned()), (tus::MAX_SIZE, most)])
}

/// Begins an upload of a document in parts (tus 1.0.0).
#[utoipa::path(
    post,
    path = "/collections/{collection}/uploads/resumable",
    operation_id = "uploads.begin",
    tag = "jobs",
    params(
        ("collection" = String, Path, description = "Name of the collection"),
        ("tus-resumable" = String, Header, description = "`1.0.0`"),
        ("upload-length" = u64, Header, description = "Bytes that will come"),
        (
            "upload-metadata" = String,
            Header,
            description = "Pairs of a key and its value in base64: `external_id`, and `filename`, `filetype`, `title` \
                and `attributes`, which may be left out; see `jobs.upload`"
        )
    ),
    responses((
        status = 201,
        description = "The upload has begun",
        headers(
            ("location" = String, description = "Path of the upload"),
            ("upload-expires" = String, description = "When it is forgotten, unless a part comes")
        )
    ))
)]
pub(crate) async fn begin(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(collection): UrlPath<CollectionName>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    tus::check_version(text(&headers, tus::RESUMABLE))?;
    if text(&headers, CONTENT_LENGTH.as_str()).is_some_and(|length| length != "0") {
        return Err(Error::invalid("body", "must be empty: parts are sent with PATCH").into());
    }
    if headers.contains_key(tus::DEFER_LENGTH) {
        return Err(Error::invalid(tus::DEFER_LENGTH, "is not offered: the length must be known").into());
    }
    let length = tus::read_bytes(tus::LENGTH, text(&headers, tus::LENGTH))?;
    check_length(&app, length)?;
    let metadata = text(&headers, tus::METADATA).unwrap_or_default();
    let (query, media_type) = tus::read_metadata(metadata)?;
    let document = query.into_document(collection, media_type, Vec::new())?;
    let upload = app.state.engine.begin_upload(&ctx, document, Some(length)).await?;
    let location = format!("{API}/uploads/{}", upload.id);
    let mut told = vec![("location", location)];
    told.extend(state_of(&upload));
    Ok(answer(StatusCode::CREATED, told))
}

/// Tells how far an upload is.
#[utoipa::path(
    head,
    path = "/uploads/{upload}",
    operation_id = "uploads.read",
    tag = "jobs",
    params(
        ("upload" = String, Path, description = "Id of the upload"),
        ("tus-resumable" = String, Header, description = "`1.0.0`")
    ),
    responses((
        status = 200,
        description = "How far it is",
        headers(
            ("upload-offset" = u64, description = "Bytes that have come"),
            ("upload-length" = u64, description = "Bytes that will come"),
            ("ragstone-job" = String, description = "Path of the job that it became")
        )
    ))
)]
pub(crate) async fn read(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<UploadId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    tus::check_version(text(&headers, tus::RESUMABLE))?;
    let upload = app.state.engine.upload(&ctx, id).await?;
    let upload = ended(&app, &ctx, upload).await?;
    let mut told = state_of(&upload);
    told.push(("cache-control", "no-store".to_owned()));
    Ok(answer(StatusCode::OK, told))
}

/// Stores what follows behind what has come; with the last byte the upload becomes a job.
#[utoipa::path(
    patch,
    path = "/uploads/{upload}",
    operation_id = "uploads.append",
    tag = "jobs",
    params(
        ("upload" = String, Path, description = "Id of the upload"),
        ("tus-resumable" = String, Header, description = "`1.0.0`"),
        ("upload-offset" = u64, Header, description = "Bytes that have come")
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream", description = "What follows"),
    responses((
        status = 204,
        description = "All of it is durable",
        headers(
            ("upload-offset" = u64, description = "Bytes that have come"),
            ("ragstone-job" = String, description = "Path of the job that it became")
        )
    ))
)]
pub(crate) async fn append(
    State(app): State<App>,
    UnboundedCall(ctx): UnboundedCall,
    UrlPath(id): UrlPath<UploadId>,
    headers: HeaderMap,
    StreamedBody(body): StreamedBody,
) -> Result<Response, Failure> {
    tus::check_version(text(&headers, tus::RESUMABLE))?;
    if headers.contains_key(idempotency::HEADER) {
        return Err(Error::invalid(idempotency::HEADER, "means nothing here")
            .with_help("leave it out: a part is told by its offset, and stored once")
            .into());
    }
    if text(&headers, CONTENT_TYPE.as_str()) != Some(tus::PART) {
        return Err(Error::new(
            ErrorKind::UnsupportedMedia,
            "the body is not declared as a part of an upload",
        )
        .with_help("send the header `Content-Type: application/offset+octet-stream`")
        .into());
    }
    let offset = tus::read_bytes(tus::OFFSET, text(&headers, tus::OFFSET))?;
    let mut parts = Parts::of(body, longest(&app), app.config.timeout);
    let mut upload = app.state.engine.upload(&in_time(&app, &ctx), id).await?;
    // Refused before the body is read, which may be long.
    upload.check_part(offset, 0)?;
    while let Some(part) = parts.next().await? {
        upload = app.state.engine.append_upload(&in_time(&app, &ctx), &upload, part).await?;
    }
    let upload = ended(&app, &in_time(&app, &ctx), upload).await?;
    Ok(answer(StatusCode::NO_CONTENT, state_of(&upload)))
}

/// Forgets an upload with what has come; a job that it became goes on.
#[utoipa::path(
    delete,
    path = "/uploads/{upload}",
    operation_id = "uploads.delete",
    tag = "jobs",
    params(
        ("upload" = String, Path, description = "Id of the upload"),
        ("tus-resumable" = String, Header, description = "`1.0.0`")
    ),
    responses((status = 204, description = "It is gone"))
)]
pub(crate) async fn delete(
    State(app): State<App>,
    Call(ctx): Call,
    UrlPath(id): UrlPath<UploadId>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    tus::check_version(text(&headers, tus::RESUMABLE))?;
    app.state.engine.delete_upload(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a whole upload a job. A process may have died before it did so; whoever asks next does it.
async fn ended(app: &App, ctx: &CallContext, upload: Upload) -> Result<Upload> {
    if !upload.is_whole() || upload.job.is_some() {
        return Ok(upload);
    }
    let receipt = app.state.engine.finish_upload(ctx, upload.id, JobOptions::default()).await?;
    Ok(Upload { job: Some(receipt.job.id), ..upload })
}

fn state_of(upload: &Upload) -> Told {
    let mut told = vec![(tus::OFFSET, upload.offset.to_string())];
    if let Some(length) = upload.length {
        told.push((tus::LENGTH, length.to_string()));
    }
    match upload.job {
        Some(job) => told.push((tus::JOB, format!("{API}/jobs/{job}"))),
        None => told.push((tus::EXPIRES, tus::http_date(upload.expires_at))),
    }
    told
}

fn answer(status: StatusCode, told: Told) -> Response {
    let mut response = status.into_response();
    for (name, value) in told {
        // Numbers, times and paths of ours are always values of headers.
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

pub(super) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Most bytes of an upload.
pub(crate) fn longest(app: &App) -> u64 {
    (app.config.max_upload as u64).min(app.state.engine.longest_upload())
}

/// Refuses what is announced to be longer than that.
pub(super) fn check_length(app: &App, length: u64) -> Result<()> {
    let most = longest(app);
    if length > most {
        return Err(ragstone_core::upload::too_long(length, most));
    }
    Ok(())
}

/// Each step of a long request has the time of a short one.
pub(crate) fn in_time(app: &App, ctx: &CallContext) -> CallContext {
    ctx.clone().with_timeout(&*app.state.clock, app.config.timeout)
}
