//! The stand-in for Qdrant as a process, to be killed and frozen: this executable, told to run one test.

use std::io::Read as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use ragstone_testkit::process::{OwnedProcess, Signal, free_port, wait_until};
use ragstone_testkit::qdrant::{QdrantStandIn, StandInConfig};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use crate::data::variable;

const TEST: &str = "outages::stand_in::a_process_serves_until_it_is_killed";
const FOLDER: &str = "RAGSTONE_TEST_STAND_IN_FOLDER";
const PORT: &str = "RAGSTONE_TEST_STAND_IN_PORT";
const KEY: &str = "RAGSTONE_TEST_STAND_IN_KEY";
const PATIENCE: Duration = Duration::from_secs(30);

/// A stand-in that is killed when dropped, or when this process ends.
pub(super) struct StandInProcess {
    folder: PathBuf,
    port: u16,
    key: String,
    process: OwnedProcess,
}

impl StandInProcess {
    pub(super) fn start(folder: &Path, key: &str) -> Self {
        let port = free_port().expect("a port");
        let process = launch(folder, port, key);
        Self { folder: folder.to_owned(), port, key: key.to_owned(), process }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(super) fn signal(&self, signal: Signal) {
        self.process.signal(signal).expect("sent");
    }

    pub(super) fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again with what it has; what came since it was last ended in order is lost with [`Self::kill`].
    pub(super) fn resume(&mut self) {
        self.kill();
        self.process = launch(&self.folder, self.port, &self.key);
    }

    /// Starts it again with nothing.
    pub(super) fn resume_empty(&mut self) {
        self.kill();
        std::fs::remove_dir_all(&self.folder).expect("removed");
        std::fs::create_dir(&self.folder).expect("made");
        self.resume();
    }

    /// Ends it in order, and starts it again with another key and all that it had.
    pub(super) fn resume_with_key(&mut self, key: &str) {
        key.clone_into(&mut self.key);
        self.signal(Signal::Terminate);
        wait_until(PATIENCE, || self.process.ended().expect("asked").is_some()).expect("ends");
        self.resume();
    }
}

fn launch(folder: &Path, port: u16, key: &str) -> OwnedProcess {
    let mut command = Command::new(std::env::current_exe().expect("this executable"));
    command
        .args(["--exact", TEST, "--nocapture"])
        .env(FOLDER, folder)
        .env(PORT, port.to_string())
        .env(KEY, key);
    // The standard input ends with this process.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = OwnedProcess::spawn(&mut command).expect("starts");
    wait_until(PATIENCE, || listens(port)).expect("listens");
    process
}

fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn a_process_serves_until_it_is_killed() {
    if let (Some(folder), Some(port), Some(key)) = (variable(FOLDER), variable(PORT), variable(KEY)) {
        let text = |value: PathBuf| value.to_str().expect("UTF-8").to_owned();
        return serve(&folder, text(port).parse().expect("a port"), &text(key));
    }
    let folder = tempfile::tempdir().expect("folder");
    let mut server = StandInProcess::start(folder.path(), "key");
    assert!(listens(server.port));
    server.kill();
    assert!(!listens(server.port));
}

/// Runs in the process that is told to be a server.
fn serve(folder: &Path, port: u16, key: &str) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("runtime");
    let config = StandInConfig::new(folder).with_port(port).with_api_key(key);
    runtime.block_on(async {
        let server = QdrantStandIn::start(config).await.expect("starts");
        let mut terminated = signal(SignalKind::terminate()).expect("is heard");
        let abandoned = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        tokio::select! {
            _ = terminated.recv() => server.stop().await.expect("stops"),
            _ = abandoned => {}
        }
    });
    // The thread that reads the standard input cannot be ended.
    runtime.shutdown_background();
}
