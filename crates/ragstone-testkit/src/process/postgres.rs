//! A PostgreSQL cluster in a folder.

use std::io;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{OwnedProcess, Signal, free_port, run, wait_until};

/// The superuser.
const USER: &str = "ragstone";
/// Longest start, also one that has to recover from a crash on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running cluster on a free port of the loopback interface, with a password.
///
/// Run as root, the server runs as the user `postgres` of Debian's package, since it refuses root.
/// It does not sync to the disk: what that gives up is lost with the power, not with the process.
#[derive(Debug)]
pub struct PostgresCluster {
    folder: PathBuf,
    bin: PathBuf,
    account: Account,
    port: u16,
    password: String,
    server: Option<OwnedProcess>,
}

impl PostgresCluster {
    /// Whether the programs are installed.
    pub fn is_installed() -> bool {
        bin_folder().is_some()
    }

    /// Makes a cluster in an empty folder and starts it; `settings` go into its configuration, one a line.
    pub fn start(folder: &Path, settings: &str) -> io::Result<Self> {
        let bin = bin_folder().ok_or_else(|| missing("/usr/lib/postgresql/*/bin/initdb"))?;
        let account = Account::of_this_process()?;
        account.give(folder)?;
        let password = format!("p{:x}", std::process::id());
        let mut cluster =
            Self { folder: folder.to_owned(), bin, account, port: free_port()?, password, server: None };
        cluster.make("data")?;
        cluster.configure(settings)?;
        cluster.resume()?;
        Ok(cluster)
    }

    /// URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}?sslmode=disable", self.password, self.port)
    }

    /// Number of the first process of the server, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.server.as_ref().map(OwnedProcess::id)
    }

    /// Runs SQL through `psql` as the superuser, with the password that the cluster has now, and answers what it
    /// printed: a line for each row.
    pub fn sql(&self, database: &str, sql: &str) -> io::Result<String> {
        let mut psql = self.account.command(self.bin.join("psql"), &self.folder);
        psql.env("PGPASSWORD", &self.password).env("PGCONNECT_TIMEOUT", "10");
        psql.args(["--host=127.0.0.1", "--username", USER, "--no-psqlrc", "--quiet", "--tuples-only"]);
        psql.args(["--no-align", "--set=ON_ERROR_STOP=1", "--dbname", database, "--command", sql]);
        psql.arg(format!("--port={}", self.port));
        run(&mut psql)
    }

    /// Changes the password of the superuser; those who know the old one keep their connections.
    pub fn change_password(&mut self, password: &str) -> io::Result<String> {
        self.sql("postgres", &format!("ALTER ROLE {USER} PASSWORD '{password}'"))?;
        Ok(std::mem::replace(&mut self.password, password.to_owned()))
    }

    /// Ends every connection but the one that asks.
    pub fn terminate_clients(&self) -> io::Result<()> {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'";
        self.sql("postgres", sql).map(|_| ())
    }

    /// Sends a signal to every process of the server, as if the machine were meant.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        let Some(first) = self.id() else { return Ok(()) };
        let mut processes = children(first)?;
        processes.push(first);
        signal.send(&processes)
    }

    /// Ends every process of the server at once, as a power cut does.
    pub fn kill(&mut self) -> io::Result<()> {
        let stopped = self.signal(Signal::Stop).and_then(|()| self.signal(Signal::Kill));
        if let Some(mut server) = self.server.take() {
            server.kill();
        }
        stopped
    }

    /// Starts the server again on what it has.
    pub fn resume(&mut self) -> io::Result<()> {
        let mut command = self.account.command(self.bin.join("postgres"), &self.folder);
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("log"))?;
        command.arg("-D").arg(self.folder.join("data")).stdout(log.try_clone()?).stderr(log);
        let mut server = OwnedProcess::spawn(&mut command)?;
        let started = wait_until(PATIENCE, || {
            if matches!(server.ended(), Ok(Some(_))) {
                // Parts of a killed server may still hold its shared memory.
                if let Ok(again) = OwnedProcess::spawn(&mut command) {
                    server = again;
                }
            }
            self.is_ready()
        });
        self.server = Some(server);
        started.map_err(|error| {
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            io::Error::new(error.kind(), format!("PostgreSQL does not start: {log}"))
        })
    }

    /// Puts what the server has aside and starts it empty, with the same login; [`Self::put_back`] is the way back.
    pub fn start_empty(&mut self) -> io::Result<()> {
        self.kill()?;
        std::fs::rename(self.folder.join("data"), self.folder.join("aside"))?;
        self.make("data")?;
        std::fs::copy(self.folder.join("aside/ragstone.conf"), self.folder.join("data/ragstone.conf"))?;
        self.include()?;
        self.resume()
    }

    /// Ends the empty server and starts the one that was put aside.
    pub fn put_back(&mut self) -> io::Result<()> {
        self.kill()?;
        std::fs::remove_dir_all(self.folder.join("data"))?;
        std::fs::rename(self.folder.join("aside"), self.folder.join("data"))?;
        self.resume()
    }

    fn is_ready(&self) -> bool {
        self.sql("postgres", "SELECT 1").is_ok()
    }

    fn make(&self, name: &str) -> io::Result<()> {
        let password = self.folder.join("password");
        std::fs::write(&password, &self.password)?;
        self.account.give(&password)?;
        let mut initdb = self.account.command(self.bin.join("initdb"), &self.folder);
        initdb.arg("--pgdata").arg(self.folder.join(name)).arg("--pwfile").arg(&password);
        initdb.args([
            "--username",
            USER,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        run(&mut initdb)?;
        std::fs::remove_file(password)
    }

    fn configure(&self, settings: &str) -> io::Result<()> {
        let text = format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\nshared_buffers = '32MB'\n\
             fsync = off\n{settings}\n",
            self.port
        );
        std::fs::write(self.folder.join("data/ragstone.conf"), text)?;
        self.include()
    }

    fn include(&self) -> io::Result<()> {
        let data = self.folder.join("data");
        self.account.give(&data.join("ragstone.conf"))?;
        let main = data.join("postgresql.conf");
        let mut text = std::fs::read_to_string(&main)?;
        text.push_str("\ninclude 'ragstone.conf'\n");
        std::fs::write(&main, text)
    }
}

impl Drop for PostgresCluster {
    fn drop(&mut self) {
        // Killed, the first process would leave its children to themselves.
        let _ = self.kill();
    }
}

/// Who runs the server.
#[derive(Clone, Copy, Debug)]
enum Account {
    Own,
    Postgres { user: u32, group: u32 },
}

impl Account {
    fn of_this_process() -> io::Result<Self> {
        let id = |arguments: &[&str]| -> io::Result<u32> {
            run(Command::new("id").args(arguments))?.trim().parse().map_err(io::Error::other)
        };
        if id(&["-u"])? != 0 {
            return Ok(Self::Own);
        }
        Ok(Self::Postgres { user: id(&["-u", "postgres"])?, group: id(&["-g", "postgres"])? })
    }

    fn give(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Postgres { user, group } => chown(path, Some(user), Some(group)),
        }
    }

    fn command(self, program: PathBuf, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        if let Self::Postgres { user, group } = self {
            command.uid(user).gid(group);
        }
        command
    }
}

/// The programs of the newest installed version; those on the path may be wrappers for other clusters.
fn bin_folder() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let versions = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let newest = versions.max()?;
    let folder = PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin"));
    folder.join("initdb").is_file().then_some(folder)
}

/// Processes that a process has started and that run.
fn children(parent: u32) -> io::Result<Vec<u32>> {
    let parent = parent.to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let Some(number) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // A process may end between the listing and the look at it.
        let Ok(status) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        // Behind the name, which may hold anything: state, parent.
        let fields = status.rsplit(')').next().unwrap_or_default();
        if fields.split_whitespace().nth(1) == Some(parent.as_str()) {
            found.push(number);
        }
    }
    Ok(found)
}

fn missing(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("there is no {what}"))
}
