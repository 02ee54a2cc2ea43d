//! Requests and answers of the three protocols.

use ragstone_core::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RemoteProtocol;

#[derive(Serialize)]
struct ModelRequest<'a> {
    model: &'a str,
    input: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncate: Option<bool>,
}

#[derive(Serialize)]
struct TeiRequest<'a> {
    inputs: &'a [&'a str],
    normalize: bool,
    truncate: bool,
}

#[derive(Deserialize)]
struct OpenAiAnswer {
    data: Vec<OpenAiEmbedding>,
}

#[derive(Deserialize)]
struct OpenAiEmbedding {
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct OllamaAnswer {
    embeddings: Vec<Vec<f32>>,
}

/// The body of a request.
pub(super) fn request(protocol: RemoteProtocol, model: &str, input: &[&str]) -> Result<Value> {
    let body = match protocol {
        RemoteProtocol::OpenAi => serde_json::to_value(ModelRequest {
            model,
            input,
            encoding_format: Some("float"),
            truncate: None,
        }),
        RemoteProtocol::TextEmbeddingsInference => {
            serde_json::to_value(TeiRequest { inputs: input, normalize: true, truncate: true })
        }
        RemoteProtocol::Ollama => {
            serde_json::to_value(ModelRequest { model, input, encoding_format: None, truncate: Some(true) })
        }
    };
    body.map_err(|source| Error::new(ErrorKind::Unexpected, "cannot write a request").with_source(source))
}

/// The vectors of an answer, in the order of the request's texts, `count` of them.
pub(super) fn vectors(protocol: RemoteProtocol, body: &[u8], count: usize) -> Result<Vec<Vec<f32>>> {
    let vectors = match protocol {
        RemoteProtocol::OpenAi => in_order(parse::<OpenAiAnswer>(body)?.data)?,
        RemoteProtocol::TextEmbeddingsInference => parse(body)?,
        RemoteProtocol::Ollama => parse::<OllamaAnswer>(body)?.embeddings,
    };
    if vectors.len() != count {
        let error = wrong("the server answered with another number of vectors than was asked for");
        return Err(error.with_context("asked", count).with_context("answered", vectors.len()));
    }
    Ok(vectors)
}

/// The protocol numbers its vectors and promises no order.
fn in_order(mut data: Vec<OpenAiEmbedding>) -> Result<Vec<Vec<f32>>> {
    data.sort_by_key(|embedding| embedding.index);
    if data.iter().enumerate().any(|(place, embedding)| embedding.index != place) {
        return Err(wrong("the server numbered its vectors wrongly"));
    }
    Ok(data.into_iter().map(|embedding| embedding.embedding).collect())
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| {
        // The message may quote the body; its place and category do not.
        let place =
            format!("{:?} error at line {}, column {}", error.classify(), error.line(), error.column());
        wrong("the server's answer is not what its protocol says").with_detail(place)
    })
}

pub(super) fn wrong(message: &'static str) -> Error {
    Error::new(ErrorKind::Unavailable, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_vectors_are_put_in_order() {
        let body = br#"{"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}],"usage":{}}"#;
        assert_eq!(vectors(RemoteProtocol::OpenAi, body, 2).expect("parses"), [[1.0], [2.0]]);
    }

    #[test]
    fn answers_that_break_the_protocol_are_a_failing_server() {
        use RemoteProtocol::{Ollama, OpenAi, TextEmbeddingsInference};
        for (protocol, body) in [
            (OpenAi, r#"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#),
            (OpenAi, r#"{"data":[{"index":0,"embedding":[1]}]}"#),
            (OpenAi, r#"{"data":[{"index":0,"embedding":["a"]},{"index":1,"embedding":[null]}]}"#),
            (TextEmbeddingsInference, "[[1],[2],[3]]"),
            (TextEmbeddingsInference, "<html>"),
            (Ollama, r#"{"error":"no such model"}"#),
            (Ollama, ""),
        ] {
            let kind = vectors(protocol, body.as_bytes(), 2).map_err(|error| error.kind());
            assert_eq!(kind, Err(ErrorKind::Unavailable), "{body}");
        }
    }
}
