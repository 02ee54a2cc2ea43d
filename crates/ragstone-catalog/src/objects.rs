//! The catalog as objects of its ports.

use std::sync::Arc;

use ragstone_core::port::{DynCatalog, DynJobStore, DynLeases};

use crate::catalog::Catalog;

/// Makes the objects in this crate. A crate that makes one by itself compiles the whole catalog for its database once
/// more, which takes minutes; for the same reason none of these may be inlined.
macro_rules! make_objects {
    ($($feature:literal: $database:ty,)*) => {
        $(
            #[cfg(feature = $feature)]
            impl Catalog<$database> {
                /// The system of record. Costs a pointer.
                #[inline(never)]
                pub fn ports(self: &Arc<Self>) -> Arc<dyn DynCatalog> {
                    Arc::clone(self) as _
                }

                /// The queue of jobs and what is uploaded for them. Costs a pointer.
                #[inline(never)]
                pub fn job_store(self: &Arc<Self>) -> Arc<dyn DynJobStore> {
                    Arc::clone(self) as _
                }

                /// Leases by the clock of the database. Costs a pointer.
                #[inline(never)]
                pub fn leases(self: &Arc<Self>) -> Arc<dyn DynLeases> {
                    Arc::clone(self) as _
                }
            }
        )*
    };
}

make_objects! {
    "sqlite": crate::sqlite::Sqlite,
    "postgres": crate::postgres::Postgres,
}
