//! The servers that can be started, and what each needs.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{pgbouncer, postgres, redis};
use crate::process::quietly;

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Server {
    Postgres,
    /// Follows the PostgreSQL that is started here.
    Standby,
    /// In front of the PostgreSQL that is started here, in transaction mode.
    PgBouncer,
    Redis,
}

impl Server {
    /// Every kind, each behind what it leans on.
    pub(super) const ALL: [Self; 4] = [Self::Postgres, Self::Standby, Self::PgBouncer, Self::Redis];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Standby => "standby",
            Self::PgBouncer => "pgbouncer",
            Self::Redis => "redis",
        }
    }

    /// How the name of its process begins.
    fn process(self) -> &'static str {
        match self {
            Self::Postgres | Self::Standby => "postgres",
            Self::PgBouncer => "pgbouncer",
            Self::Redis => "redis",
        }
    }

    /// Whether it knows the port and the password of the PostgreSQL that is started here.
    pub(super) fn leans_on_postgres(self) -> bool {
        matches!(self, Self::Standby | Self::PgBouncer)
    }

    /// The variable that tests read.
    pub(super) fn variable(self) -> &'static str {
        match self {
            Self::Postgres => "RAGSTONE_TEST_POSTGRES_URL",
            Self::Standby => "RAGSTONE_TEST_POSTGRES_REPLICA_URL",
            Self::PgBouncer => "RAGSTONE_TEST_PGBOUNCER_URL",
            Self::Redis => "RAGSTONE_TEST_REDIS_URL",
        }
    }

    /// Debian's package.
    pub(super) fn package(self) -> &'static str {
        match self {
            Self::Postgres | Self::Standby => "postgresql",
            Self::PgBouncer => "pgbouncer",
            Self::Redis => "redis-server",
        }
    }

    /// The installed program, if there is one.
    pub(super) fn program(self) -> Option<PathBuf> {
        match self {
            Self::Postgres | Self::Standby => postgres::bin_folder().map(|folder| folder.join("postgres")),
            Self::PgBouncer => first_file(&["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"]),
            Self::Redis => first_file(&["/usr/bin/redis-server", "/usr/local/bin/redis-server"]),
        }
    }

    /// Starts the server in an empty folder and answers with its URL once it takes connections.
    pub(super) fn start(self, folder: &Path, postgres_url: Option<&str>) -> Result<String> {
        let program = self.program().with_context(|| format!("{} is not installed", self.name()))?;
        match self {
            Self::Postgres => postgres::start(folder),
            Self::Standby => postgres::start_standby(folder, postgres_url),
            Self::PgBouncer => pgbouncer::start(&program, folder, postgres_url),
            Self::Redis => redis::start(&program, folder),
        }
        .with_context(|| format!("cannot start {}", self.name()))
    }

    /// Whether the process that was started in the folder lives.
    pub(super) fn is_running(self, folder: &Path) -> bool {
        self.pid(folder).is_some_and(|pid| is_alive(pid, self.process()))
    }

    /// Ends the process that was started in the folder, and waits for it. One that has ended is fine.
    pub(super) fn stop(self, folder: &Path) -> Result<()> {
        let Some(pid) = self.pid(folder).filter(|pid| is_alive(*pid, self.process())) else {
            return Ok(());
        };
        // To PostgreSQL SIGTERM means to wait for its clients, SIGINT not to.
        send(if self.process() == "postgres" { "-INT" } else { "-TERM" }, pid)?;
        if wait_until(Duration::from_secs(20), || !is_alive(pid, self.process())).is_err() {
            send("-KILL", pid)?;
            wait_until(Duration::from_secs(5), || !is_alive(pid, self.process()))
                .with_context(|| format!("{} (process {pid}) does not end", self.name()))?;
        }
        Ok(())
    }

    fn pid(self, folder: &Path) -> Option<u32> {
        let file = match self {
            Self::Postgres | Self::Standby => folder.join("data/postmaster.pid"),
            Self::PgBouncer | Self::Redis => folder.join("pid"),
        };
        std::fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()
    }
}

fn first_file(paths: &[&str]) -> Option<PathBuf> {
    paths.iter().map(PathBuf::from).find(|path| path.is_file())
}

/// Whether a process lives and is the server; a number may have gone to another process meanwhile.
fn is_alive(pid: u32, name: &str) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}"));
    let Ok(status) = std::fs::read_to_string(process.join("status")) else {
        return false;
    };
    let field = |key: &str| status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().trim();
    field("Name:").starts_with(name) && !field("State:").starts_with('Z')
}

fn send(signal: &str, pid: u32) -> Result<()> {
    quietly(Command::new("kill").arg(signal).arg(pid.to_string()))
}

/// A loopback port that nobody listens on now.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// Waits until a loopback port takes connections.
pub(crate) fn wait_for_port(port: u16) -> Result<()> {
    wait_until(Duration::from_secs(30), || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok())
        .with_context(|| format!("nothing listens on port {port}"))
}

/// Asks again and again; an error when the answer stays no.
fn wait_until(limit: Duration, mut is_done: impl FnMut() -> bool) -> io::Result<()> {
    const STEP: Duration = Duration::from_millis(50);
    for _ in 0..limit.as_millis() / STEP.as_millis() {
        if is_done() {
            return Ok(());
        }
        std::thread::sleep(STEP);
    }
    if is_done() { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
}

/// A password that nobody knows: 128 random bits in hexadecimal.
pub(super) fn fresh_password() -> Result<String> {
    use std::io::Read as _;

    let mut bytes = [0_u8; 16];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .context("cannot read /dev/urandom")?;
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_alive_under_its_own_name_only() {
        let pid = std::process::id();
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let name = status.lines().find_map(|line| line.strip_prefix("Name:")).unwrap().trim();
        assert!(is_alive(pid, name));
        assert!(!is_alive(pid, "postgres"));
    }

    #[test]
    fn passwords_differ() {
        let (one, other) = (fresh_password().unwrap(), fresh_password().unwrap());
        assert_eq!((one.len(), other.len()), (32, 32));
        assert_ne!(one, other);
    }

    #[test]
    fn what_never_happens_is_not_waited_for_longer() {
        assert!(wait_until(Duration::from_millis(100), || false).is_err());
        assert!(wait_until(Duration::ZERO, || true).is_ok());
    }
}
