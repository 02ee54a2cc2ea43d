//! The REST client of the command line: over HTTP to a running server, or straight into a router in this process.

use axum::Router;
use axum::body::Body;
use http::{Method, Request, header};
use http_body_util::BodyExt;
use ragstone_api::idempotency;
use ragstone_api::problem::Problem;
use ragstone_core::{Error, ErrorKind, Result};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt;

/// An answer without a body, as JSON.
const NOTHING: &[u8] = b"null";

/// Calls the REST interface as the local admin.
#[derive(Debug)]
pub(crate) struct Client {
    transport: Transport,
    token: SecretString,
}

#[derive(Debug)]
enum Transport {
    Http { http: reqwest::Client, base: String },
    InProcess(Router),
}

impl Client {
    /// Talks to the server at `base`, such as `http://127.0.0.1:7171`.
    pub(crate) fn http(base: String, token: SecretString) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().build().map_err(unreachable_server)?;
        Ok(Self { transport: Transport::Http { http, base }, token })
    }

    /// Talks to a router of this process.
    pub(crate) fn in_process(router: Router, token: SecretString) -> Self {
        Self { transport: Transport::InProcess(router), token }
    }

    /// Asks for something.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call(Method::GET, path, None).await
    }

    /// Sends something.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.call(Method::POST, path, Some(written(body)?)).await
    }

    /// Sends something under a key, so that sending it again does nothing more.
    pub(crate) async fn post_once<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        key: Option<&str>,
    ) -> Result<T> {
        self.call_with(Method::POST, path, Some(written(body)?), key).await
    }

    /// Stores something.
    pub(crate) async fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        self.call(Method::PUT, path, Some(written(body)?)).await
    }

    /// Reads bytes as they are.
    pub(crate) async fn get_bytes(&self, path: &str) -> Result<Vec<u8>> {
        self.answer(Method::GET, path, None, None).await
    }

    /// Sends something whose answer is bytes.
    pub(crate) async fn post_bytes(&self, path: &str, body: &impl Serialize) -> Result<Vec<u8>> {
        self.answer(Method::POST, path, Some(written(body)?), None).await
    }

    /// Stores bytes as they are.
    pub(crate) async fn put_bytes<T: DeserializeOwned>(&self, path: &str, body: Vec<u8>) -> Result<T> {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// Deletes something.
    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.call(Method::DELETE, path, None).await
    }

    /// Reads a listing to its end, page by page; `open` gives the items of a page and its cursor to the next.
    pub(crate) async fn list<P: DeserializeOwned, T>(
        &self,
        path: &str,
        open: fn(P) -> (Vec<T>, Option<String>),
    ) -> Result<Vec<T>> {
        self.list_where(path, "", open).await
    }

    /// The same of what a query narrows, which may be empty.
    pub(crate) async fn list_where<P: DeserializeOwned, T>(
        &self,
        path: &str,
        query: &str,
        open: fn(P) -> (Vec<T>, Option<String>),
    ) -> Result<Vec<T>> {
        let mut items = Vec::new();
        let narrow = if query.is_empty() { String::new() } else { format!("&{query}") };
        let mut after = String::new();
        loop {
            let (found, next) = open(self.get(&format!("{path}?page_size=1000{narrow}{after}")).await?);
            items.extend(found);
            let Some(cursor) = next else { return Ok(items) };
            after = format!("&cursor={cursor}");
        }
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<T> {
        self.call_with(method, path, body, None).await
    }

    async fn call_with<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        key: Option<&str>,
    ) -> Result<T> {
        let answer = self.answer(method, path, body, key).await?;
        let answer = if answer.is_empty() { NOTHING } else { &answer };
        serde_json::from_slice(answer).map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot read the server's answer").with_source(source)
        })
    }

    /// The body of an answer; that of a failure as an error.
    async fn answer(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        key: Option<&str>,
    ) -> Result<Vec<u8>> {
        let path = format!("/api/v1{path}");
        let (status, answer) = match &self.transport {
            Transport::Http { http, base } => {
                self.over_http(http, method, format!("{base}{path}"), body, key).await?
            }
            Transport::InProcess(router) => self.in_router(router.clone(), method, path, body, key).await?,
        };
        if status < 400 { Ok(answer) } else { Err(failure(status, &answer)) }
    }

    async fn over_http(
        &self,
        http: &reqwest::Client,
        method: Method,
        url: String,
        body: Option<Vec<u8>>,
        key: Option<&str>,
    ) -> Result<(u16, Vec<u8>)> {
        let mut request = http.request(method, url).bearer_auth(self.token.expose_secret());
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        }
        if let Some(key) = key {
            request = request.header(idempotency::HEADER, idempotency::written(key));
        }
        let response = request.send().await.map_err(unreachable_server)?;
        let status = response.status().as_u16();
        let answer = response.bytes().await.map_err(unreachable_server)?;
        Ok((status, answer.to_vec()))
    }

    async fn in_router(
        &self,
        router: Router,
        method: Method,
        path: String,
        body: Option<Vec<u8>>,
        key: Option<&str>,
    ) -> Result<(u16, Vec<u8>)> {
        let bearer = format!("Bearer {}", self.token.expose_secret());
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, bearer)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header(idempotency::HEADER, idempotency::written(key));
        }
        let request = request.body(Body::from(body.unwrap_or_default())).map_err(|source| {
            Error::new(ErrorKind::InvalidArgument, "cannot make the request").with_source(source)
        })?;
        let response = match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let answer = response.into_body().collect().await.map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot read the answer").with_source(source)
        })?;
        Ok((status, answer.to_bytes().to_vec()))
    }
}

fn written(body: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(body)
        .map_err(|source| Error::new(ErrorKind::Unexpected, "cannot write the request").with_source(source))
}

/// The error that a problem document tells of.
fn failure(status: u16, answer: &[u8]) -> Error {
    let Ok(problem) = serde_json::from_slice::<Problem>(answer) else {
        return Error::new(ErrorKind::Unexpected, "the server answered with something else than a problem")
            .with_context("status", status);
    };
    let kind = ErrorKind::from_reason(&problem.reason).unwrap_or(ErrorKind::Unexpected);
    let error = Error::new(kind, problem.detail);
    match problem.help {
        Some(help) => error.with_help(help),
        None => error,
    }
}

fn unreachable_server(source: reqwest::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "cannot talk to the running server").with_source(source)
}
