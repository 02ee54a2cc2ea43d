//! Changes of a job as server-sent events.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, header};
use http_body_util::BodyExt as _;
use ragstone_engine::{EngineConfig, JobsConfig};
use ragstone_rest::RestConfig;
use serde_json::Value;

use crate::server::Server;

async fn upload(server: &Server, query: &str) -> String {
    let path = format!("/api/v1/collections/default/uploads?external_id=a{query}");
    let request = server.request(Method::POST, &path).header(header::CONTENT_TYPE, "text/plain");
    let reply = server.send(request.body(Body::from("Storks clatter.")).expect("request")).await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    reply.header(header::LOCATION).to_owned()
}

/// Name, id and data of each event.
fn events(text: &str) -> Vec<(String, String, Value)> {
    let blocks = text.split("\n\n").filter(|block| block.starts_with("id: "));
    let field = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name)).expect("has the field");
        line.to_owned()
    };
    blocks
        .map(|block| {
            let data = serde_json::from_str(&field(block, "data: ")).expect("JSON");
            (field(block, "event: "), field(block, "id: "), data)
        })
        .collect()
}

#[tokio::test]
async fn a_job_is_followed_to_its_end() {
    let server = Server::start().await;
    let job = upload(&server, "").await;
    let reply = tokio::time::timeout(Duration::from_secs(20), server.get(&format!("{job}/events"))).await;
    let reply = reply.expect("ends with the job");
    assert_eq!((reply.status, reply.header(header::CONTENT_TYPE)), (200, "text/event-stream"));
    let told = events(&reply.text());
    let (name, id, data) = told.last().expect("an event");
    assert_eq!((name.as_str(), &data["state"]), ("end", &"succeeded".into()), "{told:?}");
    assert!(told.iter().rev().skip(1).all(|(name, ..)| name == "job"));
    let ids: Vec<&String> = told.iter().map(|(_, id, _)| id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");

    let request = server.request(Method::GET, &format!("{job}/events")).header("last-event-id", id);
    let again = server.send(request.body(Body::empty()).expect("request")).await;
    let stage = server.get(&job).await.json()["stage"].clone();
    // What was seen may have been the job before it could be found.
    assert!(again.status == 204 || stage != data["stage"], "{}", again.text());
    let missing = server.get("/api/v1/jobs/00000000-0000-4000-8000-000000000000/events").await;
    assert_eq!(missing.problem().reason, "not_found");
}

#[tokio::test]
async fn streams_are_bounded_and_end_when_the_engine_drains() {
    let jobs = JobsConfig { urgent_workers: 0, ..JobsConfig::default() };
    let config = RestConfig { max_streams: 1, ..RestConfig::default() };
    let server = Server::start_with(config, EngineConfig { jobs, ..EngineConfig::default() }).await;
    let job = upload(&server, "").await;
    let request = server.request(Method::GET, &format!("{job}/events")).body(Body::empty()).expect("request");
    let response = server.open(request).await;
    assert_eq!(response.status(), 200);
    let mut body = response.into_body();
    let first = body.frame().await.expect("a frame").expect("data").into_data().expect("data");
    assert_eq!(events(&String::from_utf8_lossy(&first))[0].2["state"], "queued");
    let second = server.get(&format!("{job}/events")).await;
    assert_eq!(second.problem().reason, "unavailable");
    server.engine.drain();
    let rest = tokio::time::timeout(Duration::from_secs(5), body.collect()).await.expect("ends");
    assert!(rest.expect("no failure").to_bytes().is_empty());
    let path = format!("{job}/events");
    let third = server.get(&path);
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), third).await.expect("has a place").status, 200);
}

#[tokio::test]
async fn a_client_that_comes_back_is_not_told_again() {
    let jobs = JobsConfig { urgent_workers: 0, ..JobsConfig::default() };
    let server =
        Server::start_with(RestConfig::default(), EngineConfig { jobs, ..EngineConfig::default() }).await;
    let job = upload(&server, "&priority=7&lane=bulk&delay_seconds=3600").await;
    let shown = server.get(&job).await.json();
    assert_eq!((&shown["priority"], &shown["lane"]), (&7.into(), &"bulk".into()));
    let open = async |last: Option<&str>| {
        let mut request = server.request(Method::GET, &format!("{job}/events"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let mut body = server.open(request.body(Body::empty()).expect("request")).await.into_body();
        let frame = body.frame().await.expect("a frame").expect("data").into_data().expect("data");
        (String::from_utf8_lossy(&frame).into_owned(), body)
    };
    let (first, _) = open(None).await;
    let id = events(&first)[0].1.clone();
    let (second, mut body) = open(Some(&id)).await;
    assert_eq!(second, ": nothing new\n\n");
    let cancel = server.request(Method::POST, &format!("{job}/cancel")).body(Body::empty()).expect("request");
    assert_eq!(server.send(cancel).await.status, 200);
    let frame = tokio::time::timeout(Duration::from_secs(5), body.frame()).await.expect("comes");
    let frame = frame.expect("a frame").expect("data").into_data().expect("data");
    let (name, _, data) = events(&String::from_utf8_lossy(&frame)).remove(0);
    assert_eq!((name.as_str(), &data["state"]), ("end", &"cancelled".into()));
    assert!(body.frame().await.is_none());
}
