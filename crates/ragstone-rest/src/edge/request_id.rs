//! The id of a request: taken from the caller where it is sane, else made; always sent back.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::config::App;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const MAX_LEN: usize = 128;

/// Id of a request, as an extension of it.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) Arc<str>);

pub(crate) async fn assign(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id: Arc<str> =
        given(request.headers()).unwrap_or_else(|| app.state.ids.fresh().simple().to_string().into());
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    // An id is made of plain characters, so that it always is a value.
    let value = HeaderValue::from_str(&id).ok();
    if let Some(value) = value.clone() {
        // Other transports behind the same edge know the request by the same id.
        request.headers_mut().insert(HEADER, value);
    }
    let mut response = next.run(request).await;
    if let Some(value) = value {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// An id goes into log lines and problems, so only plain characters are let in.
fn given(headers: &HeaderMap) -> Option<Arc<str>> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_sane = (1..=MAX_LEN).contains(&text.len()) && text.bytes().all(is_plain);
    is_sane.then(|| text.into())
}
