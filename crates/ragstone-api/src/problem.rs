//! Failures on the wire: RFC 9457 problems with a stable reason code.

use ragstone_core::Error;
use serde::{Deserialize, Serialize};

/// Media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";
/// Path below which each reason is explained; problem types are relative references to it.
pub const TYPE_PREFIX: &str = "/docs/errors/";

/// Why a request failed (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Reference to the explanation of the reason.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short title of the reason.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What is wrong in this case.
    pub detail: String,
    /// Path of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Stable reason code, the same on all transports.
    pub reason: String,
    /// Inputs that are at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Id under which the server's log tells more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// An input that is at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// Path of the input, such as `limit` or `span.start`.
    pub field: String,
    /// What is wrong with it and what is allowed.
    pub description: String,
}

impl Problem {
    /// Names the path of the request.
    #[must_use]
    pub fn with_instance(mut self, path: impl Into<String>) -> Self {
        self.instance = Some(path.into());
        self
    }

    /// Names the request.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = Some(request_id.into());
        self
    }
}

impl From<&Error> for Problem {
    /// Shows the public part of a failure only.
    fn from(error: &Error) -> Self {
        let codes = error.kind().codes();
        let errors = error.violations().iter().map(|violation| FieldError {
            field: violation.field.clone().into_owned(),
            description: violation.description.clone(),
        });
        Self {
            kind: format!("{TYPE_PREFIX}{}", codes.reason),
            title: error.kind().title().to_owned(),
            status: codes.http,
            detail: error.public_message(),
            instance: None,
            reason: codes.reason.to_owned(),
            errors: errors.collect(),
            help: error.help().map(str::to_owned),
            request_id: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;

    #[test]
    fn private_text_stays_private() {
        let source = std::io::Error::other("secret source");
        for kind in ErrorKind::ALL {
            let error = Error::new(kind, "cannot open collection")
                .with_detail("secret detail")
                .with_source(std::io::Error::other(source.to_string()));
            let json = serde_json::to_string(&Problem::from(&error)).expect("serializable");
            assert!(!json.contains("secret"), "{json}");
        }
    }

    #[test]
    fn a_problem_has_the_members_of_rfc_9457() {
        let error = Error::invalid("limit", "must be from 1 to 1000");
        let problem = Problem::from(&error).with_instance("/api/v1/search").with_request_id("r1");
        let json = serde_json::to_value(problem).expect("serializable");
        assert_eq!(
            json,
            serde_json::json!({
                "type": "/docs/errors/invalid_argument",
                "title": "invalid argument",
                "status": 400,
                "detail": "invalid argument: limit must be from 1 to 1000",
                "instance": "/api/v1/search",
                "reason": "invalid_argument",
                "errors": [{ "field": "limit", "description": "must be from 1 to 1000" }],
                "request_id": "r1",
            })
        );
    }
}
