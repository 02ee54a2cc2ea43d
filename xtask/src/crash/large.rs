//! A kill with 100,000 passages: the server is ready again in time, and finds what it found.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::json;

use super::oracle::Words;
use super::report::{Report, Row};
use super::server::READY_WITHIN;
use super::site::Site;
use crate::process;

const DOCUMENTS: usize = 1000;
/// Parts of a document; the title is a passage of its own.
const PARTS: usize = 99;
const PASSAGES: usize = PARTS + 1;
/// Documents that are looked for afterwards.
const LOOKED_FOR: usize = 20;
const KILLS: usize = 5;

/// Ingests, kills a few times, and measures each start.
pub(super) fn run(binary: &Path, report: &mut Report) -> Result<()> {
    let mut row = Row::new("100,000 passages");
    let (site, words) = (Site::without_model(binary)?, Words::default());
    let folder = tempfile::tempdir()?;
    let mut kept = Vec::new();
    for document in 0..DOCUMENTS {
        let content = words.content_of(PARTS);
        fs::write(folder.path().join(format!("{document}.md")), &content.text)?;
        if document % (DOCUMENTS / LOOKED_FOR) == 0 {
            kept.push(content.word);
        }
    }
    let start = Instant::now();
    let mut ingest = Command::new(binary);
    ingest.envs(site.setup.settings.iter().map(|(name, value)| (name, value)));
    process::quietly(ingest.arg("--data-dir").arg(&site.setup.data).arg("ingest").arg(folder.path()))?;
    println!("ingested in {:.1} s", start.elapsed().as_secs_f64());
    for kill in 1..=KILLS {
        let server = site.setup.start(None)?;
        row.rounds += 1;
        row.ready(server.ready_after);
        println!("kill {kill}: ready after {:?}", server.ready_after);
        if server.ready_after > READY_WITHIN {
            row.violations.push(format!("ready after {:?}", server.ready_after));
        }
        let asked = Instant::now();
        let head = server.http.get("/api/v1/status")?["head"].clone();
        for word in &kept {
            let body = json!({
                "query": word, "limit": 200, "mode": "keyword", "typo_tolerance": false, "min_sequence": head,
            });
            let answer = server.http.json("POST", "/api/v1/search", &body)?;
            let hits = answer["hits"].as_array().context("no hits")?.len();
            row.looked += 1;
            if hits != PASSAGES {
                row.violations.push(format!("{word} finds {hits} of {PASSAGES} passages"));
            }
        }
        println!("kill {kill}: everything found after {:?} more", asked.elapsed());
        // So that there is something to replay.
        let again = json!({ "external_id": "again", "text": format!("Kill {kill} came later.") });
        server.http.json("PUT", "/api/v1/collections/default/documents", &again)?;
        server.kill()?;
    }
    report.add(row);
    Ok(())
}
