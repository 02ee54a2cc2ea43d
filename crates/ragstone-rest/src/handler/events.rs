//! Changes of a job as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use ragstone_api::job::Job;
use ragstone_core::report::JobOverview;
use ragstone_core::{Digest, Error, ErrorKind, JobId};
use ragstone_engine::JobWatch;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::uploads::text;
use crate::config::App;
use crate::extract::{UnboundedCall, UrlPath};
use crate::failure::Failure;

/// Time without an event after which a comment keeps the connection alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Header with the last event that a client saw.
const LAST: &str = "last-event-id";

/// Tells of a job as it is now, and of each change, until it ends.
///
/// Each event has the whole job as its data. It is named `job`, and `end` for the last one. A client that comes back with
/// `Last-Event-ID` is not told again what it has seen; behind the end it is answered with 204, which tells an `EventSource` to
/// stay away.
#[utoipa::path(
    get,
    path = "/jobs/{job}/events",
    operation_id = "jobs.events",
    tag = "jobs",
    params(
        ("job" = String, Path, description = "Id of the job"),
        ("last-event-id" = Option<String>, Header, description = "The last event that was seen")
    ),
    responses(
        (status = 200, description = "Events", body = String, content_type = "text/event-stream"),
        (status = 204, description = "The end was seen before")
    )
)]
pub(crate) async fn follow(
    State(app): State<App>,
    UnboundedCall(ctx): UnboundedCall,
    UrlPath(id): UrlPath<JobId>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let place = Arc::clone(&app.streams).try_acquire_owned().map_err(|_| {
        Error::new(ErrorKind::Unavailable, "as many streams of events are open as may be")
            .with_help("ask with `wait` instead, or try again")
    })?;
    let mut watch = app.state.engine.watch_job(&ctx, id).await?;
    let seen = text(&headers, LAST);
    let first = watch.next().await?.map(Event::of);
    let is_new = first.as_ref().is_some_and(|event| seen != Some(&event.id));
    if first.as_ref().is_some_and(|event| event.is_last && !is_new) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let first = first.filter(|_| is_new);
    let feed = Feed { watch, next: first, beat: Instant::now() + HEARTBEAT, is_begun: false, _place: place };
    let body = Body::from_stream(stream::unfold(feed, Feed::step));
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        // Proxies that collect answers must not collect these.
        (axum::http::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, body).into_response())
}

/// A job as an event.
struct Event {
    id: String,
    data: String,
    is_last: bool,
}

impl Event {
    fn of(overview: JobOverview) -> Self {
        let is_last = overview.job.state.is_final();
        // Texts and numbers always have a JSON form, on one line.
        let data = serde_json::to_string(&Job::from(overview)).unwrap_or_default();
        let id = Digest::of(data.as_bytes()).to_string();
        Self { id: id.get(..16).unwrap_or_default().to_owned(), data, is_last }
    }

    fn text(&self) -> Bytes {
        let Self { id, data, is_last } = self;
        let name = if *is_last { "end" } else { "job" };
        format!("id: {id}\nevent: {name}\ndata: {data}\n\n").into()
    }
}

/// What an open stream works with.
struct Feed {
    watch: JobWatch,
    next: Option<Event>,
    beat: Instant,
    is_begun: bool,
    _place: OwnedSemaphorePermit,
}

impl Feed {
    async fn step(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let text = match self.next.take() {
            Some(event) => event.text(),
            // Headers are sent with the first bytes.
            None if !self.is_begun => Bytes::from_static(b": nothing new\n\n"),
            None => tokio::select! {
                // A failure ends the stream; who comes back is told what it is.
                next = self.watch.next() => Event::of(next.ok()??).text(),
                () = tokio::time::sleep_until(self.beat) => Bytes::from_static(b": still here\n\n"),
            },
        };
        self.is_begun = true;
        self.beat = Instant::now() + HEARTBEAT;
        Some((Ok(text), self))
    }
}
