//! From the name of a branch, a tag or a commit to the commit itself.

use gix::bstr::ByteSlice as _;
use ragstone_core::{Error, ErrorKind, Result};

use super::repository::unreadable;
use crate::uri;

/// A commit, and what it was named by.
pub(super) struct Selection {
    pub(super) commit: gix::ObjectId,
    pub(super) branch: Option<String>,
    pub(super) tag: Option<String>,
    /// How the reference stands in the names of sources.
    pub(super) query: String,
}

const HEAD: &str = "HEAD";
const BRANCHES: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";

/// Finds a reference as git does, `HEAD` by default: by its name, then as an id or the beginning of one.
pub(super) fn select(repository: &gix::Repository, reference: Option<&str>) -> Result<Selection> {
    let reference = reference.unwrap_or(HEAD);
    if reference == HEAD {
        return head(repository);
    }
    if let Ok(Some(found)) = repository.try_find_reference(reference) {
        return named(found);
    }
    let id = id_of(repository, reference)?.ok_or_else(|| unknown(reference))?;
    let commit = commit_of(repository, id, reference)?;
    Ok(Selection { commit, branch: None, tag: None, query: format!("commit={commit}") })
}

fn head(repository: &gix::Repository) -> Result<Selection> {
    let branch = repository.head_name().map_err(unreadable)?;
    let commit = repository.head_commit().map_err(|error| {
        Error::new(ErrorKind::NotFound, "the repository has no commit yet")
            .with_context("path", repository.path().display())
            .with_detail(error.to_string())
    })?;
    let branch = branch.map(|name| name.shorten().to_str_lossy().into_owned());
    Ok(Selection { commit: commit.id, branch, tag: None, query: format!("ref={HEAD}") })
}

fn named(mut reference: gix::Reference<'_>) -> Result<Selection> {
    let name = reference.name().as_bstr().to_str_lossy().into_owned();
    let commit = reference.peel_to_commit().map_err(|error| {
        Error::invalid("reference", "does not name a commit")
            .with_context("reference", &name)
            .with_detail(error.to_string())
    })?;
    let (branch, tag) = (name.strip_prefix(BRANCHES), name.strip_prefix(TAGS));
    let (key, value) = match (branch, tag) {
        (Some(branch), _) => ("branch", branch),
        (_, Some(tag)) => ("tag", tag),
        _ => ("ref", &*name),
    };
    let query = format!("{key}={}", uri::escaped(value.as_bytes()));
    let owned = |name: Option<&str>| name.map(ToOwned::to_owned);
    Ok(Selection { commit: commit.id, branch: owned(branch), tag: owned(tag), query })
}

/// The object that an id, or its first digits, stand for.
fn id_of(repository: &gix::Repository, text: &str) -> Result<Option<gix::ObjectId>> {
    if let Ok(id) = gix::ObjectId::from_hex(text.as_bytes()) {
        return Ok(repository.has_object(id).then_some(id));
    }
    let Ok(prefix) = gix::hash::Prefix::from_hex(text) else { return Ok(None) };
    match repository.objects.lookup_prefix(prefix, None).map_err(unreadable)? {
        None => Ok(None),
        Some(Ok(id)) => Ok(Some(id)),
        Some(Err(())) => Err(Error::invalid("reference", "begins the ids of several objects")
            .with_context("reference", text)
            .with_help("give more digits of the id")),
    }
}

fn commit_of(repository: &gix::Repository, id: gix::ObjectId, reference: &str) -> Result<gix::ObjectId> {
    let object = repository.find_object(id).map_err(unreadable)?;
    let commit = object.peel_to_commit().map_err(|error| {
        Error::invalid("reference", "does not name a commit")
            .with_context("reference", reference)
            .with_detail(error.to_string())
    })?;
    Ok(commit.id)
}

fn unknown(reference: &str) -> Error {
    Error::new(ErrorKind::NotFound, "the repository has no such branch, tag or commit")
        .with_context("reference", reference)
        .with_help("`git branch` and `git tag` list the names; references of others have to be fetched first")
}
