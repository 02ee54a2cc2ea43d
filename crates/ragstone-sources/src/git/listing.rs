//! What is said of repositories, commits and the files of commits.

use std::path::PathBuf;

use ragstone_core::metadata::{Metadata, MetadataValue};

use super::discovery::Found;
use crate::entry::{Entry, Skipped};

/// What the chosen commit of a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotInfo {
    /// The repository: its working tree, or its own folder where it has none.
    pub repository: PathBuf,
    /// What all sources of this repository and reference begin with.
    pub prefix: String,
    /// Id of the commit, in hexadecimal.
    pub commit: String,
    /// When it was made by its committer, in seconds since 1970, UTC.
    pub committed_at: i64,
    /// Branch that the reference is, or that `HEAD` stands for.
    pub branch: Option<String>,
    /// Tag that the reference is.
    pub tag: Option<String>,
    /// Where the repository was cloned from, without credentials.
    pub remote: Option<String>,
}

impl SnapshotInfo {
    /// The attributes that documents of this commit are given.
    pub fn metadata(&self) -> Metadata {
        let text = |text: &str| MetadataValue::Text(text.to_owned());
        let repository = self.repository.display().to_string();
        let mut metadata = Metadata::from([
            ("git_commit".to_owned(), text(&self.commit)),
            ("git_commit_time".to_owned(), MetadataValue::Integer(self.committed_at)),
            ("git_repository".to_owned(), MetadataValue::Text(repository)),
        ]);
        let optional = [("git_branch", &self.branch), ("git_remote", &self.remote), ("git_tag", &self.tag)];
        for (key, value) in optional {
            if let Some(value) = value {
                metadata.insert(key.to_owned(), text(value));
            }
        }
        metadata
    }
}

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryFile {
    /// The file.
    pub entry: Entry,
    /// Id of its content, in hexadecimal: the same id is the same content.
    pub blob: String,
}

/// What a commit holds at a path.
#[derive(Debug)]
pub enum Listed {
    /// A file to read.
    File(RepositoryFile),
    /// Something that cannot be a document, and why.
    Skipped(Skipped),
}

/// A repository that was found below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRepository {
    /// Its working tree, or its own folder where it is bare.
    pub path: PathBuf,
    /// What kind of working tree it has.
    pub kind: Found,
    /// Branch that `HEAD` stands for; `None` where it names a commit.
    pub branch: Option<String>,
    /// Commit of `HEAD`; `None` where there is none yet.
    pub commit: Option<String>,
    /// Where it was cloned from, without credentials.
    pub remote: Option<String>,
    /// Files that the commit holds, whatever the rules leave out.
    pub files: u64,
}
