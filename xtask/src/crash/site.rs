//! A place to crash at: a data directory, what the server is told, and what was written to it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::Catalog;
use super::check::{Check, Depth};
use super::embedder;
use super::http::Http;
use super::load::Client;
use super::oracle::{Shelf, Tally, Words};
use super::random::Random;
use super::server::{Server, Setup};
use crate::scratch;
use crate::services::{Install, Session};
use crate::workspace::Workspace;

/// Small passages, so that documents have some.
const CHUNK_BYTES: &str = "256";

/// A data directory with its server's settings and its oracle.
pub(super) struct Site {
    pub(super) setup: Setup,
    pub(super) shelves: Vec<Shelf>,
    pub(super) words: Words,
    has_model: bool,
    given_up: BTreeSet<String>,
    folders: TempDir,
    _data: TempDir,
    services: Option<Session>,
}

impl Site {
    /// A site with a model that compares words.
    pub(super) fn open(workspace: &Workspace, binary: &Path, catalog: Catalog) -> Result<Self> {
        let mut site = Self::without_model(binary)?;
        site.setup.settings.extend([
            ("RAGSTONE_REMOTE_MODEL__URL", embedder::start()?),
            ("RAGSTONE_REMOTE_MODEL__NAME", "words".to_owned()),
            ("RAGSTONE_REMOTE_MODEL__DIMENSIONS", embedder::DIMENSIONS.to_string()),
        ]);
        site.has_model = true;
        if catalog == Catalog::Postgres {
            let services = Session::start(workspace, Install::IfMissing)?;
            let url = postgres(&services)?;
            site.setup.settings.push(("RAGSTONE_CATALOG__URL", url));
            site.services = Some(services);
        }
        Ok(site)
    }

    /// A site that searches by words alone, with SQLite.
    pub(super) fn without_model(binary: &Path) -> Result<Self> {
        let place = scratch::folder();
        let (data, folders) = (tempfile::tempdir_in(&place)?, tempfile::tempdir_in(&place)?);
        let root = folders.path().canonicalize()?;
        let settings = vec![
            // A job whose worker died is another's after a second.
            ("RAGSTONE_JOBS__LEASE_SECONDS", "1".to_owned()),
            ("RAGSTONE_INGEST__CHUNK_TARGET_BYTES", CHUNK_BYTES.to_owned()),
            ("RAGSTONE_INGEST__CHUNK_MAX_BYTES", "512".to_owned()),
            ("RAGSTONE_INGEST__ROOTS", format!("[\"{}\"]", root.display())),
        ];
        let setup = Setup { binary: binary.to_owned(), data: data.path().to_owned(), settings };
        Ok(Self {
            setup,
            shelves: Vec::new(),
            words: Words::default(),
            has_model: false,
            given_up: BTreeSet::new(),
            folders,
            _data: data,
            services: None,
        })
    }

    /// Makes a shelf for each client.
    pub(super) fn admit(&mut self, clients: usize) -> Result<()> {
        let folders = self.folders.path().canonicalize()?;
        self.shelves = (0..clients).map(|client| Shelf::new(client, &self.words, &folders)).collect();
        Ok(())
    }

    /// Lets all clients work until `watch` is done, and then until they have noticed.
    pub(super) fn load<T>(&mut self, http: &Http, random: &mut Random, watch: impl FnOnce() -> T) -> T {
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            for shelf in &mut self.shelves {
                let client = Client { http, shelf, random: random.split(), stop: &stop };
                scope.spawn(|| client.run());
            }
            let outcome = watch();
            stop.store(true, Ordering::Relaxed);
            outcome
        })
    }

    /// Compares a server with what must be there; gives the violations and the number of searches.
    pub(super) fn check(&mut self, server: &Server, depth: Depth) -> (Vec<String>, usize) {
        let mut check = Check {
            http: &server.http,
            depth,
            has_model: self.has_model,
            given_up: &mut self.given_up,
            violations: Vec::new(),
            looked: 0,
        };
        if let Err(error) = check.run(&mut self.shelves) {
            let said = server.output();
            let last = said.iter().rev().take(20).rev().cloned().collect::<Vec<_>>().join("\n    ");
            check.violations.push(format!("{error:#}; the server said last:\n    {last}"));
        }
        (check.violations, check.looked)
    }

    /// What became of all requests.
    pub(super) fn tally(&self) -> Tally {
        self.shelves.iter().fold(Tally::default(), |sum, shelf| Tally {
            acknowledged: sum.acknowledged + shelf.tally.acknowledged,
            in_doubt: sum.in_doubt + shelf.tally.in_doubt,
            not_sent: sum.not_sent + shelf.tally.not_sent,
        })
    }

    /// Stops what was started for the site.
    pub(super) fn close(self) -> Result<()> {
        self.services.map_or(Ok(()), Session::end)
    }
}

/// An empty database of the PostgreSQL server.
fn postgres(services: &Session) -> Result<String> {
    const VARIABLE: &str = "RAGSTONE_TEST_POSTGRES_URL";
    let started = services.variables().iter().find(|(name, _)| *name == VARIABLE);
    let url = started.map(|(_, url)| url.clone()).or_else(|| std::env::var(VARIABLE).ok());
    let url = url.context("there is no PostgreSQL server")?;
    let name = format!("crash_{}", std::process::id());
    let made = std::process::Command::new("psql")
        .arg(&url)
        .args(["-qc", &format!("CREATE DATABASE {name}")])
        .status();
    anyhow::ensure!(made.is_ok_and(|status| status.success()), "psql cannot create a database");
    let (server, _) = url.rsplit_once('/').context("the URL names no database")?;
    Ok(format!("{server}/{name}"))
}

/// A pause of a random length.
pub(super) fn pause(random: &mut Random, from: u64, to: u64) {
    let span = usize::try_from(to - from).unwrap_or(usize::MAX);
    let millis = from + u64::try_from(random.below(span)).unwrap_or(0);
    thread::sleep(Duration::from_millis(millis));
}
