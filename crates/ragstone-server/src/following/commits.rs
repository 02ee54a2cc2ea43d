//! Repositories whose reference is followed from commit to commit.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ragstone_core::request::PathReading;
use ragstone_core::{Error, ErrorKind, Result};
use ragstone_sources::Repository;
use tokio::time::Instant;

use super::retry::Retry;
use super::{Ingest, News, Tell};

/// How often references are looked up; costs a few small files each.
const LOOK: Duration = Duration::from_secs(3);

/// Follows a reference of repositories.
#[derive(Debug)]
pub(crate) struct CommitFollower {
    paths: Vec<PathBuf>,
    reference: Option<String>,
    /// The commit of each path that the collection holds; none where that is not known.
    held: BTreeMap<PathBuf, String>,
    /// What kept the reference of a path from being looked up.
    troubles: BTreeMap<PathBuf, ErrorKind>,
}

impl CommitFollower {
    /// Looks the reference up, before a first ingest of what it names.
    pub(crate) async fn start(paths: Vec<PathBuf>, reference: Option<String>) -> Result<Self> {
        let mut follower = Self { paths, reference, held: BTreeMap::new(), troubles: BTreeMap::new() };
        follower.held = follower.look(&|_| {}).await?;
        Ok(follower)
    }

    /// Has everything ingested again, such as when a first ingest has failed.
    pub(crate) fn expect_everything(&mut self) {
        self.held.clear();
    }

    /// Ingests each new commit, for ever. Dropping the future ends it; batches that were stored stay.
    pub(crate) async fn follow(mut self, sink: &dyn Ingest, tell: &Tell<'_>) -> Result<Infallible> {
        let mut retry = Retry::default();
        loop {
            let found = self.look(tell).await?;
            let is_new =
                |path: &&PathBuf| found.get(*path).is_some_and(|at| self.held.get(*path) != Some(at));
            let paths: Vec<PathBuf> = self.paths.iter().filter(is_new).cloned().collect();
            let mut pause = LOOK;
            if !paths.is_empty() {
                match sink.ingest(paths, PathReading::Commit(self.reference.clone())).await {
                    Ok(report) => {
                        retry.succeeded();
                        self.held.extend(found);
                        tell(News::Ingested(&report));
                    }
                    Err(error) => {
                        tell(News::Failed(&error));
                        pause = retry.failed();
                    }
                }
            }
            tokio::time::sleep_until(Instant::now() + pause).await;
        }
    }

    /// The commit that each path is at; what cannot be looked up is told once.
    async fn look(&mut self, tell: &Tell<'_>) -> Result<BTreeMap<PathBuf, String>> {
        let (paths, reference) = (self.paths.clone(), self.reference.clone());
        let commits = tokio::task::spawn_blocking(move || {
            let commit = |path: PathBuf| (commit_of(&path, reference.as_deref()), path);
            paths.into_iter().map(commit).collect::<Vec<_>>()
        });
        let commits = commits.await.map_err(|source| {
            Error::new(ErrorKind::Unexpected, "cannot look at repositories").with_source(source)
        })?;
        let mut found = BTreeMap::new();
        for (commit, path) in commits {
            match commit {
                Ok(commit) => {
                    if self.troubles.remove(&path).is_some() {
                        tell(News::Returned(&path));
                    }
                    found.insert(path, commit);
                }
                Err(error) => {
                    if self.troubles.insert(path, error.kind()) != Some(error.kind()) {
                        tell(News::Failed(&error));
                    }
                }
            }
        }
        Ok(found)
    }
}

fn commit_of(path: &Path, reference: Option<&str>) -> Result<String> {
    Ok(Repository::open(path)?.snapshot(reference)?.info().commit.clone())
}
