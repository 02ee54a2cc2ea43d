//! The tower layer in front of a service that tells who called.

use std::convert::Infallible;
use std::sync::Arc;

use http::request::Parts;
use http::{Request, Response, StatusCode, header};
use ragstone_auth::layer::AuthenticateLayer;
use ragstone_auth::{AuthenticatedPrincipal, BearerToken, StaticTokens, TokenRecord};
use ragstone_core::{Error, Scope, TenantId};
use tower::{Layer as _, ServiceExt as _};

async fn who(request: Request<()>) -> Result<Response<String>, Infallible> {
    assert!(!request.headers().contains_key(header::AUTHORIZATION));
    let caller = request.extensions().get::<AuthenticatedPrincipal>();
    Ok(Response::new(caller.expect("set by the layer").0.name().to_owned()))
}

fn refuse(_: &Parts, error: Error) -> Response<String> {
    let mut response = Response::new(error.public_message());
    *response.status_mut() = StatusCode::from_u16(error.kind().codes().http).expect("status");
    response
}

struct Gate {
    token: BearerToken,
    tokens: Arc<StaticTokens>,
}

impl Gate {
    fn new() -> Self {
        let token = BearerToken::mint().expect("randomness");
        let record = TokenRecord::new(&token, "ada", TenantId::default(), Scope::Read);
        Self { token, tokens: Arc::new(StaticTokens::new([record])) }
    }

    async fn call(&self, uri: &str, credentials: &[&str]) -> Response<String> {
        let mut request = Request::builder().uri(uri);
        for value in credentials {
            request = request.header(header::AUTHORIZATION, *value);
        }
        AuthenticateLayer::new(self.tokens.clone(), refuse)
            .layer(tower::service_fn(who))
            .oneshot(request.body(()).expect("request"))
            .await
            .expect("infallible")
    }
}

#[tokio::test]
async fn a_valid_token_passes_and_is_taken_off() {
    let gate = Gate::new();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let response = gate.call("/", &[&format!("{scheme} {}", gate.token.expose())]).await;
        assert_eq!((response.status(), response.body().as_str()), (StatusCode::OK, "ada"));
    }
}

#[tokio::test]
async fn everything_else_is_refused_with_a_challenge() {
    let gate = Gate::new();
    let valid = format!("Bearer {}", gate.token.expose());
    let basic = format!("Basic {}", gate.token.expose());
    let forged = format!("Bearer rgs_{}_{}", gate.token.id(), "A".repeat(43));
    let in_query = format!("/?q=1&key={}", gate.token.expose());
    let cases: [(&str, &[&str], u16, &str); 9] = [
        ("/", &[], 401, r#"Bearer realm="ragstone""#),
        ("/", &[""], 401, "invalid_token"),
        ("/", &["Bearer"], 401, "invalid_token"),
        ("/", &["Bearer x"], 401, "invalid_token"),
        ("/", &[&basic], 401, "invalid_token"),
        ("/", &[&forged], 401, "invalid_token"),
        ("/", &[&valid, &valid], 400, "invalid_request"),
        ("/?access_token=x", &[&valid], 400, "invalid_request"),
        (&in_query, &[&valid], 400, "invalid_request"),
    ];
    for (uri, credentials, status, challenge) in cases {
        let response = gate.call(uri, credentials).await;
        assert_eq!(response.status().as_u16(), status, "{credentials:?}");
        let header = response.headers()[header::WWW_AUTHENTICATE].to_str().expect("text");
        assert!(header.contains(challenge), "{credentials:?}: {header}");
    }
}

#[tokio::test]
async fn a_refusal_tells_nothing_of_the_token() {
    let gate = Gate::new();
    let forged = format!("Bearer rgs_{}_{}", gate.token.id(), "B".repeat(43));
    let response = gate.call("/", &[&forged]).await;
    let shown = format!("{response:?} {:?}", AuthenticateLayer::new(gate.tokens.clone(), refuse));
    assert!(!shown.contains(&gate.token.expose()[21..]) && !shown.contains(&"B".repeat(43)));
}
