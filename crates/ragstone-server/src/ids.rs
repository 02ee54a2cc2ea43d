//! Fresh ids of a running server.

use ragstone_core::IdSource;
use uuid::Uuid;

/// Time-ordered random ids (UUID version 7, RFC 9562 §5.7).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TimeOrderedIds;

impl IdSource for TimeOrderedIds {
    fn fresh(&self) -> Uuid {
        Uuid::now_v7()
    }
}
