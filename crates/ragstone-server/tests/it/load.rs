//! Load by many tenants over one asynchronous client, with answers that are checked for what is not theirs.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use ragstone_auth::{BearerToken, StoredToken};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::http::{Reply, install_cryptography};
use crate::mcp::tool_call;

/// Longest that any request may take.
const TIMEOUT: Duration = Duration::from_mins(3);
/// What every canary begins with, and nothing else does.
const CANARY: &str = "zq";
/// Digits of a number in a word.
const DIGITS: usize = 6;
/// Times that the letter of a digit stands in a word: two words are too far apart to be taken for each other's misspelling.
const REPEATS: usize = 3;
const LETTERS: &[u8; 10] = b"bcdfghjklm";
pub(crate) const DOCUMENTS: &str = "/api/v1/collections/default/documents";
const SEARCH: &str = "/api/v1/search";

/// A word that stands for a number and has neither a stem nor parts.
pub(crate) fn word(start: &str, number: usize) -> String {
    let digits = format!("{number:0DIGITS$}");
    let letters = digits.bytes().map(|digit| char::from(LETTERS[usize::from(digit - b'0')]));
    let letters = letters.flat_map(|letter| std::iter::repeat_n(letter, REPEATS));
    start.chars().chain(letters).collect()
}

#[expect(clippy::print_stdout, reason = "figures of a passing test are shown with --nocapture")]
pub(crate) fn tell(line: &str) {
    println!("{line}");
}

// ---- Tenants ----

/// A tenant with a token of its own and a word that stands in each of its documents and in no other.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) name: String,
    pub(crate) token: String,
    pub(crate) canary: String,
    hash: String,
}

impl Tenant {
    /// Makes some.
    pub(crate) fn many(count: usize) -> Vec<Self> {
        (0..count)
            .map(|number| {
                let token = BearerToken::mint().expect("a token");
                Self {
                    name: format!("tenant-{number}"),
                    canary: word(CANARY, number),
                    hash: StoredToken::of(&token).to_string(),
                    token: token.expose().to_owned(),
                }
            })
            .collect()
    }

    /// Writes the configuration that lets them call.
    pub(crate) fn allow(tenants: &[Self], file: &Path) {
        let mut lines = String::new();
        for Self { name, hash, .. } in tenants {
            let _ = writeln!(lines, "[[auth.tokens]]\nname = \"{name}\"\ntenant = \"{name}\"");
            let _ = writeln!(lines, "scope = \"write\"\nhash = \"{hash}\"\n");
        }
        std::fs::write(file, lines).expect("written");
    }

    /// Whether a text holds the canary of another tenant.
    pub(crate) fn finds_foreign(&self, text: &str) -> bool {
        text.match_indices(CANARY).any(|(at, _)| {
            let letters = text[at + CANARY.len()..].bytes().take_while(|letter| LETTERS.contains(letter));
            letters.count() == DIGITS * REPEATS && !text[at..].starts_with(&self.canary)
        })
    }

    /// A text of some paragraphs in which every passage holds the canary and `common`.
    pub(crate) fn text(&self, common: &str, unique: &str, paragraphs: usize) -> String {
        let Self { canary, .. } = self;
        let paragraph = format!("The {common} {canary} of {unique} glides low over the water.\n\n");
        paragraph.repeat(paragraphs)
    }
}

// ---- Calls ----

/// A request without its address and its token.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: String,
}

impl Call {
    fn new(method: Method, path: impl Into<String>, body: &Value) -> Self {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Self { method, path: path.into(), body }
    }

    pub(crate) fn put(id: &str, text: &str) -> Self {
        Self::new(Method::PUT, DOCUMENTS, &json!({ "external_id": id, "text": text }))
    }

    pub(crate) fn delete(document: &str) -> Self {
        Self::new(Method::DELETE, format!("/api/v1/documents/{document}"), &Value::Null)
    }

    pub(crate) fn search(query: &str, limit: usize) -> Self {
        Self::new(Method::POST, SEARCH, &json!({ "query": query, "limit": limit }))
    }

    /// A search that waits for a write.
    pub(crate) fn search_behind(query: &str, limit: usize, sequence: Option<u64>) -> Self {
        let body = json!({ "query": query, "limit": limit, "min_sequence": sequence });
        Self::new(Method::POST, SEARCH, &body)
    }

    pub(crate) fn list(page: &str) -> Self {
        Self::new(Method::GET, format!("{DOCUMENTS}?page_size=500{page}"), &Value::Null)
    }

    pub(crate) fn text(document: &str) -> Self {
        Self::new(Method::GET, format!("/api/v1/documents/{document}/text?max_len=1048576"), &Value::Null)
    }

    /// A call of a tool over MCP.
    pub(crate) fn tool(name: &str, arguments: &Value) -> Self {
        Self::new(Method::POST, "/mcp", &tool_call(1, name, arguments))
    }
}

/// Sends calls to one server.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    client: Client,
    base: String,
}

impl Caller {
    pub(crate) fn new(base: &str) -> Self {
        Self::with_kept_connections(base, usize::MAX)
    }

    /// Each request has a connection of its own, and leaves none behind.
    pub(crate) fn without_kept_connections(base: &str) -> Self {
        Self::with_kept_connections(base, 0)
    }

    fn with_kept_connections(base: &str, kept: usize) -> Self {
        install_cryptography();
        let client = Client::builder().no_proxy().timeout(TIMEOUT).pool_max_idle_per_host(kept);
        Self { client: client.build().expect("client"), base: base.to_owned() }
    }

    /// Sends a call and reads the head of the answer.
    pub(crate) async fn begin(&self, token: &str, call: Call) -> reqwest::Result<Response> {
        let request = self.client.request(call.method, format!("{}{}", self.base, call.path));
        let request = request.header(ACCEPT, "application/json, text/event-stream").bearer_auth(token);
        request.header(CONTENT_TYPE, "application/json").body(call.body).send().await
    }

    /// Sends a call and reads the whole answer.
    pub(crate) async fn send(&self, token: &str, call: Call) -> reqwest::Result<Reply> {
        let response = self.begin(token, call).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Reply { status, headers, body: response.text().await? })
    }

    /// Sends a call that must succeed.
    pub(crate) async fn ok(&self, token: &str, call: Call) -> Value {
        let reply = self.send(token, call).await.expect("an answer");
        reply.ok()
    }

    /// Every document of a tenant, read page by page.
    pub(crate) async fn documents(&self, token: &str) -> Vec<Value> {
        let (mut documents, mut page) = (Vec::new(), String::new());
        loop {
            let answer = self.ok(token, Call::list(&page)).await;
            documents.extend(answer["documents"].as_array().expect("documents").iter().cloned());
            let Some(cursor) = answer["next_cursor"].as_str() else { return documents };
            page = format!("&cursor={cursor}");
        }
    }
}
