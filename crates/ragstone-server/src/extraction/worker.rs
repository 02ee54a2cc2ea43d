//! The process that reads one document: it bounds itself, reads, answers and ends.

use std::io::{self, BufRead as _, Read as _, Write as _};
use std::process::ExitCode;

use ragstone_text::{Input, extract};

use super::message::{Answer, Order};

/// The word that makes the program this process.
pub(crate) const WORD: &str = "extract-document";

pub(super) const SIGABRT: i32 = 6;
pub(super) const SIGKILL: i32 = 9;
pub(super) const SIGXCPU: i32 = 24;

/// Longest line of an order.
const LONGEST_ORDER: u64 = 64 * 1024;

/// Reads an order and a document from standard input, and answers on standard output.
///
/// What ends it early, such as a signal, is for the server to see.
pub(crate) fn run() -> ExitCode {
    match answer() {
        Ok(()) => ExitCode::SUCCESS,
        // Told here where the input itself does not fit; everywhere else a failed allocation ends the process like this.
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => std::process::abort(),
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer() -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let mut line = Vec::new();
    (&mut stdin).take(LONGEST_ORDER).read_until(b'\n', &mut line)?;
    let order: Order = serde_json::from_slice(&line)?;
    bound(&order)?;
    let limits = order.limits;
    let mut bytes = Vec::new();
    (&mut stdin).take(limits.max_bytes as u64 + 1).read_to_end(&mut bytes)?;
    let (file_name, media_type) = (order.file_name.as_deref(), order.media_type.as_deref());
    let outcome = extract(&Input { bytes: &bytes, file_name, media_type }, &limits);
    io::stdout().lock().write_all(&Answer::of(outcome))
}

/// Takes from this process, for good, what no document needs.
#[cfg(unix)]
fn bound(order: &Order) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let memory = order.memory_mb << 20;
    for (resource, most) in [
        (Resource::Data, memory),
        (Resource::Cpu, order.seconds),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nofile, 16),
    ] {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn bound(_: &Order) -> io::Result<()> {
    Ok(())
}
