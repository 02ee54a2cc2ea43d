//! `jobs`: lists and shows background work, calls it off and asks for it again.

use ragstone_api::job::{Job, JobPage, MAX_WAIT_MS};
use ragstone_core::{JobId, Result};
use serde_json::json;

use crate::cli::{JobsCommand, Place};
use crate::render;
use crate::session::Session;

/// Runs one of the words of `jobs`.
pub(crate) async fn run(place: &Place, words: JobsCommand) -> Result<()> {
    let session = Session::open(place, "jobs", &[]).await?;
    let outcome = act(&session, words).await;
    session.finish(outcome).await
}

async fn act(session: &Session, words: JobsCommand) -> Result<()> {
    match words {
        JobsCommand::List(args) => {
            let jobs = all(session, args.state.as_deref(), args.kind.as_deref()).await?;
            if args.output.json { render::json(&jobs) } else { render::jobs(&jobs) }
        }
        JobsCommand::Dead(output) => {
            let jobs = all(session, Some("dead"), None).await?;
            if output.json { render::json(&jobs) } else { render::jobs(&jobs) }
        }
        JobsCommand::Show { id, wait, output } => {
            let job = read(session, id, wait.as_deref()).await?;
            show(&job, output.json)
        }
        JobsCommand::Cancel { id, output } => change(session, id, "cancel", output.json).await,
        JobsCommand::Retry { id, output } => change(session, id, "retry", output.json).await,
    }
}

async fn all(session: &Session, state: Option<&str>, kind: Option<&str>) -> Result<Vec<Job>> {
    let narrow = [("state", state), ("kind", kind)];
    let given = narrow.into_iter().filter_map(|(key, value)| value.map(|value| (key, value)));
    let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    session.client.list_where("/jobs", &query, |page: JobPage| (page.jobs, page.next_cursor)).await
}

async fn read(session: &Session, id: JobId, wait: Option<&str>) -> Result<Job> {
    let Some(stage) = wait else {
        return session.client.get(&format!("/jobs/{id}")).await;
    };
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("wait", stage)
        .append_pair("wait_ms", &MAX_WAIT_MS.to_string())
        .finish();
    session.client.get(&format!("/jobs/{id}?{query}")).await
}

async fn change(session: &Session, id: JobId, word: &str, is_json: bool) -> Result<()> {
    let job: Job = session.client.post(&format!("/jobs/{id}/{word}"), &json!({})).await?;
    show(&job, is_json)
}

fn show(job: &Job, is_json: bool) -> Result<()> {
    if is_json { render::json(job) } else { render::job(job) }
}
