//! Archives of files, read member by member: nothing is ever unpacked to disk.
//!
//! An archive is read twice. The first pass unpacks everything into nothing and proves that it is whole and within its
//! limits; the second gives out what it holds. So an archive that is a trap is refused before anything of it is known.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ragstone_core::{Error, ErrorKind, Result, SourceUri};

use self::meter::Meter;
use self::name::{Verdict, verdict};
use crate::entry::{Entry, Skipped};
use crate::uri;

mod meter;
mod name;
#[cfg(not(feature = "archive"))]
#[path = "archive/absent.rs"]
mod reading;
#[cfg(feature = "archive")]
mod reading;

/// How an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveKind {
    /// `.zip`.
    Zip,
    /// `.tar`.
    Tar,
    /// `.tar.gz` or `.tgz`.
    TarGz,
}

impl ArchiveKind {
    /// The kind that a file name stands for; `None` for any other, documents that are packed like archives among them.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let ends = |end: &str| name.len() > end.len() && name.ends_with(end);
        if ends(".zip") {
            Some(Self::Zip)
        } else if ends(".tar") {
            Some(Self::Tar)
        } else if ends(".tar.gz") || ends(".tgz") {
            Some(Self::TarGz)
        } else {
            None
        }
    }

    /// The kind of a path by its last part.
    pub fn of_path(path: &Path) -> Option<Self> {
        Self::of_name(&path.file_name()?.to_string_lossy())
    }

    const fn scheme(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Tar | Self::TarGz => "tar",
        }
    }
}

/// What an archive may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Most members, folders among them.
    pub members: usize,
    /// Most bytes of all members, unpacked.
    pub unpacked_bytes: u64,
    /// Most bytes that are unpacked from each byte of the archive, beyond the first [`ArchiveLimits::FREE_BYTES`].
    pub ratio: u64,
    /// Larger members are left out.
    pub member_bytes: u64,
}

impl ArchiveLimits {
    /// Bytes that may be unpacked whatever the ratio, since small archives of repetitive files are harmless.
    pub const FREE_BYTES: u64 = 16 << 20;

    /// Bytes that an archive of a length may hold.
    fn allowance(&self, packed: u64) -> u64 {
        packed.saturating_mul(self.ratio).saturating_add(Self::FREE_BYTES).min(self.unpacked_bytes)
    }
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self { members: 100_000, unpacked_bytes: 4 << 30, ratio: 100, member_bytes: 64 << 20 }
    }
}

/// An archive that was read once from end to end, and is within its limits.
pub struct Archive {
    path: PathBuf,
    kind: ArchiveKind,
    prefix: String,
    file: File,
    packed: u64,
    limits: ArchiveLimits,
    /// How often each name occurs.
    names: HashMap<String, u32>,
}

/// A member as it is met.
struct Member<'a> {
    /// Its name, with slashes; bytes that are no Unicode are replaced, and make the name no name.
    name: String,
    is_unicode: bool,
    kind: MemberKind,
    content: &'a mut dyn std::io::Read,
}

enum MemberKind {
    File,
    Folder,
    /// A link, a device or another thing without content.
    Other,
    /// Content that cannot be read, and why.
    Sealed(&'static str),
}

/// What is made of each member.
type Visitor<'a> = dyn FnMut(Member<'_>) -> Result<ControlFlow<()>> + 'a;

impl Archive {
    /// Opens an archive and reads it to its end, which unpacks everything once. Blocking.
    ///
    /// Errors: `TooLarge` where it holds more than the limits allow, which is what bombs do; `InvalidArgument` where it is
    /// damaged or no archive at all; `Unsupported` without the feature `archive`; `NotFound` and `PermissionDenied`.
    pub fn open(path: &Path, limits: ArchiveLimits) -> Result<Self> {
        let kind = kind_of(path)?;
        let prefix = Self::prefix_of(path)?;
        let file = File::open(path).map_err(|source| unopened(path, source))?;
        let packed = file.metadata().map_err(|source| unopened(path, source))?.len();
        if packed == 0 {
            // A tar file that ends early looks whole; one that is still to be written must not empty a collection.
            return Err(damaged("it is empty").with_context("archive", path.display()));
        }
        let names = HashMap::new();
        let mut archive = Self { path: path.to_owned(), kind, prefix, file, packed, limits, names };
        archive.prove()?;
        Ok(archive)
    }

    /// What the sources of all members of an archive begin with, which need not be there.
    ///
    /// `InvalidArgument` for a path that is not absolute or has no name of an archive.
    pub fn prefix_of(path: &Path) -> Result<String> {
        Ok(format!("{}/", uri::of_path(kind_of(path)?.scheme(), path)?))
    }

    /// Length of the archive itself, in bytes.
    pub const fn packed_bytes(&self) -> u64 {
        self.packed
    }

    /// Visits the members in the order of the archive until the visitor breaks off. Blocking.
    ///
    /// Folders and hidden files are left out silently. Whatever else cannot be a document is visited as skipped: names that
    /// lead out of the archive, that are absolute, or that occur more than once, since readers differ in which one
    /// counts; links, archives inside the archive, members above the limit, and sealed ones. Errors: as [`open`](Self::open)
    /// where the archive has changed since.
    pub fn read(&self, visit: &mut dyn FnMut(Read) -> ControlFlow<()>) -> Result<()> {
        self.each(&mut |member| {
            let name = match verdict(&member.name, member.is_unicode, &member.kind) {
                Verdict::Silent => return Ok(ControlFlow::Continue(())),
                Verdict::Refused(name, reason) => {
                    return Ok(visit(Read::Skipped(self.skipped(&name, reason))));
                }
                Verdict::File(name) => name,
            };
            if self.names.get(&name).is_none_or(|times| *times > 1) {
                let reason =
                    Error::new(ErrorKind::InvalidArgument, "the archive holds the name more than once")
                        .with_help("pack the archive anew");
                return Ok(visit(Read::Skipped(self.skipped(&name, reason))));
            }
            let source = match self.source(&name) {
                Ok(source) => source,
                Err(reason) => return Ok(visit(Read::Skipped(self.skipped(&name, reason)))),
            };
            let limit = self.limits.member_bytes;
            let Some(bytes) = Meter::content(member.content, limit)? else {
                let reason = Error::new(ErrorKind::TooLarge, "the member is larger than its limit")
                    .with_context("limit", limit)
                    .with_help("raise `ingest.max_file_bytes`");
                return Ok(visit(Read::Skipped(self.skipped(&name, reason))));
            };
            let (path, len) = (self.path.join(&name), bytes.len() as u64);
            Ok(visit(Read::Member(Entry { source, path, len }, bytes)))
        })
    }

    /// Reads everything once, and counts the names.
    fn prove(&mut self) -> Result<()> {
        let mut names: HashMap<String, u32> = HashMap::new();
        self.each(&mut |member| {
            if let Verdict::File(name) = verdict(&member.name, member.is_unicode, &member.kind) {
                *names.entry(name).or_default() += 1;
            }
            if !matches!(member.kind, MemberKind::Sealed(_)) {
                Meter::nothing(member.content)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        self.names = names;
        Ok(())
    }

    fn each(&self, visit: &mut Visitor<'_>) -> Result<()> {
        let meter = Meter::new(self.limits.allowance(self.packed));
        let most = self.limits.members;
        let mut members = 0;
        let mut counted = |member: Member<'_>| {
            members += 1;
            if members > most {
                return Err(Error::new(ErrorKind::TooLarge, "the archive has too many members")
                    .with_context("limit", most));
            }
            visit(member)
        };
        let outcome = reading::each(self.kind, &self.file, &meter, &mut counted);
        outcome.map_err(|error| error.with_context("archive", self.path.display()))
    }

    fn source(&self, name: &str) -> Result<SourceUri> {
        SourceUri::try_new(format!("{}{}", self.prefix, uri::escaped_path(name.as_bytes())))
    }

    fn skipped(&self, name: &str, reason: Error) -> Skipped {
        Skipped { source: self.source(name).ok(), path: self.path.join(name.trim_start_matches('/')), reason }
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive").field("path", &self.path).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// What an archive holds.
#[derive(Debug)]
pub enum Read {
    /// A file with its content.
    Member(Entry, Vec<u8>),
    /// Something that cannot be a document, and why.
    Skipped(Skipped),
}

fn kind_of(path: &Path) -> Result<ArchiveKind> {
    ArchiveKind::of_path(path).ok_or_else(|| {
        Error::invalid("path", "must be that of a .zip, .tar, .tar.gz or .tgz file")
            .with_context("path", path.display())
    })
}

/// A damaged archive, or what is none.
fn damaged(detail: impl fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidArgument, "the archive is damaged, or no archive of this kind")
        .with_detail(detail.to_string())
        .with_help("test it with the program that packed it")
}

/// More than the limits allow.
fn too_much(limit: u64) -> Error {
    Error::new(ErrorKind::TooLarge, "the archive unpacks to more than it may")
        .with_context("limit", limit)
        .with_help("split the archive, or ingest the unpacked folder")
}

fn unopened(path: &Path, source: std::io::Error) -> Error {
    let (kind, message) = match source.kind() {
        std::io::ErrorKind::NotFound => (ErrorKind::NotFound, "cannot find the archive"),
        std::io::ErrorKind::PermissionDenied => (ErrorKind::PermissionDenied, "the archive may not be read"),
        _ => (ErrorKind::InvalidArgument, "cannot read the archive"),
    };
    Error::new(kind, message).with_context("archive", path.display()).with_source(source)
}
