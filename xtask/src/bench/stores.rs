//! Ingest and search over every mix of stores, one after the other in one run: the embedded ones, PostgreSQL and Qdrant.
//!
//! Without a server that `RAGSTONE_TEST_QDRANT_URL` names, the stand-in of the testkit answers for Qdrant: the same
//! engine as the embedded one, behind the protocol.

use std::env;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::Options;
use super::report::Measurement;
use crate::process;
use crate::services::{free_port, wait_for_port};
use crate::workspace::Workspace;

const CHUNKS: &str = "20000";
const POSTGRES: &str = "RAGSTONE_TEST_POSTGRES_URL";
const QDRANT: &str = "RAGSTONE_TEST_QDRANT_URL";

/// Measures each mix with the server's own benchmark, on an empty database and an empty index.
pub(crate) fn measure(workspace: &Workspace, options: &Options) -> Result<Vec<Measurement>> {
    let server = env::var(POSTGRES).with_context(|| {
        format!("{POSTGRES} names no server; `cargo xtask services up` starts one and prints the variable")
    })?;
    let qdrant = Qdrant::open(workspace)?;
    let mut measurements = Vec::new();
    for (name, has_postgres, has_qdrant) in [
        ("SQLite + embedded index", false, false),
        ("PostgreSQL + embedded index", true, false),
        ("SQLite + Qdrant", false, true),
        ("PostgreSQL + Qdrant", true, true),
    ] {
        let database = has_postgres.then(|| Database::create(&server)).transpose()?;
        let mut command = match &options.binary {
            Some(binary) => Command::new(binary),
            None => workspace.server(),
        };
        command.args(["bench", "--json", "--chunks", CHUNKS]);
        if let Some(database) = &database {
            command.env("RAGSTONE_CATALOG__URL", &database.url);
        }
        if has_qdrant {
            command.env("RAGSTONE_INDEX__URL", &qdrant.url);
        }
        let figures: Vec<Measurement> = serde_json::from_str(&process::stdout_of(&mut command)?)
            .context("cannot read the figures that the server printed")?;
        let name = if has_qdrant { format!("{name}{}", qdrant.suffix) } else { name.to_owned() };
        measurements.extend(
            figures
                .into_iter()
                .map(|figure| Measurement { name: format!("{name}: {}", figure.name), ..figure }),
        );
    }
    Ok(measurements)
}

/// A database of its own, dropped at the end.
struct Database<'a> {
    server: &'a str,
    name: String,
    url: String,
}

impl<'a> Database<'a> {
    fn create(server: &'a str) -> Result<Self> {
        let name = format!("ragstone_bench_{}", std::process::id());
        psql(server, &format!("DROP DATABASE IF EXISTS {name}"))?;
        psql(server, &format!("CREATE DATABASE {name}"))?;
        let (base, _) = server.rsplit_once('/').context("the URL of PostgreSQL names no database")?;
        let url = format!("{base}/{name}");
        Ok(Self { server, name, url })
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if let Err(error) = psql(self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("{error:#}");
        }
    }
}

fn psql(server: &str, statement: &str) -> Result<()> {
    process::quietly(Command::new("psql").args([server, "--quiet", "--command", statement]))
}

/// A server that speaks the protocol of Qdrant, ended at the end if it is the stand-in.
struct Qdrant {
    url: String,
    /// Behind its name.
    suffix: &'static str,
    stand_in: Option<(Child, tempfile::TempDir)>,
}

impl Qdrant {
    fn open(workspace: &Workspace) -> Result<Self> {
        if let Ok(url) = env::var(QDRANT) {
            return Ok(Self { url, suffix: "", stand_in: None });
        }
        let program = super::example(workspace, "qdrant_stand_in")?;
        let folder = tempfile::tempdir()?;
        let port = free_port()?;
        let process = serve(&program, folder.path(), port)?;
        let stand_in = Some((process, folder));
        let server = Self { url: format!("http://127.0.0.1:{port}"), suffix: " (stand-in)", stand_in };
        wait_for_port(port).context("the stand-in does not start")?;
        Ok(server)
    }
}

fn serve(program: &Path, folder: &Path, port: u16) -> Result<Child> {
    // It ends when its standard input does.
    let mut command = Command::new(program);
    command.arg(folder).arg(port.to_string()).stdin(Stdio::piped());
    command.spawn().with_context(|| format!("cannot start {}", program.display()))
}

impl Drop for Qdrant {
    fn drop(&mut self) {
        if let Some((process, _)) = &mut self.stand_in {
            // Nothing can be done about one that is gone already.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
