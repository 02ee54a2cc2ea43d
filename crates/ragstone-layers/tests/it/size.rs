//! What a call through the layers costs in memory.

use std::sync::Arc;

use ragstone_core::CallContext;
use ragstone_core::memory::MemoryIndex;
use ragstone_core::port::{self, ChunkIndex as _};
use ragstone_layers::Layered;

use crate::bench;

/// A call through all layers is one future of a few kilobytes: each layer holds the next one once.
#[tokio::test(start_paused = true)]
async fn a_call_through_all_layers_stays_small() {
    let inner = Arc::new(MemoryIndex::new());
    let index = Layered::new(inner as Arc<dyn port::DynChunkIndex>, bench::stack(&bench::backend()).calls());
    let (ctx, target, query) = (CallContext::system(), bench::target(), bench::query(1));
    let (read, write) = (index.search(&ctx, &query), index.apply(&ctx, &target, Vec::new()));
    let (read_size, write_size) = (size_of_val(&read), size_of_val(&write));
    println!("a read takes {read_size} bytes, a write {write_size}");
    assert!(read_size <= 8192 && write_size <= 8192, "{read_size}, {write_size}");
    assert!(read.await.is_err() && write.await.is_err());
}
