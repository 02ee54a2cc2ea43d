//! Remote embedders against real servers on loopback: the laws, and every way in which a server fails.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use ragstone_conformance::EmbedderFixture;
use ragstone_core::embedding::{Dimensions, InputKind};
use ragstone_core::memory::HashingModel;
use ragstone_core::port::Embedder;
use ragstone_core::{CallContext, Clock, Error, ErrorKind, Retry, SystemClock};
use ragstone_models::{RemoteConfig, RemoteEmbedder, RemoteProtocol};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::server::{Answer, Request, Server};

const PROTOCOLS: [RemoteProtocol; 3] =
    [RemoteProtocol::OpenAi, RemoteProtocol::TextEmbeddingsInference, RemoteProtocol::Ollama];

fn dimensions() -> Dimensions {
    Dimensions::try_new(256).expect("is a length")
}

fn config(protocol: RemoteProtocol, url: &str) -> RemoteConfig {
    RemoteConfig::try_new(protocol, url, "hashing", dimensions(), 64).expect("is valid")
}

fn embedder(config: RemoteConfig) -> RemoteEmbedder {
    RemoteEmbedder::try_new(config, Arc::new(SystemClock)).expect("is built")
}

/// Texts of a request.
fn inputs(request: &Request) -> Vec<String> {
    let body: Value = serde_json::from_slice(&request.body).expect("is JSON");
    let texts = body.get("input").or_else(|| body.get("inputs")).expect("has texts").clone();
    serde_json::from_value(texts).expect("are texts")
}

/// The answer of a protocol with these vectors.
fn answer(path: &str, vectors: &[Vec<f32>]) -> Value {
    match path {
        "/v1/embeddings" => {
            // Out of order, as the protocol allows.
            let data: Vec<Value> = vectors
                .iter()
                .enumerate()
                .rev()
                .map(|(index, vector)| json!({"object": "embedding", "index": index, "embedding": vector}))
                .collect();
            json!({"object": "list", "data": data, "model": "hashing", "usage": {"prompt_tokens": 1}})
        }
        "/embed" => json!(vectors),
        "/api/embed" => json!({"model": "hashing", "embeddings": vectors}),
        other => panic!("no protocol asks for {other}"),
    }
}

/// Embeds with hashes of words, and leaves the vectors at some length.
fn hash(request: &Request) -> Answer {
    let model = HashingModel::new(Arc::new(SystemClock), dimensions(), 1000);
    let texts = inputs(request);
    assert!(texts.iter().all(|text| !text.is_empty()), "servers refuse empty texts");
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let ctx = CallContext::system();
    let found = model
        .embed(&ctx, InputKind::Query, &texts)
        .now_or_never()
        .expect("waits for nothing")
        .expect("embeds");
    let double = |vector: Vec<f32>| vector.into_iter().map(|number| number * 2.0).collect();
    let vectors: Vec<Vec<f32>> = found.into_iter().map(|embedding| double(embedding.vector)).collect();
    Answer::ok(answer(&request.path, &vectors).to_string())
}

mod laws {
    use super::*;

    async fn fixture(protocol: RemoteProtocol) -> EmbedderFixture {
        let server = Server::start(|request| hash(&request)).await;
        let config = config(protocol, &server.url).with_batch(3).expect("is a size");
        EmbedderFixture::new(Arc::new(embedder(config))).keeping(server)
    }

    mod openai {
        ragstone_conformance::embedder_suite!(
            "OpenAI-compatible",
            super::super::fixture(ragstone_models::RemoteProtocol::OpenAi)
        );
    }

    mod tei {
        ragstone_conformance::embedder_suite!(
            "Text Embeddings Inference",
            super::super::fixture(ragstone_models::RemoteProtocol::TextEmbeddingsInference)
        );
    }

    mod ollama {
        ragstone_conformance::embedder_suite!(
            "Ollama",
            super::super::fixture(ragstone_models::RemoteProtocol::Ollama)
        );
    }
}

async fn failure(
    protocol: RemoteProtocol,
    handler: impl Fn(Request) -> Answer + Send + Sync + 'static,
) -> Error {
    let server = Server::start(handler).await;
    let asked = embedder(config(protocol, &server.url))
        .embed(&CallContext::system(), InputKind::Passage, &["a secret text"])
        .await;
    let error = asked.expect_err("fails");
    let shown = format!("{error} {error:#?}");
    assert!(!shown.contains("a secret text"), "{shown}");
    error
}

#[tokio::test]
async fn statuses_have_their_kinds() {
    for (status, kind) in [
        (401, ErrorKind::FailedPrecondition),
        (403, ErrorKind::FailedPrecondition),
        (404, ErrorKind::FailedPrecondition),
        (413, ErrorKind::TooLarge),
        (429, ErrorKind::RateLimited),
        (500, ErrorKind::Unavailable),
        (503, ErrorKind::Unavailable),
        (504, ErrorKind::Unavailable),
        (400, ErrorKind::Unexpected),
        (302, ErrorKind::Unexpected),
    ] {
        for protocol in PROTOCOLS {
            let error = failure(protocol, move |_| Answer::status(status)).await;
            assert_eq!(error.kind(), kind, "{status}: {error}");
        }
    }
}

#[tokio::test]
async fn a_server_says_when_to_come_back() {
    let error = failure(RemoteProtocol::OpenAi, |_| Answer {
        headers: vec![("retry-after".to_owned(), "7".to_owned())],
        ..Answer::status(429)
    })
    .await;
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(7)));
    let error = failure(RemoteProtocol::OpenAi, |_| Answer {
        headers: vec![("retry-after".to_owned(), "99999999".to_owned())],
        ..Answer::status(503)
    })
    .await;
    assert_eq!(error.retry(), Retry::After(Duration::from_mins(5)), "the wait is capped");
}

#[tokio::test]
async fn garbage_is_a_failing_server() {
    for body in ["", "<html>busy</html>", "{}", "[[1, 2", "{\"data\": 7}", "[[\"a\"]]"] {
        for protocol in PROTOCOLS {
            let error = failure(protocol, move |_| Answer::ok(body)).await;
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{body}: {error}");
        }
    }
}

#[tokio::test]
async fn answers_without_end_are_not_read() {
    let error = failure(RemoteProtocol::OpenAi, |_| Answer::ok(vec![b' '; 8 << 20])).await;
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_a_failing_server() {
    for protocol in PROTOCOLS {
        let error = failure(protocol, |request| Answer { cut: Some(100), ..hash(&request) }).await;
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    }
}

#[tokio::test]
async fn other_dimensions_are_named() {
    for protocol in PROTOCOLS {
        let error = failure(protocol, |request| {
            let vectors = vec![vec![0.5_f32; 128]; inputs(&request).len()];
            Answer::ok(answer(&request.path, &vectors).to_string())
        })
        .await;
        assert_eq!(error.kind(), ErrorKind::FailedPrecondition, "{error}");
        assert!(error.context().contains(&("found", "128".to_owned())), "{error}");
        assert!(error.help().is_some());
    }
}

#[tokio::test]
async fn another_number_of_vectors_is_a_failing_server() {
    for protocol in PROTOCOLS {
        let error = failure(protocol, |request| {
            Answer::ok(answer(&request.path, &vec![vec![1.0; 256]; 2]).to_string())
        })
        .await;
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    }
}

#[tokio::test]
async fn vectors_without_a_direction_are_corrupt() {
    for protocol in PROTOCOLS {
        let error =
            failure(protocol, |request| Answer::ok(answer(&request.path, &[vec![0.0; 256]]).to_string()))
                .await;
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    }
}

#[tokio::test]
async fn a_slow_server_is_given_up_at_the_longest_time_of_a_request() {
    let slow = |request: Request| Answer { delay: Some(Duration::from_mins(1)), ..hash(&request) };
    let server = Server::start(slow).await;
    let config = config(RemoteProtocol::Ollama, &server.url);
    let embedder = embedder(config.with_longest(Duration::from_millis(300)).expect("is a time"));
    let asked = embedder.embed(&CallContext::system(), InputKind::Passage, &["a"]).await;
    assert_eq!(asked.map_err(|error| error.kind()), Err(ErrorKind::Unavailable));
}

#[tokio::test]
async fn a_slow_server_is_given_up_at_the_deadline() {
    let slow = |request: Request| Answer { delay: Some(Duration::from_mins(1)), ..hash(&request) };
    let server = Server::start(slow).await;
    let ctx = CallContext::system().with_timeout(&SystemClock, Duration::from_millis(200));
    let start = SystemClock.instant();
    let asked =
        embedder(config(RemoteProtocol::OpenAi, &server.url)).embed(&ctx, InputKind::Query, &["a"]).await;
    assert_eq!(asked.map_err(|error| error.kind()), Err(ErrorKind::DeadlineExceeded));
    assert!(SystemClock.instant() - start < Duration::from_secs(20));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let port =
        tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds").local_addr().expect("has one");
    let embedder = embedder(config(RemoteProtocol::OpenAi, &format!("http://{port}")));
    let asked = embedder.embed(&CallContext::system(), InputKind::Query, &["a"]).await;
    assert_eq!(asked.map_err(|error| error.kind()), Err(ErrorKind::Unavailable));
}

#[tokio::test]
async fn texts_are_sent_in_batches_and_one_failure_fails_all() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let server = Server::start(move |request| {
        assert!(inputs(&request).len() <= 4);
        if counted.fetch_add(1, Ordering::SeqCst) == 9 { Answer::status(500) } else { hash(&request) }
    })
    .await;
    let embedder = embedder(config(RemoteProtocol::OpenAi, &server.url).with_batch(4).expect("is a size"));
    let texts: Vec<String> = (0..18).map(|number| format!("text {number}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = embedder.embed(&CallContext::system(), InputKind::Passage, &texts).await.expect("embeds");
    assert_eq!((found.len(), calls.load(Ordering::SeqCst)), (18, 5));
    let failed = embedder.embed(&CallContext::system(), InputKind::Passage, &texts).await;
    assert_eq!(failed.map_err(|error| error.kind()), Err(ErrorKind::Unavailable));
}

#[tokio::test]
async fn the_key_is_sent_and_shown_nowhere() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&heads);
    let server = Server::start(move |request| {
        seen.lock().expect("is whole").push(request.head.clone());
        hash(&request)
    })
    .await;
    let config = config(RemoteProtocol::OpenAi, &server.url).with_key(SecretString::from("hunter2"));
    let embedder = embedder(config);
    assert!(!format!("{embedder:?}").contains("hunter2"));
    embedder.embed(&CallContext::system(), InputKind::Query, &["a"]).await.expect("embeds");
    assert!(heads.lock().expect("is whole")[0].contains("authorization: bearer hunter2"));
}

#[tokio::test]
async fn prefixes_are_sent_with_their_kind() {
    let server = Server::start(|request| {
        assert!(inputs(&request).iter().all(|text| text.starts_with("query: ")));
        hash(&request)
    })
    .await;
    let config =
        config(RemoteProtocol::TextEmbeddingsInference, &server.url).with_prefixes("query: ", "passage: ");
    let embedder = embedder(config);
    embedder.embed(&CallContext::system(), InputKind::Query, &["a", ""]).await.expect("embeds");
    let refused = embedder.embed(&CallContext::system(), InputKind::Passage, &["a"]).await;
    assert!(refused.is_err(), "the server saw another prefix");
}
