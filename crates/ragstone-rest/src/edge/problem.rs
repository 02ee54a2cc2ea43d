//! The bodies of failed requests.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use ragstone_api::problem::{MEDIA_TYPE, Problem};
use ragstone_core::{Error, ErrorKind};

use super::request_id::RequestId;
use crate::failure::Failed;

/// Writes the problem of a response that carries an error, and of every other failure that has no JSON body:
/// what the framework or a library answers by itself.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let request_id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let Some(Failed(error)) = failed(&mut response) else {
        return response;
    };
    let mut problem = Problem::from(&*error).with_instance(path);
    problem.status = response.status().as_u16();
    problem.request_id = request_id.map(|id| id.0.to_string());
    write(response, &problem)
}

fn failed(response: &mut Response) -> Option<Failed> {
    if let Some(failed) = response.extensions().get::<Failed>() {
        return Some(failed.clone());
    }
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    if !is_failure || has_json(response) {
        return None;
    }
    let failed = Failed(Arc::new(of_status(status)));
    response.extensions_mut().insert(failed.clone());
    Some(failed)
}

fn has_json(response: &Response) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().ends_with(b"json"))
}

fn of_status(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::new(ErrorKind::NotFound, "no such path"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Error::new(ErrorKind::Unsupported, "the path does not have this method")
                .with_help("the header `Allow` lists the methods that it has")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(ErrorKind::TooLarge, "the body is too long"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Error::new(ErrorKind::UnsupportedMedia, "the body has an unsupported type")
        }
        status if status.is_client_error() => {
            Error::new(ErrorKind::InvalidArgument, "the request is malformed")
        }
        status => {
            Error::new(ErrorKind::Unexpected, "a response without an error").with_context("status", status)
        }
    }
}

fn write(response: Response, problem: &Problem) -> Response {
    let (mut parts, _) = response.into_parts();
    // A problem holds texts and numbers only, which always have a JSON form.
    let body = serde_json::to_vec(problem).unwrap_or_default();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body))
}
