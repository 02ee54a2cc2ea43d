//! Laws of the cache.

pub mod cancellation;
pub mod entries;
pub mod expiry;

/// Names of all laws.
pub const LAWS: &[&str] = crate::cache_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::cache_laws! { compile_laws, (CacheFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! cache_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, cache,
            entries {
                entry_that_was_put_is_found,
                missing_entry_is_none,
                entry_is_put_over,
                removed_entry_is_gone,
                keys_are_apart,
                any_bytes_are_kept,
                large_values_are_kept_or_refused,
                tenant_of_the_context_is_not_consulted,
            }
            expiry {
                entry_is_gone_after_its_time,
                putting_over_renews_the_time,
                bad_times_are_refused,
            }
            cancellation {
                dropped_put_leaves_the_old_or_the_new_entry,
                dropped_calls_never_answer_others,
            }
        }
    };
}

/// A key of the first tenant.
pub(crate) fn key(name: &str) -> ragstone_core::cache::CacheKey {
    tenant_key("first", name)
}

/// A key of a tenant.
pub(crate) fn tenant_key(tenant: &str, name: &str) -> ragstone_core::cache::CacheKey {
    let tenant = ragstone_core::TenantId::try_new(tenant).expect("is a tenant");
    ragstone_core::cache::CacheKey::new("conformance", tenant, &[name.as_bytes()])
}
