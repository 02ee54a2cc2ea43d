//! How a failure reaches the client: in the tool's result, where the model reads it, or as a protocol error.

use ragstone_core::error::Severity;
use ragstone_core::{Error, ErrorKind, Retry};
use ragstone_observability::metric;
use rmcp::ErrorData;
use rmcp::model::{CallToolResult, ContentBlock, ErrorCode, MetaObject};
use serde_json::{Value, json};

/// Key of the machine-readable part of a failed tool result.
const META_KEY: &str = "ragstone/error";

/// Most bytes of an error text that a model is shown; clients cut longer ones.
const MAX_TEXT_LEN: usize = 4_000;

/// A tool result that says what was wrong and what to do next.
pub(crate) fn tool_result(error: &Error) -> CallToolResult {
    let mut meta = MetaObject::default();
    meta.insert(META_KEY.to_owned(), data(error));
    let mut result = CallToolResult::error(vec![ContentBlock::text(text(error))]);
    result.meta = Some(meta);
    result
}

/// A protocol error with the code of the kind.
pub(crate) fn protocol_error(error: &Error) -> ErrorData {
    let code = ErrorCode(error.kind().codes().json_rpc);
    ErrorData::new(code, text(error), Some(data(error)))
}

/// A protocol error about the resource `uri`; its data names a URI of reasonable length again.
pub(crate) fn resource_error(error: &Error, uri: &str) -> ErrorData {
    let mut answer = protocol_error(error);
    if error.kind() == ErrorKind::NotFound {
        answer.code = ErrorCode::RESOURCE_NOT_FOUND;
    }
    if let Some(Value::Object(data)) = &mut answer.data
        && uri.len() <= MAX_TEXT_LEN
    {
        data.insert("uri".to_owned(), uri.into());
    }
    answer
}

/// Logs a failure that is the server's own at the level of its severity; callers see only its kind.
pub(crate) fn log(error: &Error, operation: &str) {
    let (kind, severity) = (error.kind(), error.kind().severity());
    metrics::counter!(metric::ERRORS.name, metric::SEVERITY => severity.as_str()).increment(1);
    if kind.is_client_fault() {
        return;
    }
    let severity_name = severity.as_str();
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                error = %error, error.kind = %kind, severity = severity_name, mcp.operation = operation,
                "call failed"
            )
        };
    }
    match severity {
        Severity::Low => line!(info),
        Severity::Medium => line!(warn),
        Severity::High | Severity::Critical => line!(error),
    }
}

fn text(error: &Error) -> String {
    let mut text = error.public_message();
    let help = error.help().map(str::to_owned).or_else(|| retry_help(error.retry()));
    if let Some(help) = help {
        text.push_str(". To go on: ");
        text.push_str(&help);
    }
    if text.len() > MAX_TEXT_LEN {
        text.truncate(text.floor_char_boundary(MAX_TEXT_LEN));
        text.push_str(" ...");
    }
    text
}

fn retry_help(retry: Retry) -> Option<String> {
    match retry {
        Retry::Never | Retry::Exhausted => None,
        Retry::Backoff => Some("call again in some seconds".to_owned()),
        Retry::After(wait) => Some(format!("call again in {} seconds", wait.as_secs().max(1))),
    }
}

fn data(error: &Error) -> Value {
    let violations: Vec<Value> = error
        .violations()
        .iter()
        .map(|violation| json!({ "field": violation.field, "description": violation.description }))
        .collect();
    json!({
        "reason": error.kind().codes().reason,
        "is_retryable": error.retry().is_allowed(),
        "violations": violations,
    })
}
