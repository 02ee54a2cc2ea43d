//! Repositories that were found below a folder.

use std::fmt::Write as _;
use std::path::PathBuf;

use owo_colors::OwoColorize;
use ragstone_core::Result;
use ragstone_sources::FoundRepository;

/// Digits of a commit's id that are shown.
const DIGITS: usize = 12;

type Found = (PathBuf, Result<FoundRepository>);

/// Prints a table of repositories.
pub(crate) fn repositories(found: &[Found]) -> Result<()> {
    let mut out = String::new();
    for (path, repository) in found {
        let path = super::hit::printable(&path.display().to_string());
        match repository {
            Ok(repository) => {
                let commit = repository.commit.as_deref().unwrap_or("no commit yet");
                let commit = commit.get(..DIGITS).unwrap_or(commit);
                let branch = repository.branch.as_deref().unwrap_or("(no branch)");
                let facts =
                    format!("{branch} {commit}  {} files  {}", repository.files, repository.kind.name());
                let _ = writeln!(out, "{}  {facts}", path.bold());
                if let Some(remote) = &repository.remote {
                    let _ = writeln!(out, "    {}", super::hit::printable(remote).dimmed());
                }
            }
            Err(error) => {
                let _ = writeln!(out, "{}  {} {error}", path.bold(), "cannot be read:".yellow());
            }
        }
    }
    let _ = writeln!(out, "{} repositories", found.len());
    super::text(&out)
}

/// Prints the same as JSON.
pub(crate) fn repositories_as_json(found: &[Found]) -> Result<()> {
    let entry = |(path, repository): &Found| match repository {
        Ok(repository) => serde_json::json!({
            "path": path.display().to_string(),
            "kind": repository.kind.name(),
            "branch": repository.branch,
            "commit": repository.commit,
            "remote": repository.remote,
            "files": repository.files,
        }),
        Err(error) => {
            serde_json::json!({"path": path.display().to_string(), "error": error.public_message()})
        }
    };
    super::json(&found.iter().map(entry).collect::<Vec<_>>())
}
