//! Real files as seeds: those of some extensions in the folder of test data, gathered below `target`.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::target::Target;
use crate::workspace::Workspace;

/// Most real files of one target; the smallest are taken, because they run fastest.
const MOST: usize = 200;

/// Writes the real files of a target into a folder of their own, which is made anew; none where there is no test data.
pub(super) fn gather(workspace: &Workspace, target: &Target, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let Some(data) = workspace.test_data().filter(|_| !target.real.is_empty()) else { return Ok(()) };
    let mut files = Vec::new();
    find(&data, target, &mut files)?;
    files.sort();
    for (at, (_, path)) in files.iter().take(MOST).enumerate() {
        let mut bytes = Vec::new();
        if target.is_named {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            bytes.extend_from_slice(format!("{name}\n").as_bytes());
        }
        bytes.extend(fs::read(path).with_context(|| format!("cannot read {}", path.display()))?);
        fs::write(folder.join(at.to_string()), bytes).context("cannot write a seed")?;
    }
    Ok(())
}

/// Finds files with their lengths.
fn find(folder: &Path, target: &Target, files: &mut Vec<(u64, PathBuf)>) -> Result<()> {
    let extensions: HashSet<&str> = target.real.iter().map(String::as_str).collect();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let (path, length) = {
                let entry = entry?;
                (entry.path(), entry.metadata()?.len())
            };
            let is_wanted = path.extension().is_some_and(|end| extensions.contains(&*end.to_string_lossy()));
            if path.is_dir() {
                folders.push(path);
            } else if is_wanted && length > 0 && length <= target.max_bytes as u64 {
                files.push((length, path));
            }
        }
    }
    Ok(())
}
