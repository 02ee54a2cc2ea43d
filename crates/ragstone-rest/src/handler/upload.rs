//! A document that arrives in one request: a short one is held, a long one goes to the catalog as it comes.

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use ragstone_api::idempotency::{Fingerprint, HEADER};
use ragstone_api::operation as table;
use ragstone_api::upload::UploadQuery;
use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::id::Hasher;
use ragstone_core::idempotency::KeyedRequest;
use ragstone_core::job::JobReceipt;
use ragstone_core::request::{IngestDocument, JobOptions};
use ragstone_core::upload::Upload;
use ragstone_core::{CallContext, CollectionName, Digest, ErrorKind, Result, UploadId};

use super::jobs::accepted;
use super::uploads::{check_length, in_time, longest, text};
use crate::config::App;
use crate::edge::key;
use crate::extract::{Parts, StreamedBody, UnboundedCall, UrlPath, UrlQuery};
use crate::failure::Failure;

/// Name in the table of operations.
const OPERATION: &str = "jobs.upload";

/// Takes a document with its original bytes, and ingests it in the background.
///
/// The body is the file. Its `Content-Type` and the extension of its name must be those of what it is;
/// `application/octet-stream`, and no name, say nothing. What may break off is better sent in parts: `uploads.begin`.
#[utoipa::path(
    post,
    path = "/collections/{collection}/uploads",
    operation_id = "jobs.upload",
    tag = "jobs",
    params(("collection" = String, Path, description = "Name of the collection"), UploadQuery),
    request_body(
        content = Vec<u8>,
        content_type = "application/octet-stream",
        description = "The file, with its own media type where that is known"
    ),
    responses((
        status = 202,
        description = "The document is durable, and its job waits",
        body = ragstone_api::job::Job,
        headers(("location" = String, description = "Path of the job"))
    ))
)]
pub(crate) async fn upload(
    State(app): State<App>,
    UnboundedCall(ctx): UnboundedCall,
    UrlPath(collection): UrlPath<CollectionName>,
    UrlQuery(query): UrlQuery<UploadQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    StreamedBody(body): StreamedBody,
) -> Result<Response, Failure> {
    let media_type = text(&headers, CONTENT_TYPE.as_str()).map(str::to_owned);
    if let Some(length) = text(&headers, CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok()) {
        check_length(&app, length)?;
    }
    let key = match table::find(OPERATION).filter(|_| headers.contains_key(HEADER)) {
        Some(operation) => Some(key::key_of(operation, &headers)?),
        None => None,
    };
    let fingerprint = Fingerprint::of("rest")
        .with(OPERATION.as_bytes())
        .with(uri.path_and_query().map_or("", |path| path.as_str()).as_bytes())
        .with(media_type.as_deref().unwrap_or_default().as_bytes());
    let options = query.options()?;
    let document = query.into_document(collection, media_type, Vec::new())?;
    let parts = Parts::of(body, longest(&app), app.config.timeout);
    let (content, digest) = receive(&app, &ctx, &document, parts).await?;
    let Some(key) = key else {
        return Ok(accepted(&app, &ctx, take(&app, &ctx, document, content, options).await?)
            .await?
            .into_response());
    };
    let fingerprint = fingerprint.with(digest.as_bytes()).digest();
    let request = KeyedRequest { operation: OPERATION.to_owned(), key, fingerprint };
    let stored = content.upload();
    let work = {
        let app = app.clone();
        move |ctx: CallContext| async move {
            match take(&app, &ctx, document, content, options).await {
                Ok(receipt) => accepted(&app, &ctx, receipt).await.into_response(),
                Err(error) => Failure(error).into_response(),
            }
        }
    };
    let outcome = key::respond_once(&app, &in_time(&app, &ctx), request, work).await;
    if let Some(id) = stored.filter(|_| !matches!(&outcome, Ok((_, false)))) {
        forget(&app, &ctx, id).await;
    }
    Ok(outcome?.0)
}

/// What was received.
enum Content {
    Whole(Vec<u8>),
    Stored(UploadId),
}

impl Content {
    const fn upload(&self) -> Option<UploadId> {
        match self {
            Self::Whole(_) => None,
            Self::Stored(id) => Some(*id),
        }
    }
}

async fn receive(
    app: &App,
    ctx: &CallContext,
    document: &IngestDocument,
    mut parts: Parts,
) -> Result<(Content, Digest)> {
    let first = parts.next().await?.unwrap_or_default();
    let second = if parts.is_over() { None } else { parts.next().await? };
    let Some(second) = second else {
        let digest = Digest::of(&first);
        return Ok((Content::Whole(first), digest));
    };
    let upload = app.state.engine.begin_upload(&in_time(app, ctx), document.clone(), None).await?;
    let id = upload.id;
    let outcome = store(app, ctx, upload, [first, second], parts).await;
    if outcome.is_err() {
        forget(app, ctx, id).await;
    }
    Ok((Content::Stored(id), outcome?))
}

async fn store(
    app: &App,
    ctx: &CallContext,
    mut upload: Upload,
    first: [Vec<u8>; 2],
    mut parts: Parts,
) -> Result<Digest> {
    let (mut hasher, mut first) = (Hasher::default(), first.into_iter());
    loop {
        let part = match first.next() {
            Some(part) => part,
            None => match parts.next().await? {
                Some(part) => part,
                None => return Ok(hasher.digest()),
            },
        };
        hasher.update(&part);
        upload = app.state.engine.append_upload(&in_time(app, ctx), &upload, part).await?;
    }
}

async fn take(
    app: &App,
    ctx: &CallContext,
    document: IngestDocument,
    content: Content,
    options: JobOptions,
) -> Result<JobReceipt> {
    reach(FailPoint::ServerUploadReceived)?;
    let ctx = in_time(app, ctx);
    match content {
        Content::Whole(bytes) => {
            let document = IngestDocument { bytes, ..document };
            app.state.engine.enqueue_document_with(&ctx, document, options).await
        }
        Content::Stored(id) => app.state.engine.finish_upload(&ctx, id, options).await,
    }
}

/// What is left behind is forgotten after its time anyway.
async fn forget(app: &App, ctx: &CallContext, id: UploadId) {
    match app.state.engine.delete_upload(&in_time(app, ctx), id).await {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => tracing::debug!(%error, "an upload could not be forgotten"),
    }
}
