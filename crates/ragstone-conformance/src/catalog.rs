//! Laws of the system of record.

pub mod access;
pub mod cancellation;
pub mod changes;
pub mod collections;
pub mod concurrency;
pub mod content;
pub mod duplicates;
pub mod durability;
pub mod embeddings;
pub mod generations;
pub mod graphs;
pub mod history;
pub mod listings;
pub mod projections;
pub mod saved_searches;
pub mod tenancy;
pub mod words;
pub mod writes;

/// Names of all laws.
pub const LAWS: &[&str] = crate::catalog_laws!(name_laws, ());

/// The laws behind one type of future.
pub mod compiled {
    crate::catalog_laws! { compile_laws, (CatalogFixture) }
}

#[doc(hidden)]
#[macro_export]
macro_rules! catalog_laws {
    ($callback:ident, $stamp:tt) => {
        $crate::$callback! { $stamp, catalog,
            collections {
                created_collection_is_found,
                live_name_is_taken,
                bad_collections_are_refused,
                missing_collection_is_not_found,
                collections_are_listed_by_name_in_pages,
                deleted_collection_is_invisible_at_once,
                deleted_name_is_free_for_another_collection,
                statistics_follow_every_write,
                metadata_keys_only_grow,
            }
            writes {
                put_stores_what_was_given,
                update_raises_the_version_and_keeps_the_creation,
                every_part_that_counts_makes_a_version,
                unchanged_draft_writes_nothing,
                receipts_come_in_order,
                source_twice_in_a_batch_is_refused,
                failed_batch_stores_nothing,
                bad_drafts_are_refused,
                empty_batch_is_fine,
                put_into_a_missing_collection_is_not_found,
                delete_removes_the_document,
                delete_of_a_missing_document_is_not_found,
                delete_at_another_version_is_a_conflict,
                created_again_has_a_greater_version,
            }
            content {
                missing_document_is_not_found,
                text_is_kept_byte_for_byte,
                text_is_read_at_character_boundaries_only,
                content_is_one_version,
                many_documents_are_read_in_parts,
                passages_come_in_the_order_asked,
                passages_of_former_versions_are_left_out,
                many_passages_are_read_at_once,
            }
            listings {
                documents_are_listed_by_source_in_pages,
                listing_of_a_missing_collection_is_not_found,
                listing_is_stable_while_documents_come,
                source_states_tell_digest_and_recipe,
                stamp_stays_with_the_content,
                source_prefix_is_literal,
                source_states_come_in_pages,
            }
            history {
                earlier_version_is_read_as_it_was,
                versions_are_listed_from_the_newest,
                only_so_many_versions_are_kept,
                deleted_documents_are_listed,
                restored_version_is_a_new_one,
                deleted_document_is_restored,
                restoring_says_what_it_did,
                restoring_leaves_who_may_read,
                versions_are_read_by_whom_both_lists_admit,
                purged_document_is_gone_for_good,
                purge_at_another_version_is_a_conflict,
                versions_are_forgotten_by_age,
                versions_belong_to_their_tenant,
                versions_end_with_their_collection,
                versions_survive_reopening,
            }
            embeddings {
                vectors_are_found_by_text,
                many_vectors_are_kept_at_once,
                vectors_are_replaced_as_a_whole,
                vectors_are_a_change_of_their_document,
                vectors_of_another_version_are_not_stored,
                vectors_end_with_their_document,
                vectors_stay_with_a_document_of_the_same_content,
                vectors_belong_to_their_tenant,
            }
            duplicates {
                signatures_are_those_of_the_current_version,
                many_signatures_are_asked_for_at_once,
                signatures_are_listed_by_source,
                hidden_documents_have_no_signatures,
                signatures_belong_to_their_tenant_and_collection,
                signatures_end_with_their_collection,
            }
            words {
                words_are_kept_once,
                words_are_listed_in_pages,
                many_words_are_added_at_once,
                open_words_stay_open,
                forgotten_words_are_gone,
                words_that_are_none_are_refused,
                words_belong_to_their_tenant,
                words_end_with_their_collection,
            }
            saved_searches {
                saved_search_is_found,
                saving_again_replaces_and_keeps_the_creation,
                saved_searches_are_listed_by_name_in_pages,
                missing_saved_search_is_not_found,
                deleted_saved_search_is_gone,
                bad_saved_searches_are_refused,
                tenant_has_only_so_many_saved_searches,
                saved_searches_belong_to_their_tenant,
                saved_searches_are_no_changes,
                saved_searches_survive_reopening,
            }
            graphs {
                created_graph_is_found,
                bad_and_missing_graphs_are_refused,
                graphs_are_listed_by_name_in_pages,
                renamed_graph_stays_the_same,
                deleted_graph_is_gone,
                parts_are_read_in_order,
                change_of_an_old_version_is_a_conflict,
                bad_parts_are_refused,
                mark_stays_until_the_next_one,
                snapshot_takes_the_place_of_parts,
                snapshot_out_of_range_is_refused,
                tenant_has_only_so_many_graphs,
                graphs_belong_to_their_tenant,
                graphs_are_no_changes,
                dropped_part_is_all_or_nothing,
                graphs_survive_reopening,
            }
            generations {
                written_generations_are_found_with_the_collection,
                generations_are_compared_before_they_are_written,
                bad_generations_are_refused,
                generations_belong_to_their_tenant_and_collection,
                generations_are_a_change_of_no_document,
                vectors_are_counted_by_model,
                vectors_of_dropped_models_are_forgotten,
                vectors_of_models_that_no_generation_has_are_not_stored,
                vectors_of_a_collection_without_generations_stay,
            }
            changes {
                every_write_raises_the_head,
                feed_holds_one_change_for_each_document,
                feed_is_read_in_parts,
                deletion_is_a_change,
                feeds_of_collections_are_apart,
            }
            projections {
                every_tenants_collections_are_listed,
                some_are_told_as_in_the_list_of_all,
                a_mark_may_be_that_of_a_model_or_of_none,
                fresh_collection_is_behind,
                mark_is_kept,
                watermark_never_moves_back_within_a_generation,
                marks_are_apart,
                deletion_stays_until_every_projection_passed,
                stored_changes_are_never_pruned,
                deleted_collection_waits_for_its_purge,
                purge_of_a_live_collection_is_refused,
                purge_of_a_missing_collection_is_fine,
            }
            tenancy {
                names_and_sources_are_free_in_every_tenant,
                reads_of_another_tenants_data_are_not_found,
                writes_to_another_tenants_data_are_not_found,
                listings_hold_the_own_tenant_only,
            }
            access {
                hidden_documents_are_as_missing_ones,
                readers_read_what_the_core_says,
                hidden_documents_take_no_place_of_a_page,
                hidden_documents_are_not_counted,
                metadata_keys_of_hidden_documents_are_not_listed,
                change_of_the_access_list_is_a_change,
                hidden_documents_are_neither_replaced_nor_deleted,
                access_lists_end_with_their_document,
            }
            concurrency {
                concurrent_puts_have_distinct_sequences,
                concurrent_updates_lose_nothing,
                concurrent_creations_of_a_name_have_one_winner,
                reader_of_the_feed_misses_nothing,
                reader_sees_whole_batches,
            }
            cancellation {
                dropped_put_is_all_or_nothing,
                dropped_deletion_is_all_or_nothing,
                dropped_calls_leave_others_alone,
            }
            durability {
                acknowledged_writes_survive_reopening,
                marks_survive_reopening,
            }
        }
    };
}
