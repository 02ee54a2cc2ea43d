//! Laws of the chunk index.

pub mod access;
pub mod cancellation;
pub mod corpus;
pub mod dense;
pub mod driver;
pub mod durability;
pub mod facets;
pub mod filters;
pub mod lifecycle;
pub mod model;
pub mod operations;
pub mod search;

/// Names of all laws.
pub const LAWS: &[&str] = crate::index_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::index_laws! { compile_laws, (IndexFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! index_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, index,
            search {
                scores_are_those_of_the_formula,
                scores_follow_updates_and_removals,
                scores_do_not_depend_on_the_filter,
                ties_are_ordered_by_chunk_id,
                ties_at_the_limit_keep_the_smallest_ids,
                limit_bounds_the_hits,
                limit_of_nothing_is_refused,
                empty_query_finds_nothing,
                unknown_terms_find_nothing,
                chunks_without_terms_are_counted_but_not_found,
                targets_are_apart,
                search_of_a_missing_target_is_not_found,
            }
            dense {
                exact_searches_find_the_nearest,
                approximate_searches_find_most_of_the_nearest,
                nearest_follow_updates_and_removals,
                filters_hold_inside_the_dense_leg,
                equal_cosines_are_ordered_by_chunk_id,
                chunks_without_a_vector_are_found_by_keyword_alone,
                chunks_without_terms_are_found_by_meaning,
                vectors_that_do_not_fit_are_refused,
                schema_is_part_of_the_state,
            }
            filters {
                filters_mean_what_the_core_says,
                numbers_are_compared_by_value,
                texts_are_compared_exactly,
                missing_fields_hold_only_under_not,
                ranges_keep_their_bounds,
                dates_are_compared_as_instants,
                places_end_at_a_slash,
                globs_stay_in_segments,
                deep_and_long_sources_are_told_apart,
                languages_are_compared_exactly,
                large_lists_of_values_are_honoured,
                deep_filters_are_honoured,
            }
            facets {
                values_are_counted_as_the_core_says,
                documents_count_once_whatever_their_chunks,
                equal_numbers_are_one_value,
                values_of_most_documents_come_first,
                long_texts_are_no_values,
                values_follow_updates_and_removals,
                more_keys_than_an_index_takes_are_counted,
                hidden_documents_have_no_values,
                facets_of_a_missing_target_are_not_found,
                facets_without_a_limit_are_refused,
            }
            access {
                readers_find_what_the_core_says,
                users_groups_and_denials_decide,
                hidden_chunks_take_no_place_of_a_keyword_search,
                hidden_chunks_take_no_place_of_a_dense_search,
                scores_do_not_depend_on_the_reader,
                replaced_access_lists_hold_at_once,
            }
            operations {
                applying_again_changes_nothing,
                replace_ends_the_former_version,
                replace_by_nothing_empties_the_document,
                attributes_are_replaced_too,
                remove_of_a_missing_document_is_fine,
                operations_apply_in_order,
                empty_batch_is_fine,
                large_batch_is_found_at_once,
                count_is_exact,
                apply_to_a_missing_target_is_not_found,
                concurrent_batches_all_land,
            }
            lifecycle {
                target_that_never_was_has_no_state,
                created_target_is_empty_at_checkpoint_zero,
                create_drops_what_was_there,
                flush_moves_the_checkpoint,
                flush_and_count_of_a_missing_target_are_not_found,
                removed_target_is_gone,
                targets_are_listed_in_order,
                slots_of_a_collection_are_apart,
                tenant_of_the_context_is_not_consulted,
                closed_index_is_unavailable,
            }
            cancellation {
                dropped_batches_converge_when_applied_again,
                dropped_searches_disturb_nothing,
            }
            durability {
                flushed_state_survives_reopening,
                unflushed_changes_converge_when_applied_again,
                removed_targets_stay_removed,
            }
        }
    };
}
