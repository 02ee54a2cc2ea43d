//! A port with layers around it.

use std::fmt;
use std::sync::Arc;

/// A port whose every call goes through `A`.
///
/// Implements each port of the core once: [`ChunkIndex`](ragstone_core::port::ChunkIndex) over
/// `dyn DynChunkIndex`, the ports of the catalog over `dyn DynCatalog`, those of what processes share over
/// `dyn DynCache`, `dyn DynCounters`, `dyn DynLeases` and `dyn DynInvalidations`,
/// [`JobQueue`](ragstone_core::port::JobQueue) and [`UploadStore`](ragstone_core::port::UploadStore) over
/// `dyn DynJobStore`, and those of models over `dyn DynEmbedder`
/// and `dyn DynReranker`.
/// `once` is used for calls that change what they find, own large arguments, or end something;
/// the rest are `repeatable`.
pub struct Layered<P: ?Sized, A> {
    pub(crate) inner: Arc<P>,
    pub(crate) around: A,
}

impl<P: ?Sized, A> Layered<P, A> {
    /// Puts `around` around a port.
    pub const fn new(inner: Arc<P>, around: A) -> Self {
        Self { inner, around }
    }
}

impl<P: ?Sized, A: Clone> Clone for Layered<P, A> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.inner), self.around.clone())
    }
}

impl<P: ?Sized, A: fmt::Debug> fmt::Debug for Layered<P, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layered").field("around", &self.around).finish_non_exhaustive()
    }
}
