//! Redis servers and sentinels as processes of the test, on free ports of the loopback interface.
//!
//! `redis-server` and `redis-cli` must be installed; everything here panics where something fails, as a test does.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// A running process; killed when dropped.
#[derive(Debug)]
pub struct RedisServer {
    child: Child,
    folder: TempDir,
    port: u16,
    arguments: Vec<String>,
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    listener.local_addr().expect("has an address").port()
}

impl RedisServer {
    /// Starts a server that keeps nothing.
    pub fn start(options: &[&str]) -> Self {
        Self::start_at(free_port(), options)
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
        Self::spawn(port, arguments)
    }

    /// Starts a sentinel that watches a primary, which one vote is enough to give up.
    pub fn start_sentinel(name: &str, primary: u16) -> Self {
        let port = free_port();
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
        Self::run(port, arguments, folder)
    }

    fn spawn(port: u16, mut arguments: Vec<String>) -> Self {
        let folder = TempDir::new().expect("makes a folder");
        let path = folder.path().display().to_string();
        arguments.extend(["--dir".to_owned(), path.clone(), "--logfile".to_owned(), format!("{path}/log")]);
        Self::run(port, arguments, folder)
    }

    fn run(port: u16, arguments: Vec<String>, folder: TempDir) -> Self {
        let child = launch(&arguments);
        let mut server = Self { child, folder, port, arguments };
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

    /// Its URL, without TLS.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends the process at once, and waits for its end.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends the process at once and starts it again, empty.
    pub fn restart(&mut self) {
        self.kill();
        self.child = launch(&self.arguments);
        self.wait_until_it_answers();
    }

    /// Sends a signal, such as `STOP` and `CONT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.expect("runs kill").success(), "sends {name}");
    }

    /// Runs a command through `redis-cli` and answers what it printed.
    pub fn command(&self, arguments: &[&str]) -> String {
        redis_cli(self.port, arguments)
    }

    fn wait_until_it_answers(&mut self) {
        for _ in 0..500 {
            if answers(self.port) {
                return;
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("redis-server ended with {status}: {}", self.log());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("redis-server does not answer: {}", self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder().join("log")).unwrap_or_default()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn redis_cli(port: u16, arguments: &[&str]) -> String {
    let output = Command::new("redis-cli").args(["-p", &port.to_string()]).args(arguments).output();
    let output = output.expect("runs redis-cli");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn launch(arguments: &[String]) -> Child {
    Command::new("redis-server")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts redis-server")
}

/// Whether something answers; one that wants TLS hangs up.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_millis(500)));
    let _ = stream.write_all(b"PING\r\n");
    match stream.read_exact(&mut [0; 1]) {
        Ok(()) => true,
        Err(error) => matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof),
    }
}
