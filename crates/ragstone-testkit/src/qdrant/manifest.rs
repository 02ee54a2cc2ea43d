//! Which folder holds which collection, and what aliases stand for: the file `manifest`, replaced at once.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

const FILE: &str = "manifest";
const COLLECTION: &str = "collection";
const ALIAS: &str = "alias";

/// What the file says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Number of the folder of each collection.
    pub(super) folders: BTreeMap<String, u64>,
    /// Collection that each alias stands for.
    pub(super) aliases: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads the file; nothing where there is none.
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let text = match fs::read_to_string(root.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        let mut manifest = Self::default();
        for line in text.lines() {
            let mut parts = line.split('\t');
            let read = match (parts.next(), parts.next(), parts.next()) {
                (Some(COLLECTION), Some(name), Some(folder)) => folder
                    .parse()
                    .ok()
                    .map(|folder| manifest.folders.insert(name.to_owned(), folder))
                    .is_some(),
                (Some(ALIAS), Some(name), Some(collection)) => {
                    manifest.aliases.insert(name.to_owned(), collection.to_owned());
                    true
                }
                _ => false,
            };
            if !read {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the manifest cannot be read"));
            }
        }
        Ok(manifest)
    }

    /// Replaces the file, durably.
    pub(super) fn write(&self, root: &Path) -> io::Result<()> {
        let folders = self
            .folders
            .iter()
            .map(|(name, folder)| [COLLECTION.to_owned(), name.clone(), folder.to_string()]);
        let aliases = self.aliases.iter().map(|(name, held)| [ALIAS.to_owned(), name.clone(), held.clone()]);
        let lines: Vec<String> = folders.chain(aliases).map(|parts| parts.join("\t") + "\n").collect();
        let text = lines.concat();
        let fresh = root.join("manifest.new");
        let mut file = File::create(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(fresh, root.join(FILE))
    }
}
