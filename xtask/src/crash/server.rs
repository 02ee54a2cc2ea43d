//! The server under test: a process on one data directory, started as often as it dies.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::http::{Fate, Http};

/// Time from its start within which a server has to be ready.
pub(super) const READY_WITHIN: Duration = Duration::from_secs(5);
/// Longest wait for a server that must start; only a hang takes that long.
const PATIENCE: Duration = Duration::from_mins(1);
const FAILPOINTS: &str = "RAGSTONE_FAILPOINTS";

/// How servers are started.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub(super) binary: PathBuf,
    pub(super) data: PathBuf,
    pub(super) settings: Vec<(&'static str, String)>,
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pub(super) http: Http,
    output: Arc<Mutex<Vec<String>>>,
    /// From the start of the process until it was ready.
    pub(super) ready_after: Duration,
}

/// A process that was started and need not serve yet.
#[derive(Debug)]
pub(super) struct Starting {
    child: Option<Child>,
    since: Instant,
    output: Arc<Mutex<Vec<String>>>,
    readers: Vec<thread::JoinHandle<()>>,
}

impl Setup {
    /// Starts a server, where asked for with armed failpoints, and waits until it is ready.
    pub(super) fn start(&self, failpoints: Option<&str>) -> Result<Server> {
        self.begin(failpoints)?.ready(&self.data)
    }

    /// Starts a server and does not wait.
    pub(super) fn begin(&self, failpoints: Option<&str>) -> Result<Starting> {
        let mut command = Command::new(&self.binary);
        command.arg("--data-dir").arg(&self.data).args(["serve", "--bind", "127.0.0.1:0"]);
        command.env("NO_COLOR", "1").env("RAGSTONE_OFFLINE", "true");
        command.env("RAGSTONE_OPERATIONS__BIND", "127.0.0.1:0");
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        if let Some(failpoints) = failpoints {
            command.env(FAILPOINTS, failpoints);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let since = Instant::now();
        let mut child = command.spawn().with_context(|| format!("cannot start {}", self.binary.display()))?;
        let output = Arc::default();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let readers =
            [stdout.map(|stream| keep(stream, &output)), stderr.map(|stream| keep(stream, &output))];
        let readers = readers.into_iter().flatten().collect();
        Ok(Starting { child: Some(child), since, output, readers })
    }
}

/// Keeps the lines of a stream until its end.
fn keep(stream: impl Read + Send + 'static, output: &Arc<Mutex<Vec<String>>>) -> thread::JoinHandle<()> {
    let output = Arc::clone(output);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            output.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    })
}

impl Starting {
    fn child(&mut self) -> Result<&mut Child> {
        self.child.as_mut().context("the process was handed on")
    }

    /// Waits until it is ready to serve.
    pub(super) fn ready(mut self, data: &Path) -> Result<Server> {
        let mut http: Option<Http> = None;
        loop {
            if let Some(status) = self.child()?.try_wait()? {
                let said = self.finish()?;
                bail!("the server ended with {status} before it was ready:\n{}", said.join("\n"));
            }
            if self.since.elapsed() > PATIENCE {
                bail!("the server does not become ready:\n{}", lines(&self.output).join("\n"));
            }
            match &http {
                None => http = address_of(&lines(&self.output)).and_then(|address| reach(address, data)),
                Some(http) if is_ready(http) => break,
                Some(_) => {}
            }
            thread::sleep(Duration::from_millis(5));
        }
        let http = http.context("the server has no address")?;
        let child = self.child.take().context("the process was handed on")?;
        Ok(Server { child, http, output: Arc::clone(&self.output), ready_after: self.since.elapsed() })
    }

    /// Waits for its end, for a start that has to fail, and gives what it said; none where it serves instead.
    pub(super) fn end(mut self, patience: Duration) -> Result<Option<(ExitStatus, Vec<String>)>> {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if let Some(status) = self.child()?.try_wait()? {
                return Ok(Some((status, self.finish()?)));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(None)
    }

    fn finish(&mut self) -> Result<Vec<String>> {
        self.child()?.wait()?;
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        Ok(lines(&self.output))
    }

    /// Ends it, wherever it is.
    pub(super) fn kill(mut self) -> Result<()> {
        let child = self.child()?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Server {
    /// Ends the process as a power switch would.
    pub(super) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it in order.
    pub(super) fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(asked.success(), "the server cannot be asked to stop");
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ends with {status}:\n{}", self.output().join("\n"));
        Ok(())
    }

    /// Whether the process is gone.
    pub(super) fn is_dead(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    pub(super) fn output(&self) -> Vec<String> {
        lines(&self.output)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(output: &Mutex<Vec<String>>) -> Vec<String> {
    output.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn address_of(lines: &[String]) -> Option<String> {
    let line = lines.iter().find(|line| line.contains("http://"))?;
    let (_, rest) = line.split_once("http://")?;
    rest.split(['/', ' ']).next().map(str::to_owned)
}

fn reach(address: String, data: &Path) -> Option<Http> {
    let token = fs::read_to_string(data.join("admin.token")).ok()?;
    Some(Http { address, token: token.trim().to_owned() })
}

fn is_ready(http: &Http) -> bool {
    matches!(http.try_send("GET", "/health/ready", "text/plain", b""), Fate::Answered(answer) if answer.status == 200)
}
