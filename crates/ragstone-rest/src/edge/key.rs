//! Requests with an idempotency key: read whole, told apart by what they ask for, and handed to the engine to be done once.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use ragstone_api::idempotency::{Fingerprint, HEADER, REPLAYED, read_header};
use ragstone_api::json;
use ragstone_api::operation::{self as table, Operation};
use ragstone_api::tus;
use ragstone_core::idempotency::{IdempotencyKey, KeptAnswer, KeyedRequest};
use ragstone_core::{CallContext, Error, ErrorKind, Result};
use ragstone_engine::{Done, Once};
use serde::{Deserialize, Serialize};

use super::operation;
use crate::config::App;
use crate::extract::context;
use crate::failure::{Failed, Failure};

/// Longest answer that is looked at; longer ones than the engine keeps are not kept.
const LONGEST_ANSWER: usize = 64 << 20;

/// Does a request with a key once; others pass.
pub(crate) async fn apply(State(app): State<App>, request: Request, next: Next) -> Response {
    if !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let name = path.and_then(|path| operation::of(request.method().as_str(), path));
    let Some(operation) = name.and_then(table::find) else { return next.run(request).await };
    // Their bodies are not read whole: they look at the key themselves.
    if matches!(operation.name, "jobs.upload" | "uploads.append") {
        return next.run(request).await;
    }
    match once(&app, operation, request, next).await {
        Ok(response) => response,
        Err(error) => Failure(error).into_response(),
    }
}

async fn once(app: &App, operation: &'static Operation, request: Request, next: Next) -> Result<Response> {
    let key = key_of(operation, request.headers())?;
    let (mut parts, body) = request.into_parts();
    let mut ctx = context(&parts)?;
    // An ingest of files takes as long as there are of them.
    if operation.name != "ingest.paths" {
        ctx = ctx.with_timeout(&*app.state.clock, app.config.timeout);
    }
    let body = read(body, longest_body(app, operation), app.config.timeout).await?;
    let header = |name: HeaderName| parts.headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default();
    let fingerprint = Fingerprint::of("rest")
        .with(parts.method.as_str().as_bytes())
        .with(parts.uri.path_and_query().map_or("", |path| path.as_str()).as_bytes())
        .with(header(IF_MATCH))
        .with(header(HeaderName::from_static(tus::LENGTH)))
        .with(header(HeaderName::from_static(tus::METADATA)))
        .with_body(&body);
    let keyed = KeyedRequest { operation: operation.name.to_owned(), key, fingerprint: fingerprint.digest() };
    let work = move |ctx: CallContext| async move {
        if let Some(claim) = ctx.claim() {
            parts.extensions.insert(claim.clone());
        }
        next.run(Request::from_parts(parts, Body::from(body))).await
    };
    respond_once(app, &ctx, keyed, work).await.map(|(response, _)| response)
}

/// Does a request once; says besides whether the answer was given before.
pub(crate) async fn respond_once<F>(
    app: &App,
    ctx: &CallContext,
    request: KeyedRequest,
    work: impl FnOnce(CallContext) -> F + Send + 'static,
) -> Result<(Response, bool)>
where
    F: Future<Output = Response> + Send + 'static,
{
    let work = |ctx: CallContext| {
        let work = work(ctx);
        async move { done(work.await).await }
    };
    match app.state.engine.once(ctx, request, work).await? {
        Once::Fresh(response) => Ok((response, false)),
        Once::Replayed(answer) => Ok((replay(answer)?, true)),
    }
}

/// The key of a request for an operation that changes something; on any other one it is refused.
pub(crate) fn key_of(operation: &Operation, headers: &HeaderMap) -> Result<IdempotencyKey> {
    if operation.is_read_only {
        return Err(Error::invalid(HEADER, "belongs to operations that change something")
            .with_context("operation", operation.name)
            .with_help("leave the header out: this operation can be repeated without it"));
    }
    let mut values = headers.get_all(HEADER).iter();
    let value = values.next().and_then(|value| value.to_str().ok());
    match (value, values.next()) {
        (Some(value), None) => read_header(value),
        _ => Err(Error::invalid(HEADER, "must be given once, in ASCII")),
    }
}

fn longest_body(app: &App, operation: &Operation) -> usize {
    match operation.name {
        "documents.put" | "collections.import" | "graphs.change" => app.config.max_document_body,
        "graphs.import" => app.config.max_graph_file,
        _ => app.config.max_body,
    }
}

async fn read(body: Body, most: usize, patience: Duration) -> Result<Bytes> {
    let read = tokio::time::timeout(patience, to_bytes(body, most))
        .await
        .map_err(|_| Error::new(ErrorKind::DeadlineExceeded, "the request took too long"))?;
    read.map_err(|error| match std::error::Error::source(&error) {
        Some(source) if source.is::<http_body_util::LengthLimitError>() => {
            Error::new(ErrorKind::TooLarge, "the body is longer than this path accepts")
        }
        _ => Error::invalid(json::BODY, "could not be read to its end").with_source(error),
    })
}

/// What stands before the body of a kept answer.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

/// Only what was done is kept: a failure changed nothing that is not told apart when the request is repeated.
async fn done(response: Response) -> Done<Response> {
    if !response.status().is_success() || response.extensions().get::<Failed>().is_some() {
        return Done::Forget(response);
    }
    let (parts, body) = response.into_parts();
    let body = match to_bytes(body, LONGEST_ANSWER).await {
        Ok(body) => body,
        Err(error) => {
            let error = Error::new(ErrorKind::Unexpected, "an answer could not be read").with_source(error);
            return Done::Forget(Failure(error).into_response());
        }
    };
    let headers = parts
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let head = Head { status: parts.status.as_u16(), headers: headers.collect() };
    // Numbers and texts always have a JSON form.
    let head = serde_json::to_string(&head).unwrap_or_default();
    let answer = KeptAnswer { head, body: body.to_vec() };
    Done::Keep(answer, Response::from_parts(parts, Body::from(body)))
}

fn replay(answer: KeptAnswer) -> Result<Response> {
    let damaged = || Error::new(ErrorKind::Corrupt, "a kept answer cannot be read");
    let head: Head = serde_json::from_str(&answer.head).map_err(|error| damaged().with_source(error))?;
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(head.status).map_err(|error| damaged().with_source(error))?;
    for (name, value) in head.headers {
        let name = HeaderName::try_from(name).map_err(|error| damaged().with_source(error))?;
        let value = HeaderValue::try_from(value).map_err(|error| damaged().with_source(error))?;
        response.headers_mut().append(name, value);
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
