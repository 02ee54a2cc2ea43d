//! The runtime of bulk work, whose threads give way to those that answer.

use std::io;
use std::sync::LazyLock;

use ragstone_core::{Error, ErrorKind, Result};
use tokio::runtime::{Builder, Handle, Runtime};

/// How much less the threads are worth to the scheduler: about a tenth of the others, where there is not enough for all.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Never ends before the process: what it writes is closed by its owner.
static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .thread_name("bulk")
        .on_thread_start(give_way)
        .build()
});

/// The runtime, which is started by the first call.
pub(crate) fn runtime() -> Result<Handle> {
    RUNTIME.as_ref().map(|runtime| runtime.handle().clone()).map_err(|error| {
        Error::new(ErrorKind::Unavailable, "cannot start the threads of bulk work")
            .with_detail(error.to_string())
    })
}

/// On Linux niceness belongs to a thread. Elsewhere it belongs to the process, and is left alone.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "bulk work does not give way");
    }
}
