//! A small server of embeddings, so that vectors take part: each word has a direction of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::random::Random;

/// Numbers of a vector.
pub(super) const DIMENSIONS: usize = 128;

/// Starts the server on a free port, for as long as the process runs, and gives its address.
///
/// It speaks `/v1/embeddings`; a text is the sum of its words, and so is like another that shares some of them.
pub(super) fn start() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port for the embedder")?;
    let address = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || serve(stream));
        }
    });
    Ok(address)
}

fn serve(stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let answer = answer(&serde_json::from_slice(&body).ok()?)?.to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            answer.len()
        );
        reader.get_mut().write_all(head.as_bytes()).ok()?;
        reader.get_mut().write_all(answer.as_bytes()).ok()?;
    }
}

fn answer(asked: &Value) -> Option<Value> {
    let texts = asked["input"].as_array()?;
    let data = texts.iter().enumerate().map(|(index, text)| {
        json!({ "index": index, "object": "embedding", "embedding": vector(text.as_str().unwrap_or_default()) })
    });
    let data: Vec<Value> = data.collect();
    Some(json!({ "object": "list", "model": asked["model"], "data": data, "usage": {} }))
}

fn vector(text: &str) -> Vec<f64> {
    let mut sum = vec![0.0; DIMENSIONS];
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words {
        let mut direction = Random::seeded(hash(&word.to_lowercase()));
        for component in &mut sum {
            *component += if direction.chance(50) { 1.0 } else { -1.0 };
        }
    }
    // No text is without a direction.
    sum[0] += 0.5;
    let length = sum.iter().map(|component| component * component).sum::<f64>().sqrt();
    sum.into_iter().map(|component| component / length).collect()
}

/// FNV-1a.
fn hash(word: &str) -> u64 {
    word.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_alike_that_share_words() {
        let likeness = |one: &str, other: &str| -> f64 {
            vector(one).iter().zip(vector(other)).map(|(one, other)| one * other).sum()
        };
        assert!(likeness("heron heron heron reeds", "heron") > 0.8);
        assert!(likeness("gull", "heron") < 0.5);
    }
}
