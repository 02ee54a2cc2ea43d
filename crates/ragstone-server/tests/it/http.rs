//! A small blocking HTTP client; every request has a connection of its own.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

/// Longest that any request may take.
const TIMEOUT: Duration = Duration::from_mins(2);

/// Calls a server with a token.
#[derive(Debug)]
pub(crate) struct Http {
    runtime: Runtime,
    client: Client,
    pub(crate) base: String,
    token: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of an answer that is a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert!(self.status < 300, "{self:?}");
        self.json()
    }

    /// Status and reason of a problem document.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.headers[CONTENT_TYPE], "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{self:?}");
        (self.status, problem["reason"].as_str().expect("reason").to_owned())
    }
}

/// With the feature `sentry` the HTTP client wants to be told whose cryptography it uses, plain HTTP or not.
pub(crate) fn install_cryptography() {
    // Another test may have come first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

impl Http {
    pub(crate) fn new(base: &str, token: Option<&str>) -> Self {
        install_cryptography();
        Self {
            runtime: Builder::new_current_thread().enable_all().build().expect("runtime"),
            client: Client::builder()
                .no_proxy()
                .timeout(TIMEOUT)
                .pool_max_idle_per_host(0)
                .build()
                .expect("client"),
            base: base.to_owned(),
            token: token.map(str::to_owned),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).expect("an answer")
    }

    pub(crate) fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).expect("an answer")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_bytes(path, body.to_string().into_bytes())
    }

    pub(crate) fn post_bytes(&self, path: &str, body: Vec<u8>) -> Reply {
        self.send(Method::POST, path, Some(body)).expect("an answer")
    }

    /// Sends a file as it is.
    pub(crate) fn upload(&self, path: &str, media_type: &str, body: Vec<u8>) -> Reply {
        let headers = [(CONTENT_TYPE.as_str(), media_type)];
        self.send_with(Method::POST, path, Some(body), &headers).expect("an answer")
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Reply {
        self.try_put(path, body).expect("an answer")
    }

    /// Sends to a server that may die meanwhile.
    pub(crate) fn try_put(&self, path: &str, body: &Value) -> reqwest::Result<Reply> {
        self.send(Method::PUT, path, Some(body.to_string().into_bytes()))
    }

    /// The same under a key.
    pub(crate) fn try_put_once(&self, path: &str, body: &Value, key: &str) -> reqwest::Result<Reply> {
        let headers = [("idempotency-key", key)];
        self.send_with(Method::PUT, path, Some(body.to_string().into_bytes()), &headers)
    }

    /// Hits of a search in all collections.
    pub(crate) fn search(&self, query: &str) -> Vec<Value> {
        self.search_behind(query, None)
    }

    /// Hits of a search that waits for a write.
    pub(crate) fn search_behind(&self, query: &str, sequence: Option<u64>) -> Vec<Value> {
        let mut body = json!({ "query": query, "limit": 20 });
        if let Some(sequence) = sequence {
            body["min_sequence"] = json!(sequence);
        }
        let answer = self.post("/api/v1/search", &body).ok();
        assert_eq!(answer["degraded"], json!([]), "{answer}");
        answer["hits"].as_array().expect("hits").clone()
    }

    /// Waits until every acknowledged write can be found; a server that has just started reads them again.
    pub(crate) fn catch_up(&self) {
        let head = self.get("/api/v1/status").ok()["head"].as_u64();
        self.search_behind("anything", head);
    }

    /// Every document of a collection, read page by page.
    pub(crate) fn documents(&self, collection: &str) -> Vec<Value> {
        let mut documents = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/api/v1/collections/{collection}/documents?page_size=500{after}");
            let page = self.get(&path).ok();
            documents.extend(page["documents"].as_array().expect("documents").iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { return documents };
            after = format!("&cursor={cursor}");
        }
    }

    /// Posts with further headers.
    pub(crate) fn post_with(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Reply {
        self.send_with(Method::POST, path, Some(body.to_string().into_bytes()), headers).expect("an answer")
    }

    /// Puts with further headers.
    pub(crate) fn put_with(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Reply {
        self.send_with(Method::PUT, path, Some(body.to_string().into_bytes()), headers).expect("an answer")
    }

    fn send(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> reqwest::Result<Reply> {
        self.send_with(method, path, body, &[])
    }

    fn send_with(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> reqwest::Result<Reply> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        request = request.header(ACCEPT, "application/json, text/event-stream");
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
            if headers.iter().all(|(name, _)| *name != CONTENT_TYPE.as_str()) {
                request = request.header(CONTENT_TYPE, "application/json");
            }
        }
        self.runtime.block_on(async {
            let response = request.send().await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok(Reply { status, headers, body: response.text().await? })
        })
    }
}
