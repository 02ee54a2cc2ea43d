//! `doctor`: checks configuration, data and stores, and says what is wrong and what to do.

use std::process::ExitCode;
use std::time::Duration;

use owo_colors::OwoColorize;
use ragstone_api::status::Status;
use ragstone_core::{Error, Result};
use serde::Serialize;

use crate::cli::{OutputArgs, Place};
use crate::config;
use crate::data_dir::DataDir;
use crate::exit;
use crate::render;
use crate::session::Session;

/// How often, and with which pause, the index is given time to catch up.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    is_ok: bool,
    finding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

/// Runs every check; the exit code is that of the first failure.
pub(crate) async fn run(place: &Place, output: &OutputArgs) -> Result<ExitCode> {
    let mut checks = Vec::new();
    let mut code = ExitCode::SUCCESS;
    let mut note = |name, outcome: Result<String>| {
        if let Err(error) = &outcome
            && code == ExitCode::SUCCESS
        {
            code = ExitCode::from(exit::code(error.kind()));
        }
        checks.push(check(name, outcome));
    };
    note("configuration", config::load(place.config.as_deref()).map(|_| "valid".to_owned()));
    note("data directory", data_directory(place));
    match Session::open(place, "doctor", &[]).await {
        Ok(session) => {
            let how =
                if session.local.is_some() { "opened by this process" } else { "through the running server" };
            note("stores", Ok(how.to_owned()));
            if let Some(instance) = &session.local {
                for (name, outcome) in instance.check_stores().await {
                    note(name, outcome);
                }
            }
            note("projection", projection(&session).await);
            note("close", session.close().await.map(|()| "clean".to_owned()));
        }
        Err(error) => note("stores", Err(error)),
    }
    if output.json {
        render::json(&checks)?;
    } else {
        checks.iter().for_each(show);
    }
    Ok(code)
}

fn data_directory(place: &Place) -> Result<String> {
    let dir = DataDir::open(place.data_dir.as_deref())?;
    Ok(dir.path().display().to_string())
}

async fn projection(session: &Session) -> Result<String> {
    let mut status: Status = session.client.get("/status").await?;
    for _ in 0..LOOKS {
        if status.is_caught_up {
            return Ok(format!("up to date at {}", status.head));
        }
        tokio::time::sleep(PAUSE).await;
        status = session.client.get("/status").await?;
    }
    Ok(format!("catching up: {} of {}", status.indexed, status.head))
}

fn check(name: &'static str, outcome: Result<String, Error>) -> Check {
    match outcome {
        Ok(finding) => Check { name, is_ok: true, finding, help: None },
        Err(error) => Check {
            name,
            is_ok: false,
            finding: error.to_string(),
            help: error.help().map(ToOwned::to_owned),
        },
    }
}

fn show(check: &Check) {
    let mark = if check.is_ok { "ok".green().to_string() } else { "failed".red().bold().to_string() };
    anstream::println!("{mark:>8}  {}: {}", check.name, check.finding);
    if let Some(help) = &check.help {
        anstream::println!("          {}", help.cyan());
    }
}
