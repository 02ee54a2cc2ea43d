//! Laws of keyed requests, and of the writes that are bound to them.

pub mod begin;
pub mod claims;
pub mod concurrency;
mod driver;
pub mod retention;
pub mod writes;

/// Names of all laws.
pub const LAWS: &[&str] = crate::keys_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::keys_laws! { compile_laws, (KeyFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! keys_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, keys,
            begin {
                new_key_is_claimed,
                answered_request_is_answered_again,
                answer_that_was_too_long_is_told,
                other_request_of_the_key_is_refused,
                keys_belong_to_tenant_principal_and_operation,
                request_under_way_is_not_taken_up,
                same_holder_has_the_same_claim,
                request_of_a_vanished_holder_is_taken_up,
                tenant_has_room_for_so_many_keys,
                tenant_has_room_for_so_many_bytes,
                bad_requests_are_refused,
            }
            claims {
                renewed_claim_goes_on,
                lost_claim_changes_nothing,
                answer_is_kept_once,
                released_request_is_forgotten,
                released_request_that_has_written_is_taken_up,
            }
            retention {
                key_is_free_after_its_retention,
                request_under_way_outlives_its_retention,
                old_requests_are_forgotten,
            }
            writes {
                bound_put_is_made_once,
                bound_put_that_changed_nothing_is_remembered,
                bound_delete_is_made_once,
                bound_restoration_is_made_once,
                bound_purge_is_made_once,
                bound_collection_is_created_once,
                bound_collection_is_deleted_once,
                bound_search_is_saved_once,
                bound_search_is_deleted_once,
                bound_change_of_a_graph_is_made_once,
                bound_retry_is_made_once,
                failed_write_is_not_remembered,
                write_under_a_lost_claim_is_refused,
                unbound_write_is_made_again,
            }
            concurrency {
                one_of_many_claims,
                dropped_write_is_made_once,
                requests_survive_reopening,
            }
        }
    };
}
