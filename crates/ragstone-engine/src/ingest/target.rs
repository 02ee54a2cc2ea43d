//! What the paths of an ingest are taken for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ragstone_core::request::PathReading;
use ragstone_core::{Error, ErrorKind, Result};
use ragstone_sources::{Archive, ArchiveKind, Repository, Snapshot};

use super::{roots, source};

/// One source of documents.
#[derive(Clone, Debug)]
pub(super) enum Target {
    File(PathBuf),
    Folder(PathBuf),
    /// Some places below a folder.
    Places(PathBuf, BTreeSet<PathBuf>),
    Archive(PathBuf),
    Commit(Arc<Snapshot>),
}

/// Which stored documents a target stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The one of this source.
    One(String),
    /// Those whose sources begin so.
    Below(String),
}

impl Target {
    /// Takes paths for what they are, each after every symbolic link and below one of the roots.
    ///
    /// Blocking: opens repositories. Errors: those of the paths, `InvalidArgument` for a place that lies below none of them.
    pub(super) fn all(paths: &[PathBuf], reading: &PathReading, allowed: &[PathBuf]) -> Result<Vec<Self>> {
        let mut targets = Vec::with_capacity(paths.len());
        for path in paths {
            let resolved = roots::admit(path, allowed)?;
            match reading {
                PathReading::All => targets.push(Self::of_path(resolved)),
                PathReading::Places(places) => targets.extend(Self::of_places(path, resolved, places)),
                PathReading::Commit(reference) => {
                    let snapshot = commit(&resolved, reference.as_deref(), allowed)?;
                    targets.push(Self::Commit(Arc::new(snapshot)));
                }
            }
        }
        if let PathReading::Places(places) = reading {
            let is_stray = |place: &&PathBuf| !paths.iter().any(|path| place.starts_with(path));
            if let Some(stray) = places.iter().find(is_stray) {
                return Err(Error::invalid("places", "must lie below one of the paths")
                    .with_context("place", stray.display()));
            }
        }
        Ok(targets)
    }

    fn of_path(path: PathBuf) -> Self {
        if path.is_dir() {
            Self::Folder(path)
        } else if ArchiveKind::of_path(&path).is_some() {
            Self::Archive(path)
        } else {
            Self::File(path)
        }
    }

    /// The part of a path that some places are; all of it where it is one of them, nothing where none lies below it.
    fn of_places(path: &Path, resolved: PathBuf, places: &BTreeSet<PathBuf>) -> Option<Self> {
        let below = places.iter().filter_map(|place| place.strip_prefix(path).ok());
        let below: BTreeSet<PathBuf> = below.map(|inside| resolved.join(inside)).collect();
        if below.is_empty() {
            return None;
        }
        // A path that is joined with nothing ends with a separator, and is the same one all the same.
        Some(match Self::of_path(resolved) {
            Self::Folder(folder) if !below.iter().any(|place| *place == folder) => {
                Self::Places(folder, below)
            }
            whole => whole,
        })
    }

    /// The stored documents that the target stands for.
    pub(super) fn scopes(&self) -> Result<Vec<Scope>> {
        Ok(match self {
            Self::File(path) => vec![Scope::One(source::of_file(path)?.into())],
            Self::Folder(path) => vec![Scope::Below(source::prefix_of_folder(path)?)],
            Self::Places(_, places) => {
                let mut scopes = Vec::with_capacity(2 * places.len());
                for place in places {
                    scopes.push(Scope::One(source::of_file(place)?.into()));
                    scopes.push(Scope::Below(source::prefix_of_folder(place)?));
                }
                scopes
            }
            Self::Archive(path) => vec![Scope::Below(Archive::prefix_of(path)?)],
            Self::Commit(snapshot) => vec![Scope::Below(snapshot.info().prefix.clone())],
        })
    }
}

impl Scope {
    /// What the sources of the documents begin with.
    pub(super) fn prefix(&self) -> &str {
        match self {
            Self::One(source) => source,
            Self::Below(prefix) => prefix,
        }
    }

    /// Whether a source whose beginning is right belongs here.
    pub(super) fn holds(&self, source: &str) -> bool {
        match self {
            Self::One(one) => source == one,
            Self::Below(_) => true,
        }
    }
}

/// Opens a repository, all of whose parts have to lie below the roots: a `.git` file may lead anywhere.
fn commit(path: &Path, reference: Option<&str>, allowed: &[PathBuf]) -> Result<Snapshot> {
    let repository = Repository::open(path)?;
    for part in repository.parts()? {
        roots::admit(&part, allowed).map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied => {
                Error::new(ErrorKind::PermissionDenied, "the repository has parts outside the allowed roots")
                    .with_context("path", path.display())
                    .with_detail(part.display().to_string())
                    .with_help("ask the operator to add the folder of the main repository to `ingest.roots`")
            }
            _ => error,
        })?;
    }
    repository.snapshot(reference)
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;

    fn targets(paths: &[PathBuf], places: &[PathBuf], root: &Path) -> Result<Vec<String>, ErrorKind> {
        let reading = PathReading::Places(places.iter().cloned().collect());
        let targets = Target::all(paths, &reading, &[root.to_owned()]);
        targets
            .map(|targets| targets.iter().map(|target| format!("{target:?}")).collect())
            .map_err(|error| error.kind())
    }

    #[test]
    fn places_choose_parts_of_folders_and_whole_files() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let root = folder.path().canonicalize().expect("is there");
        for name in ["docs/a.md", "notes.zip", "one.md"] {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().expect("has a parent")).expect("creates");
            std::fs::write(path, "").expect("writes");
        }
        let (docs, zip, one) = (root.join("docs"), root.join("notes.zip"), root.join("one.md"));
        let paths = [docs.clone(), zip.clone(), one.clone()];
        let of = |places: &[PathBuf]| targets(&paths, places, &root);
        let gone = docs.join("gone.md");
        assert_eq!(of(slice::from_ref(&gone)), Ok(vec![format!("Places({docs:?}, {{{gone:?}}})")]));
        assert_eq!(of(&[docs.clone(), gone]), Ok(vec![format!("Folder({docs:?})")]));
        assert_eq!(
            of(&[zip.clone(), one.clone()]),
            Ok(vec![format!("Archive({zip:?})"), format!("File({one:?})"),])
        );
        assert_eq!(of(&[root.join("other.md")]), Err(ErrorKind::InvalidArgument));
    }
}
