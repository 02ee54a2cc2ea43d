//! What a write did, as it is kept beside the key that it was bound to.

use crate::collection::Collection;
use crate::document::WriteReceipt;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::GraphEntry;
use crate::id::{JobId, Sequence};
use crate::saved_search::SaveReceipt;

/// What a write did: the answer of its method.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Documents were stored.
    Stored(Vec<WriteReceipt>),
    /// A document or a collection was deleted.
    Deleted(Sequence),
    /// A collection was created.
    Created(Box<Collection>),
    /// A search was saved.
    Saved(SaveReceipt),
    /// A saved search was deleted.
    Dropped,
    /// A dead job was queued again.
    Queued(JobId),
    /// A graph was created, renamed or changed.
    Graphed(Box<GraphEntry>),
}

/// The answer of a write that can be bound to a key.
pub trait BoundAnswer: Sized {
    /// What is kept of it.
    fn to_effect(&self) -> Effect;

    /// The answer that was kept; `Unexpected` where it is that of another write.
    fn of_effect(effect: Effect) -> Result<Self>;
}

macro_rules! bound_answer {
    ($($answer:ty: |$this:ident| $to:expr, $kept:pat => $of:expr;)*) => {
        $(
            impl BoundAnswer for $answer {
                fn to_effect(&self) -> Effect {
                    let $this = self;
                    $to
                }

                fn of_effect(effect: Effect) -> Result<Self> {
                    match effect {
                        $kept => Ok($of),
                        other => Err(of_another_write(&other)),
                    }
                }
            }
        )*
    };
}

bound_answer! {
    Vec<WriteReceipt>: |receipts| Effect::Stored(receipts.clone()), Effect::Stored(receipts) => receipts;
    Sequence: |sequence| Effect::Deleted(*sequence), Effect::Deleted(sequence) => sequence;
    Collection: |collection| Effect::Created(Box::new(collection.clone())),
        Effect::Created(collection) => *collection;
    SaveReceipt: |receipt| Effect::Saved(receipt.clone()), Effect::Saved(receipt) => receipt;
    (): |_unit| Effect::Dropped, Effect::Dropped => ();
    GraphEntry: |entry| Effect::Graphed(Box::new(entry.clone())), Effect::Graphed(entry) => *entry;
    JobId: |job| Effect::Queued(*job), Effect::Queued(job) => job;
}

/// A use case binds one write, and always the same one; anything else is a fault of the engine.
fn of_another_write(effect: &Effect) -> Error {
    Error::new(ErrorKind::Unexpected, "another write is bound to the idempotency key")
        .with_detail(format!("{effect:?}"))
}
