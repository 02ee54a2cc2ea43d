//! Redis servers and sentinels, on free ports of the loopback interface.
//!
//! `redis-server` and `redis-cli` must be installed; everything here panics where something fails, as a test does.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::{OwnedProcess, Signal, free_port, run, wait_until};

const PROGRAM: &str = "redis-server";
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server that keeps nothing; killed when dropped.
#[derive(Debug)]
pub struct RedisServer {
    process: OwnedProcess,
    folder: TempDir,
    port: u16,
    arguments: Vec<String>,
}

impl RedisServer {
    /// Whether the programs are installed.
    pub fn is_installed() -> bool {
        let is_there = |program| {
            let mut command = Command::new(program);
            command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        is_there(PROGRAM) && is_there("redis-cli")
    }

    /// Starts a server.
    pub fn start(options: &[&str]) -> Self {
        Self::start_at(free_port().expect("a port"), options)
    }

    /// Starts a server at a port.
    pub fn start_at(port: u16, options: &[&str]) -> Self {
        let mut arguments: Vec<String> = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
            .into_iter()
            .map(str::to_owned)
            .collect();
        if !options.contains(&"--port") {
            arguments.extend(["--port".to_owned(), port.to_string()]);
        }
        arguments.extend(options.iter().map(|option| (*option).to_owned()));
        let folder = TempDir::new().expect("makes a folder");
        let path = folder.path().display().to_string();
        arguments.extend(["--dir".to_owned(), path.clone(), "--logfile".to_owned(), format!("{path}/log")]);
        Self::launch(port, arguments, folder)
    }

    /// Starts a sentinel that watches a primary, which one vote is enough to give up.
    pub fn start_sentinel(name: &str, primary: u16) -> Self {
        let port = free_port().expect("a port");
        let folder = TempDir::new().expect("makes a folder");
        let file = folder.path().join("sentinel.conf");
        let text = format!(
            "port {port}\nbind 127.0.0.1\ndir {}\nlogfile {}\n\
             sentinel monitor {name} 127.0.0.1 {primary} 1\n\
             sentinel down-after-milliseconds {name} 1000\n\
             sentinel failover-timeout {name} 5000\n",
            folder.path().display(),
            folder.path().join("log").display(),
        );
        std::fs::write(&file, text).expect("writes the settings");
        let arguments = vec![file.display().to_string(), "--sentinel".to_owned()];
        Self::launch(port, arguments, folder)
    }

    fn launch(port: u16, arguments: Vec<String>, folder: TempDir) -> Self {
        let mut server = Self { process: spawn(&arguments), folder, port, arguments };
        server.wait_until_it_answers();
        server
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its working folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its URL, without TLS and without a password.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends the process at once, with everything that it held.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, empty and as it was first configured; ends it first if it runs.
    pub fn restart(&mut self) {
        self.kill();
        self.process = spawn(&self.arguments);
        self.wait_until_it_answers();
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        self.process.signal(signal).expect("sends the signal");
    }

    /// Runs a command through `redis-cli` and answers what it printed.
    pub fn command(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        run(command.args(["-p", &self.port.to_string()]).args(arguments)).expect("runs redis-cli")
    }

    fn wait_until_it_answers(&mut self) {
        let mut ended = None;
        let waited = wait_until(PATIENCE, || {
            ended = self.process.ended().expect("asks for the process");
            ended.is_some() || answers(self.port)
        });
        let log = || std::fs::read_to_string(self.folder().join("log")).unwrap_or_default();
        assert!(ended.is_none(), "{PROGRAM} ended: {ended:?}: {}", log());
        assert!(waited.is_ok(), "{PROGRAM} does not answer: {}", log());
    }
}

fn spawn(arguments: &[String]) -> OwnedProcess {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    OwnedProcess::spawn(&mut command).expect("starts redis-server")
}

/// Whether something answers, if only to ask for a password; one that wants TLS hangs up.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
        return false;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
    let _ = stream.write_all(b"PING\r\n");
    match stream.read_exact(&mut [0; 1]) {
        Ok(()) => true,
        Err(error) => matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof),
    }
}
