//! A Redis server.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{OwnedProcess, Signal, free_port, run, wait_until};

const PROGRAM: &str = "redis-server";
const PATIENCE: Duration = Duration::from_secs(30);

/// A running Redis on a free port of the loopback interface, in memory only.
#[derive(Debug)]
pub struct RedisServer {
    folder: PathBuf,
    port: u16,
    options: Vec<String>,
    server: OwnedProcess,
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

    /// Starts a server whose log lies in a folder.
    pub fn start(folder: &Path, options: &[&str]) -> io::Result<Self> {
        let port = free_port()?;
        let options: Vec<String> = options.iter().map(|option| (*option).to_owned()).collect();
        let server = launch(folder, port, &options)?;
        Ok(Self { folder: folder.to_owned(), port, options, server })
    }

    /// URL of the server, without a password.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Port of the server.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends the process at once, with everything that it held.
    pub fn kill(&mut self) {
        self.server.kill();
    }

    /// Starts it again, empty and as it was first configured; ends it first if it runs.
    pub fn resume(&mut self) -> io::Result<()> {
        self.kill();
        self.server = launch(&self.folder, self.port, &self.options)?;
        Ok(())
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        self.server.signal(signal)
    }

    /// Runs a command through `redis-cli` and answers what it printed.
    pub fn command(&self, arguments: &[&str]) -> io::Result<String> {
        run(Command::new("redis-cli").args(["-p", &self.port.to_string()]).args(arguments))
    }
}

fn launch(folder: &Path, port: u16, options: &[String]) -> io::Result<OwnedProcess> {
    let mut command = Command::new(PROGRAM);
    command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()]);
    command.arg("--dir").arg(folder).arg("--logfile").arg(folder.join("log")).args(options);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let server = OwnedProcess::spawn(&mut command)?;
    wait_until(PATIENCE, || answers(port))?;
    Ok(server)
}

/// Whether something answers, if only to ask for a password.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
    stream.write_all(b"PING\r\n").and_then(|()| stream.read_exact(&mut [0; 1])).is_ok()
}
