//! What a running process uses, as Linux tells it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Clock ticks of a second in `/proc/<pid>/stat`, the same on every Linux.
const TICKS: f64 = 100.0;

/// Processor time of a process up to now, in user and in system mode (proc(5), fields 14 and 15).
pub(super) fn cpu_seconds(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("unknown form of /proc/<pid>/stat")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u32>);
    Ok(f64::from(ticks.sum::<Result<u32, _>>()?) / TICKS)
}

/// Memory of a process in MB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Memory {
    /// In memory now, with the pages of files that the system may take back.
    pub(super) resident: f64,
    /// In memory now, and nowhere else.
    pub(super) anonymous: f64,
    /// Most that was ever in memory.
    pub(super) most: f64,
}

pub(super) fn memory(process: u32) -> Result<Memory> {
    parse(&fs::read_to_string(format!("/proc/{process}/status"))?)
}

fn parse(status: &str) -> Result<Memory> {
    let megabytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        Ok::<_, anyhow::Error>(
            kibibytes.with_context(|| format!("/proc/<pid>/status has no {name}"))? * 1.024e-3,
        )
    };
    Ok(Memory { resident: megabytes("VmRSS")?, anonymous: megabytes("RssAnon")?, most: megabytes("VmHWM")? })
}

/// Megabytes that a file, or everything in a folder, takes on the disk.
pub(super) fn disk(path: &Path) -> Result<f64> {
    use std::os::unix::fs::MetadataExt as _;

    const BLOCK: f64 = 512e-6;
    let metadata = fs::symlink_metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    if !metadata.is_dir() {
        let blocks = u32::try_from(metadata.blocks()).context("the file is too large to be measured")?;
        return Ok(f64::from(blocks) * BLOCK);
    }
    fs::read_dir(path)?.map(|entry| disk(&entry?.path())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_in_megabytes() {
        let status = "Name:\tx\nVmHWM:\t 3000 kB\nVmRSS:\t 2000 kB\nRssAnon:\t 1000 kB\n";
        let memory = parse(status).unwrap();
        assert_eq!(memory, Memory { resident: 2.048, anonymous: 1.024, most: 3.072 });
        assert!(parse("VmRSS:\t 2000 kB\n").is_err());
    }

    #[test]
    fn folders_take_what_their_files_take() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("a")).unwrap();
        fs::write(dir.path().join("a/b"), vec![1; 100_000]).unwrap();
        let size = disk(dir.path()).unwrap();
        assert!((0.1..0.2).contains(&size), "{size}");
    }
}
