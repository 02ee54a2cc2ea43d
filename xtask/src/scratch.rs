//! Where files lie that come and go.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::process;

/// Bytes that the memory must have to spare.
const LEAST: u64 = 6 << 30;

/// The memory where it has room, otherwise the temporary directory.
///
/// Tests make and remove thousands of folders and databases of hundreds of files, which ext4 is slow at: whoever makes a
/// file looks past every inode that was freed in the last seconds. A suite of the index takes 18 seconds in memory, and
/// 185 on a disk.
pub(crate) fn folder() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let mut free = Command::new("df");
    free.args(["--output=avail", "--block-size=1"]).arg(&memory);
    let listed = process::stdout_of(&mut free).unwrap_or_default();
    let free = listed.lines().nth(1).and_then(|bytes| bytes.trim().parse::<u64>().ok());
    if free.is_some_and(|bytes| bytes >= LEAST) { memory } else { env::temp_dir() }
}
