//! What lies where: `<root>/<tenant>/<collection>/` holds `state.json`, `terms.bin` and the shard of one target;
//! `<collection>_1/` that of the second slot. `erasing` lies there while something removed has to go from the files.
//!
//! `state.json` is written last and removed first, so a target whose making or removal was cut short does not exist.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ragstone_core::failpoint::{FailPoint, reach};
use ragstone_core::index::{Dimensions, IndexSchema, IndexSlot, IndexState, IndexTarget};
use ragstone_core::{Error, ErrorKind, GenerationId, Result, Sequence, TenantId};
use serde::{Deserialize, Serialize};

use crate::fault;
use crate::statistics::TermStatistics;

const STATE_FILE: &str = "state.json";
const TERMS_FILE: &str = "terms.bin";
const SHARD_FOLDER: &str = "shard";
const SEGMENTS_FOLDER: &str = "segments";
/// There while files hold what has to go from them.
const ERASING_FILE: &str = "erasing";
const JOURNAL_FOLDER: &str = "wal";
/// What the names of the journal's full files begin with; the rest is the number of their first record.
const FULL_JOURNAL_PREFIX: &str = "closed-";

/// Raised when the stored form of points or files changes.
///
/// Form 3 knows where sources lie, dates and languages; an older form is `Corrupt`, so that it is made anew from the
/// catalog.
const FORMAT: u32 = 3;

/// Contents of `state.json`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredState {
    format: u32,
    generation: GenerationId,
    checkpoint: Sequence,
    /// Size of the dense vectors, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dimensions: Option<usize>,
}

/// No tenant has a name that starts with a dot.
const LOCK_FILE: &str = ".lock";

/// Files of one target.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Folder of a target, whether it exists or not.
    pub(crate) fn of(root: &Path, target: &IndexTarget) -> Self {
        let name = format!("{}{}", target.collection, target.slot.suffix());
        let path = root.join(target.tenant.as_str()).join(name);
        Self { path }
    }

    /// Folder that belongs to Edge.
    pub(crate) fn shard(&self) -> PathBuf {
        self.path.join(SHARD_FOLDER)
    }

    /// Reads the state; `None` where the target does not exist, `Corrupt` where it cannot be understood.
    pub(crate) fn read_state(&self) -> Result<Option<IndexState>> {
        let bytes = match fs::read(self.path.join(STATE_FILE)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault::of_io(error)),
        };
        let stored: StoredState = serde_json::from_slice(&bytes)
            .map_err(|error| fault::corrupt("state.json").with_source(error))?;
        if stored.format != FORMAT {
            return Err(fault::corrupt(format!("format {} is not {FORMAT}", stored.format)));
        }
        let dense = stored.dimensions.map(Dimensions::try_new).transpose();
        let dense = dense.map_err(|error| fault::corrupt("state.json").with_source(error))?;
        let StoredState { generation, checkpoint, .. } = stored;
        Ok(Some(IndexState { generation, schema: IndexSchema { dense }, checkpoint }))
    }

    /// Replaces the state, durably.
    pub(crate) fn write_state(&self, state: IndexState) -> Result<()> {
        let IndexState { generation, schema, checkpoint } = state;
        let dimensions = schema.dense.map(Dimensions::get);
        let stored = StoredState { format: FORMAT, generation, checkpoint, dimensions };
        let bytes = serde_json::to_vec(&stored).map_err(|error| {
            Error::new(ErrorKind::Unexpected, "cannot encode the state").with_source(error)
        })?;
        self.write_beside(STATE_FILE, &bytes).map_err(fault::of_io)?;
        reach(FailPoint::IndexStateWritten)?;
        self.put_in_place(STATE_FILE).map_err(fault::of_io)?;
        reach(FailPoint::IndexStateReplaced)
    }

    /// Reads the saved term statistics; `None` where there are none that can be trusted.
    pub(crate) fn read_terms(&self) -> Option<TermStatistics> {
        TermStatistics::decode(&fs::read(self.path.join(TERMS_FILE)).ok()?)
    }

    /// Saves term statistics, durably.
    pub(crate) fn write_terms(&self, statistics: &TermStatistics) -> Result<()> {
        let written = self.write_beside(TERMS_FILE, &statistics.encode());
        written.and_then(|()| self.put_in_place(TERMS_FILE)).map_err(fault::of_io)
    }

    /// Removes saved term statistics, durably; they no longer hold once the shard changes.
    pub(crate) fn forget_terms(&self) -> Result<()> {
        self.remove_file(TERMS_FILE).map_err(fault::of_io)
    }

    /// Notes, durably, that what removed chunks have left has to go from the files.
    pub(crate) fn begin_erasing(&self) -> Result<()> {
        if self.must_erase() {
            return Ok(());
        }
        let written = self.write_beside(ERASING_FILE, &[]);
        written.and_then(|()| self.put_in_place(ERASING_FILE)).map_err(fault::of_io)
    }

    /// Whether erasing was begun, by this process or an earlier one, and has not ended.
    pub(crate) fn must_erase(&self) -> bool {
        self.path.join(ERASING_FILE).exists()
    }

    /// Notes, durably, that it has gone.
    pub(crate) fn end_erasing(&self) -> Result<()> {
        self.remove_file(ERASING_FILE).map_err(fault::of_io)
    }

    /// Whether Edge left any segment; it starts empty without complaint where there is none.
    pub(crate) fn has_segments(&self) -> bool {
        fs::read_dir(self.shard().join(SEGMENTS_FOLDER))
            .is_ok_and(|entries| entries.flatten().any(|entry| entry.path().is_dir()))
    }

    /// Makes an empty folder for a shard, dropping what was there.
    pub(crate) fn make(&self) -> Result<()> {
        self.wipe()?;
        fs::create_dir_all(self.shard()).map_err(fault::of_io)
    }

    /// Removes everything; nothing there is fine.
    pub(crate) fn wipe(&self) -> Result<()> {
        self.remove_file(STATE_FILE).map_err(fault::of_io)?;
        reach(FailPoint::IndexRemoveState)?;
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result.map_err(fault::of_io),
        }
    }

    /// Removes full journal files but the newest, which carries the numbering on. Call it while the shard is closed.
    ///
    /// Edge writes every change to a journal that it neither reads back nor shortens: the change feed is what
    /// is replayed after a crash. Remove this once Edge shortens the journal when it flushes.
    pub(crate) fn trim_journal(&self) -> Result<()> {
        let journal = self.shard().join(JOURNAL_FOLDER);
        let mut full = full_journals(&journal).map_err(fault::of_io)?;
        full.sort_unstable_by_key(|(first_record, _)| *first_record);
        full.pop();
        for (_, path) in full {
            fs::remove_file(path).map_err(fault::of_io)?;
        }
        Ok(())
    }

    /// Number of full journal files.
    pub(crate) fn full_journals(&self) -> usize {
        full_journals(&self.shard().join(JOURNAL_FOLDER)).map_or(0, |full| full.len())
    }

    /// Writes what is to replace a file, durably.
    fn write_beside(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(self.beside(name))?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// Replaces a file by what was written beside it, durably.
    fn put_in_place(&self, name: &str) -> io::Result<()> {
        fs::rename(self.beside(name), self.path.join(name))?;
        sync_folder(&self.path)
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.new"))
    }

    fn remove_file(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path.join(name)) {
            Ok(()) => sync_folder(&self.path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn full_journals(journal: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match fs::read_dir(journal) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut full = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let first_record = name.to_str().and_then(|name| name.strip_prefix(FULL_JOURNAL_PREFIX));
        if let Some(first_record) = first_record.and_then(|number| number.parse().ok()) {
            full.push((first_record, entry.path()));
        }
    }
    Ok(full)
}

/// Makes renames and removals in a folder durable.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "one signature on all systems")]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Keeps other processes, and other indexes of this one, away from a root folder.
#[derive(Debug)]
pub(crate) struct RootLock {
    _file: File,
}

impl RootLock {
    /// Makes the folder if it is missing and locks it; `FailedPrecondition` where someone else has it.
    pub(crate) fn acquire(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(fault::of_io)?;
        let file = File::options().create(true).truncate(false).write(true).open(root.join(LOCK_FILE));
        let file = file.map_err(fault::of_io)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                Err(Error::new(ErrorKind::FailedPrecondition, "the index folder is in use")
                    .with_help("stop the other process, or give this one a folder of its own"))
            }
            Err(TryLockError::Error(error)) => Err(fault::of_io(error)),
        }
    }
}

/// Lists the targets that exist, in order. Folders that are no targets are passed over.
pub(crate) fn targets(root: &Path) -> Result<Vec<IndexTarget>> {
    let mut targets = Vec::new();
    for tenant in folder_names(root)? {
        let Ok(tenant) = TenantId::try_new(tenant) else {
            continue;
        };
        for name in folder_names(&root.join(tenant.as_str()))? {
            let (collection, slot) = IndexSlot::split(&name);
            let Ok(collection) = collection.parse() else {
                continue;
            };
            let tenant = tenant.clone();
            let target = IndexTarget { tenant, collection, slot };
            if Folder::of(root, &target).path.join(STATE_FILE).is_file() {
                targets.push(target);
            }
        }
    }
    targets.sort_unstable();
    Ok(targets)
}

fn folder_names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault::of_io)? {
        let entry = entry.map_err(fault::of_io)?;
        let is_folder = entry.file_type().map_err(fault::of_io)?.is_dir();
        if is_folder && let Ok(name) = entry.file_name().into_string() {
            names.push(name);
        }
    }
    Ok(names)
}
