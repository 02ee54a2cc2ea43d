//! Answers bodies that are no JSON-RPC request in JSON-RPC.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ragstone_core::ErrorKind;
use rmcp::model::ErrorCode;
use serde_json::{Value, json};

/// Reads the body, at most `max_len` bytes of it, and replaces the transport's plain-text refusal of a
/// malformed one.
///
/// A good body costs no second parse: it is looked at only once the transport has refused it.
pub(super) async fn check(State(max_len): State<usize>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, max_len).await else {
        let message = format!("the body is larger than {max_len} bytes or ended early");
        let code = ErrorCode(ErrorKind::TooLarge.codes().json_rpc);
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, Value::Null, code, &message);
    };
    let is_json = is_json(&parts.headers);
    let request = Request::from_parts(parts, Body::from(bytes.clone()));
    let response = next.run(request).await;
    if is_json && response.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        explain(&bytes)
    } else {
        response
    }
}

fn explain(body: &Bytes) -> Response {
    let (id, code, message) = match serde_json::from_slice::<Value>(body) {
        Err(_) => (Value::Null, ErrorCode::PARSE_ERROR, "the body is not JSON"),
        Ok(Value::Array(_)) => (
            Value::Null,
            ErrorCode::INVALID_REQUEST,
            "batches are not supported: send one message per request",
        ),
        Ok(Value::Object(message)) => (
            message.get("id").cloned().filter(is_request_id).unwrap_or_default(),
            ErrorCode::INVALID_REQUEST,
            "the body is not a JSON-RPC 2.0 message",
        ),
        Ok(_) => (Value::Null, ErrorCode::INVALID_REQUEST, "the body must be a JSON object"),
    };
    refusal(StatusCode::BAD_REQUEST, id, code, message)
}

fn is_request_id(id: &Value) -> bool {
    id.is_string() || id.is_number()
}

fn refusal(status: StatusCode, id: Value, code: ErrorCode, message: &str) -> Response {
    let body = json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } });
    (status, axum::Json(body)).into_response()
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("application/json")
    })
}
