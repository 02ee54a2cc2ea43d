//! What each reason code means: where the `type` of a problem leads.

use axum::extract::Path;
use ragstone_core::{Error, ErrorKind};

use crate::failure::Failure;

pub(crate) async fn explain(Path(reason): Path<String>) -> Result<String, Failure> {
    let kind = ErrorKind::from_reason(&reason)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, "no such reason code"))?;
    let codes = kind.codes();
    let advice = if kind.is_client_fault() {
        "The request has to change before it can succeed; the problem's `detail`, `errors` and `help` say how."
    } else {
        "The server is at fault; its log tells more under the problem's `request_id`."
    };
    let retry = if kind.default_retry().is_allowed() {
        "The same request may succeed later."
    } else {
        "The same request fails again."
    };
    Ok(format!(
        "{reason}: {}\n\n{advice}\n{retry}\n\nHTTP status {}, gRPC code {}, JSON-RPC code {}\n",
        kind.title(),
        codes.http,
        codes.grpc,
        codes.json_rpc
    ))
}
