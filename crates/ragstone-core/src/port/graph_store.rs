//! Named graphs.

use std::future::Future;

use super::dyn_twin;
use crate::context::CallContext;
use crate::error::Result;
use crate::graph::{GraphEntry, GraphVersion, NewGraph, NewPart, PartPlace, StoredPart};
use crate::id::{GraphId, GraphName};
use crate::page::{Page, PageRequest};

/// Graphs of a tenant, each a log of parts.
///
/// The store keeps parts in order and looks into none: a change is a part, and a snapshot of a few parts may take the place
/// of all changes up to a version. Nothing of it takes a place in the change feed of documents.
pub trait GraphStore: Send + Sync + 'static {
    /// Creates a graph, durably: an empty one at version 0, or one at version 1 whose content is a snapshot of that version.
    ///
    /// A name that a graph of the tenant has is `AlreadyExists`; one graph more than
    /// [`MAX_GRAPHS`](crate::graph::MAX_GRAPHS) is `FailedPrecondition`, however many are created at once. Can be bound
    /// to a key.
    fn create_graph(
        &self,
        ctx: &CallContext,
        new: NewGraph,
    ) -> impl Future<Output = Result<GraphEntry>> + Send;

    /// Finds a graph; a missing one is `NotFound`.
    fn graph(&self, ctx: &CallContext, name: &GraphName) -> impl Future<Output = Result<GraphEntry>> + Send;

    /// Lists graphs by name. An `after` key need not exist.
    fn graphs(
        &self,
        ctx: &CallContext,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<GraphEntry>>> + Send;

    /// Gives a graph another name, durably. Its version stays.
    ///
    /// A name that another graph has is `AlreadyExists`; a missing graph is `NotFound`; its own name changes nothing. Can be
    /// bound to a key.
    fn rename_graph(
        &self,
        ctx: &CallContext,
        name: &GraphName,
        to: &GraphName,
    ) -> impl Future<Output = Result<GraphEntry>> + Send;

    /// Deletes a graph with all its parts, durably; a missing one is `NotFound`. Can be bound to a key.
    fn delete_graph(&self, ctx: &CallContext, name: &GraphName) -> impl Future<Output = Result<()>> + Send;

    /// Appends a change to a graph that is at version `base`, durably, which makes it one version newer.
    ///
    /// A graph at another version is `Conflict`, so that of two that change the same version one does; a missing one is
    /// `NotFound`. On an error nothing is stored, except that after `DeadlineExceeded`, `Cancelled` or `Unavailable`, or
    /// a dropped future, the part may be stored as a whole. Can be bound to a key.
    fn append_to_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        base: GraphVersion,
        part: NewPart,
    ) -> impl Future<Output = Result<GraphEntry>> + Send;

    /// Reads up to `limit` parts behind a place, in order; 1 to [`MAX_PARTS_READ`](crate::graph::MAX_PARTS_READ).
    ///
    /// None where there are no more. The first part of a snapshot says that everything before it is to be forgotten: the log
    /// may have been compacted since the place was read. A missing graph is `NotFound`.
    fn graph_parts(
        &self,
        ctx: &CallContext,
        id: GraphId,
        after: Option<PartPlace>,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<StoredPart>>> + Send;

    /// Puts a snapshot in the place of all parts up to version `through`, durably and in one step.
    ///
    /// Later parts stay, and so do version and times. A version that the graph has not reached, or that lies before the last
    /// snapshot, is `FailedPrecondition`; a missing graph is `NotFound`.
    fn compact_graph(
        &self,
        ctx: &CallContext,
        id: GraphId,
        through: GraphVersion,
        snapshot: Vec<Vec<u8>>,
    ) -> impl Future<Output = Result<()>> + Send;
}

dyn_twin! {
    /// Object-safe twin of [`GraphStore`].
    pub trait DynGraphStore for GraphStore {
        async fn create_graph<'a>(ctx: &'a CallContext, new: NewGraph) -> GraphEntry;
        async fn graph<'a>(ctx: &'a CallContext, name: &'a GraphName) -> GraphEntry;
        async fn graphs<'a>(ctx: &'a CallContext, page: &'a PageRequest) -> Page<GraphEntry>;
        async fn rename_graph<'a>(ctx: &'a CallContext, name: &'a GraphName, to: &'a GraphName) -> GraphEntry;
        async fn delete_graph<'a>(ctx: &'a CallContext, name: &'a GraphName) -> ();
        async fn append_to_graph<'a>(
            ctx: &'a CallContext,
            id: GraphId,
            base: GraphVersion,
            part: NewPart,
        ) -> GraphEntry;
        async fn graph_parts<'a>(
            ctx: &'a CallContext,
            id: GraphId,
            after: Option<PartPlace>,
            limit: u32,
        ) -> Vec<StoredPart>;
        async fn compact_graph<'a>(
            ctx: &'a CallContext,
            id: GraphId,
            through: GraphVersion,
            snapshot: Vec<Vec<u8>>,
        ) -> ();
    }
}
