//! Whether the disks take writes: the gates in front of the stores, and who opens them again.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ragstone_core::{CallContext, Error, ErrorKind, Result, SystemClock};
use ragstone_layers::WriteGate;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::stores::{OpenCatalog, OpenIndex};

/// Pause between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// Longest time for one look at the catalog.
const PATIENCE: Duration = Duration::from_secs(30);
const LOW: &str = "the disk of the data directory is nearly full: free space, or enlarge it; writes are taken again by themselves";

/// The gate of each store; stores that lie in the data directory share one, because they share a disk.
#[derive(Clone, Debug)]
pub(crate) struct Gates {
    pub(crate) catalog: Arc<WriteGate>,
    pub(crate) index: Arc<WriteGate>,
}

impl Gates {
    pub(crate) fn of(catalog: &OpenCatalog, index: &OpenIndex) -> Self {
        let of_catalog = Arc::new(WriteGate::default());
        let is_one_disk = !catalog.is_shared() && !index.is_shared();
        let of_index = if is_one_disk { Arc::clone(&of_catalog) } else { Arc::default() };
        Self { catalog: of_catalog, index: of_index }
    }

    /// Why writes are refused, if they are.
    pub(crate) fn reason(&self) -> Option<String> {
        self.catalog.reason().or_else(|| self.index.reason()).map(String::from)
    }
}

/// The free space that what lies in the data directory needs.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    path: PathBuf,
    least_free: u64,
    has_catalog: bool,
    has_index: bool,
}

impl Room {
    pub(crate) fn of(config: &Config, dir: &DataDir, catalog: &OpenCatalog, index: &OpenIndex) -> Self {
        Self {
            path: dir.path().to_owned(),
            least_free: config.data.least_free(),
            has_catalog: !catalog.is_shared(),
            has_index: !index.is_shared(),
        }
    }

    /// `ReadOnly` where there is too little.
    async fn check(&self) -> Result<()> {
        let room = self.clone();
        // A file system that is gone can hold a thread for ever.
        let looking = tokio::task::spawn_blocking(move || free_bytes(&room.path));
        let free = tokio::time::timeout(PATIENCE, looking).await;
        match free {
            Ok(Ok(Some(free))) if free < self.least_free => {
                Err(Error::new(ErrorKind::ReadOnly, "the disk of the data directory is nearly full")
                    .with_context("free_bytes", free)
                    .with_help(LOW))
            }
            // What cannot be looked at fails when it is written.
            _ => Ok(()),
        }
    }
}

/// Closes the gates while there is too little room, and opens them once the stores take writes again; until `stop`.
pub(crate) async fn watch(catalog: OpenCatalog, gates: Gates, room: Room, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        match room.check().await {
            Err(error) => {
                let (of_catalog, of_index) = (&gates.catalog, &gates.index);
                let is_new =
                    (room.has_catalog && of_catalog.close(LOW)) | (room.has_index && of_index.close(LOW));
                if is_new {
                    tracing::error!(%error, "writes are refused from now on");
                }
            }
            Ok(()) => reopen(&catalog, &gates).await,
        }
    }
}

/// Opens what is closed, if the store behind it takes writes. An index is tried by what is written to it.
async fn reopen(catalog: &OpenCatalog, gates: &Gates) {
    if gates.catalog.reason().is_some() {
        let ctx = CallContext::system().with_timeout(&SystemClock, PATIENCE);
        match catalog.check_writable(&ctx).await {
            Ok(()) => open(&gates.catalog),
            Err(error) => tracing::debug!(%error, "the catalog takes no writes yet"),
        }
    }
    if !Arc::ptr_eq(&gates.catalog, &gates.index) {
        open(&gates.index);
    }
}

fn open(gate: &WriteGate) {
    if gate.open() {
        tracing::warn!("writes are taken again");
    }
}

/// Free bytes of the disk that a path lies on; none where the system does not say.
#[cfg(unix)]
pub(crate) fn free_bytes(path: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
pub(crate) fn free_bytes(_path: &std::path::Path) -> Option<u64> {
    None
}
