//! Named graphs as a store keeps them: an entry, and a log of parts that only the engine reads.

use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::id::{GraphId, GraphName, TenantId};

/// Most graphs of a tenant.
pub const MAX_GRAPHS: u32 = 1000;
/// Longest description in bytes.
pub const MAX_DESCRIPTION_LEN: usize = 1024;
/// Longest part in bytes.
pub const MAX_PART_LEN: usize = 8 * 1024 * 1024;
/// Longest mark in bytes.
pub const MAX_MARK_LEN: usize = 1024;
/// Most parts that one call reads.
pub const MAX_PARTS_READ: u32 = 16;

/// How often a graph has changed since it was created; never goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GraphVersion(pub u64);

/// What edges a graph may have; fixed when it is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GraphKind {
    /// Edges lead from source to target.
    pub is_directed: bool,
    /// Several edges may join the same two nodes.
    pub is_multigraph: bool,
}

/// A graph to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGraph {
    /// Fresh id.
    pub id: GraphId,
    /// Name, unique within the tenant.
    pub name: GraphName,
    /// What it is about; at most [`MAX_DESCRIPTION_LEN`] bytes.
    pub description: String,
    /// What edges it may have.
    pub kind: GraphKind,
    /// What it holds from the start, at version 1; nothing, at version 0, where `None`.
    pub content: Option<NewContent>,
}

/// What a graph holds from the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewContent {
    /// Parts of a snapshot, each 1 byte to [`MAX_PART_LEN`].
    pub parts: Vec<Vec<u8>>,
    /// Nodes that there are with them.
    pub nodes: u64,
    /// Edges that there are with them.
    pub edges: u64,
}

impl NewGraph {
    /// Checks the description and the content; every store refuses what fails here.
    pub fn check(&self) -> Result<()> {
        if let Some(content) = &self.content {
            check_snapshot(&content.parts)?;
        }
        if self.description.len() > MAX_DESCRIPTION_LEN {
            return Err(Error::invalid(
                "description",
                format!("must have at most {MAX_DESCRIPTION_LEN} bytes"),
            ));
        }
        if self.description.contains('\0') {
            return Err(Error::invalid("description", "must not contain NUL characters"));
        }
        Ok(())
    }
}

/// A graph as a listing tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphEntry {
    /// Identity.
    pub id: GraphId,
    /// Owner.
    pub tenant: TenantId,
    /// Name, unique within the tenant.
    pub name: GraphName,
    /// What it is about.
    pub description: String,
    /// What edges it may have.
    pub kind: GraphKind,
    /// How often it has changed.
    pub version: GraphVersion,
    /// Number of nodes.
    pub nodes: u64,
    /// Number of edges.
    pub edges: u64,
    /// Bytes of its parts.
    pub log_len: u64,
    /// What the last part with a mark said.
    pub mark: Option<String>,
    /// Name of the principal who created it.
    pub created_by: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl GraphEntry {
    /// A graph that was just created.
    pub fn new(tenant: TenantId, created_by: String, new: &NewGraph, now: Timestamp) -> Self {
        let content = new.content.as_ref();
        let parts = content.map(|content| content.parts.as_slice()).unwrap_or_default();
        Self {
            id: new.id,
            tenant,
            name: new.name.clone(),
            description: new.description.clone(),
            kind: new.kind,
            version: GraphVersion(u64::from(content.is_some())),
            nodes: content.map_or(0, |content| content.nodes),
            edges: content.map_or(0, |content| content.edges),
            log_len: parts.iter().map(|part| part.len() as u64).sum(),
            mark: None,
            created_by,
            created_at: now,
            updated_at: now,
        }
    }

    /// What the entry says after a part was appended; `Conflict` where the graph is not at `base`.
    pub fn appended(mut self, base: GraphVersion, part: &NewPart, now: Timestamp) -> Result<Self> {
        if self.version != base {
            return Err(changed(self.version, base));
        }
        self.version = GraphVersion(base.0.saturating_add(1));
        (self.nodes, self.edges) = (part.nodes, part.edges);
        self.log_len = self.log_len.saturating_add(part.bytes.len() as u64);
        if part.mark.is_some() {
            self.mark.clone_from(&part.mark);
        }
        self.updated_at = self.updated_at.max(now);
        Ok(self)
    }
}

/// A change to append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPart {
    /// The change, in a form that only the engine reads; 1 byte to [`MAX_PART_LEN`].
    pub bytes: Vec<u8>,
    /// Nodes that there are with it.
    pub nodes: u64,
    /// Edges that there are with it.
    pub edges: u64,
    /// How far who writes has come, kept in the entry; at most [`MAX_MARK_LEN`] bytes. None leaves the last one.
    pub mark: Option<String>,
}

impl NewPart {
    /// Checks lengths; every store refuses what fails here.
    pub fn check(&self) -> Result<()> {
        check_bytes(&self.bytes)?;
        let is_fine = |mark: &String| mark.len() <= MAX_MARK_LEN && !mark.contains('\0');
        if self.mark.as_ref().is_none_or(is_fine) {
            return Ok(());
        }
        Err(Error::invalid("mark", format!("must have at most {MAX_MARK_LEN} bytes and no NUL character")))
    }
}

/// Checks the parts of a snapshot; every store refuses what fails here.
pub fn check_snapshot(parts: &[Vec<u8>]) -> Result<()> {
    if parts.is_empty() {
        return Err(Error::invalid("snapshot", "must have a part"));
    }
    parts.iter().try_for_each(|part| check_bytes(part))
}

/// Checks that a snapshot is of a version that is there and that no later snapshot stands for; every store refuses what fails
/// here.
pub fn check_through(
    version: GraphVersion,
    last_snapshot: Option<GraphVersion>,
    through: GraphVersion,
) -> Result<()> {
    if through <= version && last_snapshot.is_none_or(|last| last <= through) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::FailedPrecondition, "the snapshot is of a version that cannot be replaced")
        .with_context("version", through.0))
}

/// Checks how many parts one call may read: 1 to [`MAX_PARTS_READ`].
pub fn check_limit(limit: u32) -> Result<u32> {
    if (1..=MAX_PARTS_READ).contains(&limit) {
        return Ok(limit);
    }
    Err(Error::invalid("limit", format!("must be from 1 to {MAX_PARTS_READ}")))
}

fn check_bytes(bytes: &[u8]) -> Result<()> {
    if bytes.is_empty() {
        return Err(Error::invalid("part", "must not be empty"));
    }
    if bytes.len() > MAX_PART_LEN {
        return Err(Error::new(
            ErrorKind::TooLarge,
            format!("a part is longer than the {MAX_PART_LEN} bytes that are kept"),
        ));
    }
    Ok(())
}

/// Where a part lies in the log of a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartPlace {
    /// The version that the graph has with it.
    pub version: GraphVersion,
    /// Number within a snapshot, from 0; 0 for a change.
    pub block: u32,
}

/// A part as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPart {
    /// Where it lies.
    pub place: PartPlace,
    /// Whether it is of a snapshot, which stands for everything before it.
    pub is_snapshot: bool,
    /// What was appended.
    pub bytes: Vec<u8>,
}

/// The error for a change to a version that is not the last one.
pub fn changed(found: GraphVersion, expected: GraphVersion) -> Error {
    Error::new(ErrorKind::Conflict, "the graph has changed meanwhile")
        .with_context("version", found.0)
        .with_context("expected", expected.0)
        .with_help("read the graph again, then repeat the change")
}

/// The error for a graph that is not there.
pub fn not_found(graph: &impl ToString) -> Error {
    Error::new(ErrorKind::NotFound, "there is no such graph")
        .with_context("graph", graph.to_string())
        .with_help("list the graphs, or create this one first")
}

/// The error for a name that another graph has.
pub fn exists(name: &GraphName) -> Error {
    Error::new(ErrorKind::AlreadyExists, "a graph of this name exists")
        .with_context("graph", name)
        .with_help("choose another name, or delete or rename the graph that has it")
}

/// The error for a graph that would be one too many.
pub fn too_many() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the tenant has as many graphs as it may have")
        .with_context("most", MAX_GRAPHS)
        .with_help("delete a graph that is not used any more")
}
