//! Reading documents in processes of their own, so that none takes more than it may, or the server with it.
//!
//! A document such as PDF is read by parsers of formats that strangers can shape. The server calls itself with a hidden
//! word ([`worker`]), gives it the bytes, and takes the text back; the operating system bounds memory and processor time
//! of that process, and the server its wall time and its answer. Everything else is text, and is read here.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::{Error, ErrorKind, Result};
use ragstone_engine::{Extractor, InProcess};
use ragstone_text::{ExtractLimits, Extracted, Input};

use self::message::{Answer, Order};

mod message;
pub(crate) mod worker;

/// Wall time beyond the processor time, for a machine that is busy.
const PATIENCE: u32 = 3;
/// Has the allocator take memory when it is needed. It would take a gibibyte at once, and where the bound on memory refuses
/// that, it gets along in a way in which documents that need little fail now and then.
const ALLOCATION: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");
/// What an answer may be longer than the text in it: escapes, headings, places.
const ANSWER_FACTOR: u64 = 4;

/// Reads documents in processes of their own.
pub(crate) struct ProcessExtractor {
    /// Most memory of one, in MiB.
    memory_mb: u64,
    /// Most processor time of one, in seconds.
    seconds: u64,
}

impl ProcessExtractor {
    pub(crate) const fn new(memory_mb: u64, seconds: u64) -> Self {
        Self { memory_mb, seconds }
    }

    fn read(&self, input: &Input<'_>, limits: &ExtractLimits) -> Result<Extracted> {
        let order = Order::of(input, limits, self.memory_mb, self.seconds);
        reach(FailPoint::ServerExtractionStart)?;
        let mut child = command().spawn().map_err(unstartable)?;
        let (mut stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let child = Arc::new(Mutex::new(child));
        let (done, watched) = mpsc::channel::<()>();
        let watch = watch(Arc::clone(&child), watched, Duration::from_secs(self.seconds) * PATIENCE);
        let bytes = input.bytes;
        let answer = thread::scope(|scope| {
            // Beside the reading, because the other side answers before it has read everything where it refuses.
            scope.spawn(move || {
                let Some(stdin) = stdin.as_mut() else { return };
                // A process that ends early says why, and the pipe does not.
                let _ = stdin.write_all(&order.to_line()).and_then(|()| stdin.write_all(bytes));
            });
            let most = (limits.max_text_bytes as u64).saturating_mul(ANSWER_FACTOR);
            let mut answer = Vec::new();
            let read = stdout.map(|stdout| stdout.take(most).read_to_end(&mut answer));
            if answer.len() as u64 >= most || matches!(read, Some(Err(_)) | None) {
                kill(&child);
            }
            answer
        });
        let status = lock(&child).wait().map_err(unstartable)?;
        drop(done);
        let is_late = watch.join().unwrap_or(true);
        reach(FailPoint::ServerExtractionAnswered)?;
        self.judge(status, is_late, &answer)
    }

    fn judge(&self, status: ExitStatus, is_late: bool, answer: &[u8]) -> Result<Extracted> {
        if is_late {
            return Err(self.too_much("time"));
        }
        match (status.success(), Answer::parse(answer)) {
            (true, Some(answer)) => answer.into_result(),
            _ => Err(self.cut_off(status)),
        }
    }

    /// Why a process ended without an answer, by the signal that ended it.
    fn cut_off(&self, status: ExitStatus) -> Error {
        match signal(status) {
            Some(worker::SIGXCPU | worker::SIGKILL) => self.too_much("time"),
            // What allocates beyond the limit is aborted.
            Some(worker::SIGABRT) => self.too_much("memory"),
            _ => Error::new(ErrorKind::InvalidArgument, "the reader of the document did not survive it")
                .with_context("status", status)
                .with_help("open the document in its program and save it anew, or leave it out"),
        }
    }

    fn too_much(&self, what: &'static str) -> Error {
        Error::new(ErrorKind::TooLarge, "the document takes more to read than it may")
            .with_context("exhausted", what)
            .with_context("memory_mb", self.memory_mb)
            .with_context("seconds", self.seconds)
            .with_help(
                "split the document, or raise `ingest.document_memory_mb` or `ingest.document_seconds`",
            )
    }
}

impl Extractor for ProcessExtractor {
    fn extract(&self, input: &Input<'_>, limits: &ExtractLimits) -> Result<Extracted> {
        if input.bytes.len() <= limits.max_bytes && input.is_document() {
            self.read(input, limits)
        } else {
            InProcess.extract(input, limits)
        }
    }
}

impl fmt::Debug for ProcessExtractor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessExtractor")
            .field("memory_mb", &self.memory_mb)
            .field("seconds", &self.seconds)
            .finish()
    }
}

/// This program, also when its file was replaced since it started.
fn command() -> Command {
    let program = if cfg!(target_os = "linux") {
        "/proc/self/exe".into()
    } else {
        std::env::current_exe().unwrap_or_else(|_| "ragstone".into())
    };
    let mut command = Command::new(program);
    command.arg(worker::WORD).env_clear().env(ALLOCATION.0, ALLOCATION.1);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Kills a process that takes too long; says whether it had to.
fn watch(child: Arc<Mutex<Child>>, done: mpsc::Receiver<()>, longest: Duration) -> thread::JoinHandle<bool> {
    thread::spawn(move || {
        let is_late = done.recv_timeout(longest) == Err(RecvTimeoutError::Timeout);
        if is_late {
            kill(&child);
        }
        is_late
    })
}

/// Ends a process; one that has ended already is left alone.
fn kill(child: &Mutex<Child>) {
    let _ = lock(child).kill();
}

fn lock(child: &Mutex<Child>) -> std::sync::MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

fn unstartable(source: std::io::Error) -> Error {
    Error::new(ErrorKind::Unavailable, "the process that reads documents cannot be started")
        .with_source(source)
}
