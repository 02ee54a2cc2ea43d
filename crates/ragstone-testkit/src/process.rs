//! Servers that a test owns as processes of its own: to kill, to freeze, and to start again, empty or not.
//!
//! Nothing here waits longer than it says, and what was started ends with its value.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

pub use self::postgres::PostgresCluster;
#[cfg(feature = "redis")]
pub use self::redis::RedisServer;

mod postgres;
#[cfg(feature = "redis")]
mod redis;

/// Pause between two looks at something that is waited for.
const STEP: Duration = Duration::from_millis(20);

/// A signal to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// `SIGKILL`: it ends without a chance to finish anything.
    Kill,
    /// `SIGSTOP`: it stands still, and its connections stay.
    Stop,
    /// `SIGCONT`: it goes on.
    Continue,
    /// `SIGTERM`: it is asked to end.
    Terminate,
}

impl Signal {
    const fn option(self) -> &'static str {
        match self {
            Self::Kill => "-KILL",
            Self::Stop => "-STOP",
            Self::Continue => "-CONT",
            Self::Terminate => "-TERM",
        }
    }

    /// Sends it to processes; those that have ended are fine.
    fn send(self, processes: &[u32]) -> io::Result<()> {
        let numbers = processes.iter().map(u32::to_string);
        let mut command = Command::new("kill");
        command.arg(self.option()).args(numbers).stderr(Stdio::null()).status().map(|_| ())
    }
}

/// A process that is killed when it is dropped.
#[derive(Debug)]
pub struct OwnedProcess(Child);

impl OwnedProcess {
    /// Starts a command, silent unless the command says where its output goes.
    pub fn spawn(command: &mut Command) -> io::Result<Self> {
        command.spawn().map(Self)
    }

    /// Number of the process.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        signal.send(&[self.id()])
    }

    /// Ends the process at once, also a frozen one, and waits for its end. One that has ended is fine.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// How the process ended; `None` while it runs.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.0.try_wait()
    }
}

impl Drop for OwnedProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A loopback port that nobody listens on now.
pub fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Asks again and again until the answer is yes; `TimedOut` when it stays no.
pub fn wait_until(limit: Duration, mut is_done: impl FnMut() -> bool) -> io::Result<()> {
    for _ in 0..limit.as_millis() / STEP.as_millis() {
        if is_done() {
            return Ok(());
        }
        std::thread::sleep(STEP);
    }
    if is_done() { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
}

/// Runs a program to its end; what it printed is in the error where it failed.
fn run(command: &mut Command) -> io::Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!(
        "{} ended with {}: {}",
        command.get_program().display(),
        output.status,
        said.trim()
    )))
}
