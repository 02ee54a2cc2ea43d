//! A running server process, its output and its end.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use crate::cli::ragstone;
use crate::http::Http;

/// Longest wait for a line or for the end of a server; only a hang takes that long.
const PATIENCE: Duration = Duration::from_mins(2);
/// Last line before `up` and `serve` do nothing but serve.
const READY: &str = "Ctrl-C stops the server.";

/// A server that is killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
    pub(crate) token: String,
    pub(crate) http: Http,
}

impl Server {
    /// Serves a data directory that holds what it holds.
    pub(crate) fn serve(data: &Path) -> Self {
        let mut server = Self::spawn(data, ragstone(data).arg("serve"));
        server.wait_for(READY);
        server
    }

    /// Runs `up` on a folder until everything is indexed.
    pub(crate) fn up(data: &Path, folder: &Path) -> Self {
        let mut server = Self::up_unfinished(data, folder);
        server.wait_for(READY);
        server
    }

    /// Runs `up` on a folder until requests are answered; it may still be indexing.
    pub(crate) fn up_unfinished(data: &Path, folder: &Path) -> Self {
        Self::spawn(data, ragstone(data).arg("up").arg(folder))
    }

    /// Starts a command that serves, on a free port unless it names another, and waits for its address.
    pub(crate) fn spawn(data: &Path, command: &mut Command) -> Self {
        if !command.get_args().any(|arg| arg == "--bind") {
            command.args(["--bind", "127.0.0.1:0"]);
        }
        // Before the process, so that nothing can fail between its start and its guard.
        let http = Http::new("", None);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let (sender, lines) = mpsc::channel();
        forward(child.stdout.take().expect("piped"), sender.clone());
        forward(child.stderr.take().expect("piped"), sender);
        let mut server = Self { child, lines, seen: Vec::new(), token: String::new(), http };
        let line = server.wait_for("http://");
        let token = std::fs::read_to_string(data.join("admin.token")).expect("token");
        token.trim().clone_into(&mut server.token);
        server.http = Http::new(&base(&line), Some(&server.token));
        server
    }

    /// A client of its own, such as for another thread or with another token.
    pub(crate) fn client(&self, token: Option<&str>) -> Http {
        Http::new(&self.http.base, token)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        self.http.base.trim_start_matches("http://")
    }

    /// Everything printed up to now.
    pub(crate) fn output(&self) -> String {
        self.seen.join("\n")
    }

    /// Finds the first line that contains a text, reading on as far as needed.
    ///
    /// The lines of the two outputs come in any order.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        if let Some(line) = self.seen.iter().find(|line| line.contains(text)) {
            return line.clone();
        }
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(error) => panic!("no line with {text:?} ({error}): {}", self.output()),
            }
        }
    }

    /// What was printed since the last time, without waiting for more.
    pub(crate) fn drain(&mut self) -> Vec<String> {
        let mut lines = std::mem::take(&mut self.seen);
        lines.extend(self.lines.try_iter());
        lines
    }

    /// Presses Ctrl-C; the server must end by itself and say success. Gives everything it printed.
    pub(crate) fn stop(self) -> String {
        self.signal("-INT");
        self.finish()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.pid().to_string()]).status();
        assert!(sent.expect("kill starts").success());
    }

    /// Waits until a server that was told to stop has ended, and gives its exit code; none after a signal.
    pub(crate) fn code(mut self) -> Option<i32> {
        self.read_to_end();
        self.child.wait().expect("waited for").code()
    }

    /// Waits until a server that was told to stop has ended with success.
    pub(crate) fn finish(mut self) -> String {
        self.read_to_end();
        let status = self.child.wait().expect("waited for");
        assert_eq!(status.code(), Some(0), "{}", self.output());
        self.output()
    }

    fn read_to_end(&mut self) {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.seen.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not stop: {}", self.output()),
            }
        }
    }

    /// Ends the process at any point of its work, without a chance to finish. Gives everything it printed.
    pub(crate) fn crash(mut self) -> String {
        self.child.kill().expect("killed");
        self.child.wait().expect("waited for");
        self.seen.extend(self.lines.iter());
        self.output()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends the lines of a stream until its end, so that the process never waits for a reader.
pub(crate) fn forward(stream: impl Read + Send + 'static, sender: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
}

/// Scheme, host and port of the first address in a line.
fn base(line: &str) -> String {
    let from = line.find("http://").expect("an address");
    let address = &line[from + "http://".len()..];
    let end = address.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(address.len());
    format!("http://{}", &address[..end])
}
