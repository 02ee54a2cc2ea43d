//! Cross-origin access for browsers of the allowed origins.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header, request::Parts};
use tower_http::cors::{AllowOrigin, CorsLayer};
use url::Url;

const REQUEST_HEADERS: [HeaderName; 8] = [
    header::CONTENT_TYPE,
    header::ACCEPT,
    header::AUTHORIZATION,
    HeaderName::from_static("mcp-protocol-version"),
    HeaderName::from_static("mcp-method"),
    HeaderName::from_static("mcp-name"),
    HeaderName::from_static("mcp-session-id"),
    HeaderName::from_static("traceparent"),
];

const RESPONSE_HEADERS: [HeaderName; 3] =
    [header::WWW_AUTHENTICATE, header::RETRY_AFTER, HeaderName::from_static("mcp-session-id")];

/// Preflight answers are kept this long.
const MAX_AGE: Duration = Duration::from_mins(10);

/// Builds the layer; requests of other origins get no `Access-Control-Allow-Origin`.
pub(super) fn layer(allowed_origins: &[String]) -> CorsLayer {
    let patterns: Vec<OriginPattern> =
        allowed_origins.iter().filter_map(|origin| OriginPattern::parse(origin)).collect();
    let is_allowed = move |origin: &HeaderValue, _: &Parts| {
        let origin = origin.to_str().ok().and_then(|origin| Url::parse(origin).ok());
        origin.is_some_and(|origin| patterns.iter().any(|pattern| pattern.matches(&origin)))
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(is_allowed))
        .allow_methods([Method::POST])
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS)
        .max_age(MAX_AGE)
}

/// An origin as the transport's own check reads it: without a port, or with `*` for one, all ports match.
struct OriginPattern {
    origin: Url,
    is_any_port: bool,
}

impl OriginPattern {
    fn parse(pattern: &str) -> Option<Self> {
        let base = pattern.strip_suffix(":*");
        let origin = Url::parse(base.unwrap_or(pattern)).ok()?;
        let after_scheme = pattern.split("://").nth(1)?;
        let has_port = base.is_none() && after_scheme.rsplit(']').next()?.contains(':');
        Some(Self { origin, is_any_port: !has_port })
    }

    fn matches(&self, origin: &Url) -> bool {
        self.origin.scheme() == origin.scheme()
            && self.origin.host() == origin.host()
            && (self.is_any_port || self.origin.port_or_known_default() == origin.port_or_known_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_scheme_host_and_port() {
        for (pattern, origin, expected) in [
            ("http://localhost:*", "http://localhost:3000", true),
            ("http://localhost:*", "http://localhost", true),
            ("http://localhost:*", "https://localhost:3000", false),
            ("http://localhost:*", "http://localhost.evil.example", false),
            ("http://[::1]:*", "http://[::1]:8080", true),
            ("https://app.example", "https://app.example:8443", true),
            ("https://app.example:443", "https://app.example", true),
            ("https://app.example:443", "https://app.example:444", false),
            ("http://[::1]:80", "http://[::1]:81", false),
        ] {
            let pattern = OriginPattern::parse(pattern).expect("is a pattern");
            let origin = Url::parse(origin).expect("is an origin");
            assert_eq!(pattern.matches(&origin), expected, "{origin}");
        }
    }
}
