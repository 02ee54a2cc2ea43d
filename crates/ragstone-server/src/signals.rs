//! Ctrl-C and SIGTERM: the first asks to stop, the second ends the process at once.

use ragstone_core::{Error, ErrorKind, Result};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Exit code of a process that was told to end at once (128 and the number of SIGINT).
const KILLED: i32 = 130;

/// Listens from its making to the end of the process, so that no signal is lost in between.
#[derive(Debug)]
pub(crate) struct Signals {
    stop: CancellationToken,
    /// Owns the listening task, which ends with the runtime.
    _tasks: TaskTracker,
}

impl Signals {
    /// Starts listening.
    pub(crate) fn listen() -> Result<Self> {
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let mut source = Source::new()?;
        let asked = stop.clone();
        tasks.spawn(async move {
            source.next().await;
            asked.cancel();
            source.next().await;
            std::process::exit(KILLED);
        });
        Ok(Self { stop, _tasks: tasks })
    }

    /// Waits for the first signal.
    pub(crate) async fn stop(&self) {
        self.stop.cancelled().await;
    }
}

#[cfg(unix)]
struct Source {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Source {
    fn new() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt()).map_err(deaf)?;
        let terminate = signal(SignalKind::terminate()).map_err(deaf)?;
        Ok(Self { interrupt, terminate })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Source(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Source {
    fn new() -> Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self).map_err(deaf)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}

fn deaf(source: std::io::Error) -> Error {
    Error::new(ErrorKind::Unexpected, "cannot listen for signals").with_source(source)
}
