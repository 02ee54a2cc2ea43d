//! Stores that break one law each: the law must fail on them, or it checks nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ragstone_conformance::cache::compiled as cache;
use ragstone_conformance::catalog::compiled as catalog;
use ragstone_conformance::counters::compiled as counters;
use ragstone_conformance::embedder::compiled as embedder;
use ragstone_conformance::index::compiled as index;
use ragstone_conformance::invalidations::compiled as invalidations;
use ragstone_conformance::jobs::compiled as jobs;
use ragstone_conformance::keys::compiled as keys;
use ragstone_conformance::leases::compiled as leases;
use ragstone_conformance::reranker::compiled as reranker;
use ragstone_conformance::uploads::compiled as uploads;
use ragstone_conformance::{
    CacheFixture, CatalogFixture, CounterFixture, EmbedderFixture, Fixture, IndexFixture,
    InvalidationFixture, JobFixture, KeyFixture, KeyStores, LeaseFixture, RerankerFixture, Tried,
    UploadFixture, check_law,
};
use ragstone_core::clock::ManualClock;
use ragstone_core::memory::MemoryJobs;

use self::cache_fault::{CacheFault, FaultyCache};
use self::catalog_fault::{CatalogFault, FaultyCatalog};
use self::counter_fault::{CounterFault, FaultyCounters};
use self::index_fault::{FaultyIndex, IndexFault};
use self::invalidation_fault::{FaultyInvalidations, InvalidationFault};
use self::job_fault::{FaultyJobs, JobFault};
use self::lease_fault::{FaultyLeases, LeaseFault};
use self::model_fault::{FaultyModel, ModelFault};

mod cache_fault;
mod catalog_fault;
mod counter_fault;
mod graph_fault;
mod index_fault;
mod invalidation_fault;
mod job_fault;
mod key_fault;
mod lease_fault;
mod model_fault;
mod upload_fault;

fn breaks<P: ?Sized>(fixture: Fixture<P>, law: fn(Fixture<P>) -> Tried) -> bool {
    let trial = AssertUnwindSafe(|| check_law(async { fixture }, law));
    catch_unwind(trial).is_err()
}

/// One test for each fault: the law holds without the fault and breaks with it.
macro_rules! caught {
    ($($name:ident: $fixture:ident($fault:expr) breaks $law:path;)*) => {
        $(
            #[test]
            fn $name() {
                assert!(!breaks($fixture(None), $law), "the law holds without the fault");
                assert!(breaks($fixture(Some($fault)), $law), "the law misses the fault");
            }
        )*
    };
}

fn faulty_catalog(fault: Option<CatalogFault>) -> CatalogFixture {
    CatalogFixture::new(Arc::new(FaultyCatalog::new(fault)))
}

fn faulty_index(fault: Option<IndexFault>) -> IndexFixture {
    IndexFixture::new(Arc::new(FaultyIndex::new(fault)))
}

fn faulty_cache(fault: Option<CacheFault>) -> CacheFixture {
    let clock = Arc::new(ManualClock::new());
    let cache = Arc::new(FaultyCache::new(clock.clone(), fault));
    CacheFixture::new(cache).passing(move |time| clock.advance(time))
}

fn faulty_counters(fault: Option<CounterFault>) -> CounterFixture {
    let clock = Arc::new(ManualClock::new());
    let counters = Arc::new(FaultyCounters::new(clock.clone(), fault));
    CounterFixture::new(counters).passing(move |time| clock.advance(time))
}

fn faulty_embedder(fault: Option<ModelFault>) -> EmbedderFixture {
    EmbedderFixture::new(Arc::new(FaultyModel::new(fault)))
}

fn faulty_reranker(fault: Option<ModelFault>) -> RerankerFixture {
    RerankerFixture::new(Arc::new(FaultyModel::new(fault)))
}

fn faulty_leases(fault: Option<LeaseFault>) -> LeaseFixture {
    let clock = Arc::new(ManualClock::new());
    let leases = Arc::new(FaultyLeases::new(clock.clone(), fault));
    LeaseFixture::new(leases).passing(move |time| clock.advance(time))
}

fn faulty_jobs(fault: Option<JobFault>) -> JobFixture {
    let clock = Arc::new(ManualClock::new());
    let jobs = Arc::new(FaultyJobs::new(clock.clone(), fault));
    JobFixture::new(jobs).passing(move |time| clock.advance(time))
}

fn faulty_uploads(fault: Option<JobFault>) -> UploadFixture {
    let clock = Arc::new(ManualClock::new());
    let jobs = Arc::new(FaultyJobs::new(clock.clone(), fault));
    UploadFixture::new(jobs).passing(move |time| clock.advance(time))
}

fn faulty_keys(fault: Option<CatalogFault>) -> KeyFixture {
    let clock = Arc::new(ManualClock::new());
    let catalog = Arc::new(FaultyCatalog::with_clock(clock.clone(), fault));
    let jobs = Arc::new(MemoryJobs::new(clock.clone()).with_keys(catalog.inner.keys()));
    KeyFixture::new(Arc::new(KeyStores { catalog, jobs })).passing(move |time| clock.advance(time))
}

fn faulty_invalidations(fault: Option<InvalidationFault>) -> InvalidationFixture {
    let fan_out = Arc::new(FaultyInvalidations::new(fault));
    let interrupted = Arc::clone(&fan_out);
    InvalidationFixture::new(fan_out).interrupting(move || {
        interrupted.interrupt();
        std::future::ready(())
    })
}

caught! {
    reading_for_another_tenant: faulty_catalog(CatalogFault::IgnoresTenant)
        breaks catalog::tenancy::reads_of_another_tenants_data_are_not_found;
    writing_for_another_tenant: faulty_catalog(CatalogFault::IgnoresTenant)
        breaks catalog::tenancy::writes_to_another_tenants_data_are_not_found;
    storing_a_part_of_a_batch: faulty_catalog(CatalogFault::SplitsBatches)
        breaks catalog::writes::failed_batch_stores_nothing;
    showing_a_part_of_a_batch: faulty_catalog(CatalogFault::SplitsBatches)
        breaks catalog::concurrency::reader_sees_whole_batches;
    dropping_in_the_middle_of_a_batch: faulty_catalog(CatalogFault::SplitsBatches)
        breaks catalog::cancellation::dropped_put_is_all_or_nothing;
    deleting_another_version: faulty_catalog(CatalogFault::IgnoresExpectedVersion)
        breaks catalog::writes::delete_at_another_version_is_a_conflict;
    forgetting_deletions: faulty_catalog(CatalogFault::ForgetsDeletions)
        breaks catalog::changes::deletion_is_a_change;
    pruning_too_early: faulty_catalog(CatalogFault::ForgetsDeletions)
        breaks catalog::projections::deletion_stays_until_every_projection_passed;
    ending_listings_early: faulty_catalog(CatalogFault::EndsListingsEarly)
        breaks catalog::listings::documents_are_listed_by_source_in_pages;
    reading_prefixes_as_patterns: faulty_catalog(CatalogFault::ReadsPrefixAsPattern)
        breaks catalog::listings::source_prefix_is_literal;
    reading_more_than_was_asked_for: faulty_catalog(CatalogFault::ReadsWithoutBounds)
        breaks catalog::content::many_documents_are_read_in_parts;
    stamping_what_was_not_read: faulty_catalog(CatalogFault::StampsOtherContent)
        breaks catalog::listings::stamp_stays_with_the_content;
    ending_listings_of_versions_early: faulty_catalog(CatalogFault::EndsListingsEarly)
        breaks catalog::history::versions_are_listed_from_the_newest;
    ending_listings_of_deleted_documents_early: faulty_catalog(CatalogFault::EndsListingsEarly)
        breaks catalog::history::deleted_documents_are_listed;
    showing_versions_that_were_open: faulty_catalog(CatalogFault::ShowsVersionsThatWereOpen)
        breaks catalog::history::versions_are_read_by_whom_both_lists_admit;
    restoring_at_another_version: faulty_catalog(CatalogFault::IgnoresExpectedVersion)
        breaks catalog::history::restoring_says_what_it_did;
    restoring_who_may_read: faulty_catalog(CatalogFault::RestoresWhoMayRead)
        breaks catalog::history::restoring_leaves_who_may_read;
    leaving_versions_of_purged_documents: faulty_catalog(CatalogFault::LeavesVersionsBehind)
        breaks catalog::history::purged_document_is_gone_for_good;
    forgetting_what_is_not_old: faulty_catalog(CatalogFault::ForgetsTooMuch)
        breaks catalog::history::versions_are_forgotten_by_age;
    showing_versions_to_another_tenant: faulty_catalog(CatalogFault::IgnoresTenant)
        breaks catalog::history::versions_belong_to_their_tenant;
    letting_changes_overtake: faulty_catalog(CatalogFault::HidesNewestChange)
        breaks catalog::changes::feed_holds_one_change_for_each_document;

    giving_vectors_to_another_tenant: faulty_catalog(CatalogFault::IgnoresTenant)
        breaks catalog::embeddings::vectors_belong_to_their_tenant;
    storing_vectors_of_another_version: faulty_catalog(CatalogFault::IgnoresVersionOfVectors)
        breaks catalog::embeddings::vectors_of_another_version_are_not_stored;
    mixing_vectors_of_models: faulty_catalog(CatalogFault::MixesModels)
        breaks catalog::embeddings::vectors_are_found_by_text;
    replacing_vectors_of_another_model: faulty_catalog(CatalogFault::MixesModels)
        breaks catalog::embeddings::vectors_are_replaced_as_a_whole;

    finding_duplicates_for_another_tenant: faulty_catalog(CatalogFault::IgnoresTenant)
        breaks catalog::duplicates::signatures_belong_to_their_tenant_and_collection;
    finding_duplicates_that_are_hidden: faulty_catalog(CatalogFault::IgnoresReader)
        breaks catalog::duplicates::hidden_documents_have_no_signatures;
    ending_lists_of_signatures_early: faulty_catalog(CatalogFault::EndsListingsEarly)
        breaks catalog::duplicates::signatures_are_listed_by_source;
    losing_signatures_among_many: faulty_catalog(CatalogFault::LosesSignatures)
        breaks catalog::duplicates::many_signatures_are_asked_for_at_once;
    giving_words_to_another_tenant: faulty_catalog(CatalogFault::IgnoresTenant)
        breaks catalog::words::words_belong_to_their_tenant;
    ending_lists_of_words_early: faulty_catalog(CatalogFault::EndsListingsEarly)
        breaks catalog::words::words_are_listed_in_pages;
    forgetting_that_words_were_open: faulty_catalog(CatalogFault::ForgetsThatWordsWereOpen)
        breaks catalog::words::open_words_stay_open;
    giving_saved_searches_to_another_tenant: faulty_catalog(CatalogFault::IgnoresTenant)
        breaks catalog::saved_searches::saved_searches_belong_to_their_tenant;
    ending_lists_of_saved_searches_early: faulty_catalog(CatalogFault::EndsListingsEarly)
        breaks catalog::saved_searches::saved_searches_are_listed_by_name_in_pages;
    creating_saved_searches_again: faulty_catalog(CatalogFault::CreatesSearchesAgain)
        breaks catalog::saved_searches::saving_again_replaces_and_keeps_the_creation;
    giving_graphs_to_another_tenant: faulty_catalog(CatalogFault::IgnoresTenant)
        breaks catalog::graphs::graphs_belong_to_their_tenant;
    ending_lists_of_graphs_early: faulty_catalog(CatalogFault::EndsListingsEarly)
        breaks catalog::graphs::graphs_are_listed_by_name_in_pages;
    changing_any_version_of_a_graph: faulty_catalog(CatalogFault::AppendsToAnyVersion)
        breaks catalog::graphs::change_of_an_old_version_is_a_conflict;
    losing_marks_of_graphs: faulty_catalog(CatalogFault::LosesMarks)
        breaks catalog::graphs::mark_stays_until_the_next_one;
    skipping_blocks_of_snapshots: faulty_catalog(CatalogFault::SkipsBlocks)
        breaks catalog::graphs::snapshot_takes_the_place_of_parts;
    never_compacting_graphs: faulty_catalog(CatalogFault::NeverCompacts)
        breaks catalog::graphs::snapshot_takes_the_place_of_parts;
    overwriting_generations: faulty_catalog(CatalogFault::IgnoresExpectedGenerations)
        breaks catalog::generations::generations_are_compared_before_they_are_written;
    writing_generations_for_another_tenant: faulty_catalog(CatalogFault::IgnoresTenant)
        breaks catalog::generations::generations_belong_to_their_tenant_and_collection;
    forgetting_vectors_in_use: faulty_catalog(CatalogFault::ForgetsVectorsInUse)
        breaks catalog::generations::vectors_of_dropped_models_are_forgotten;
    counting_vectors_wrongly: faulty_catalog(CatalogFault::CountsOtherModels)
        breaks catalog::generations::vectors_are_counted_by_model;

    showing_hidden_documents: faulty_catalog(CatalogFault::IgnoresReader)
        breaks catalog::access::hidden_documents_are_as_missing_ones;
    reading_hidden_documents: faulty_catalog(CatalogFault::IgnoresReader)
        breaks catalog::access::readers_read_what_the_core_says;
    listing_hidden_documents: faulty_catalog(CatalogFault::IgnoresReader)
        breaks catalog::access::hidden_documents_take_no_place_of_a_page;
    counting_hidden_documents: faulty_catalog(CatalogFault::CountsWhatIsHidden)
        breaks catalog::access::hidden_documents_are_not_counted;
    listing_hidden_keys: faulty_catalog(CatalogFault::ListsHiddenKeys)
        breaks catalog::access::metadata_keys_of_hidden_documents_are_not_listed;
    replacing_hidden_documents: faulty_catalog(CatalogFault::ReplacesWhatIsHidden)
        breaks catalog::access::hidden_documents_are_neither_replaced_nor_deleted;
    dropping_access_lists: faulty_catalog(CatalogFault::IgnoresAccessOfDrafts)
        breaks catalog::access::change_of_the_access_list_is_a_change;

    ignoring_the_reader: faulty_index(IndexFault::IgnoresReader)
        breaks index::access::readers_find_what_the_core_says;
    ignoring_names_and_groups: faulty_index(IndexFault::IgnoresReader)
        breaks index::access::users_groups_and_denials_decide;
    ignoring_another_list: faulty_index(IndexFault::IgnoresReader)
        breaks index::access::replaced_access_lists_hold_at_once;
    hiding_after_the_limit: faulty_index(IndexFault::HidesAfterTheLimit)
        breaks index::access::hidden_chunks_take_no_place_of_a_keyword_search;
    hiding_after_the_limit_by_meaning: faulty_index(IndexFault::HidesAfterTheLimit)
        breaks index::access::hidden_chunks_take_no_place_of_a_dense_search;
    counting_hidden_chunks: faulty_index(IndexFault::CountsWhatIsHidden)
        breaks index::access::users_groups_and_denials_decide;

    counting_values_of_hidden_documents: faulty_index(IndexFault::CountsHiddenValues)
        breaks index::facets::hidden_documents_have_no_values;
    counting_values_of_hidden_documents_at_random: faulty_index(IndexFault::CountsHiddenValues)
        breaks index::facets::values_are_counted_as_the_core_says;
    leaving_out_values: faulty_index(IndexFault::CutsCounts)
        breaks index::facets::equal_numbers_are_one_value;
    claiming_to_know_all_values: faulty_index(IndexFault::ClaimsToKnowAllValues)
        breaks index::facets::values_of_most_documents_come_first;

    ignoring_the_filter: faulty_index(IndexFault::IgnoresFilter)
        breaks index::filters::filters_mean_what_the_core_says;
    ignoring_the_filter_by_meaning: faulty_index(IndexFault::IgnoresFilter)
        breaks index::dense::filters_hold_inside_the_dense_leg;
    measuring_cosines_wrongly: faulty_index(IndexFault::DoublesScores)
        breaks index::dense::exact_searches_find_the_nearest;
    measuring_cosines_wrongly_when_approximate: faulty_index(IndexFault::DoublesScores)
        breaks index::dense::approximate_searches_find_most_of_the_nearest;
    breaking_ties_of_cosines_the_other_way: faulty_index(IndexFault::ReversesTies)
        breaks index::dense::equal_cosines_are_ordered_by_chunk_id;
    keeping_removed_vectors: faulty_index(IndexFault::SkipsRemovals)
        breaks index::dense::nearest_follow_updates_and_removals;
    forgetting_the_schema: faulty_index(IndexFault::ForgetsItsSchema)
        breaks index::dense::schema_is_part_of_the_state;
    skipping_removals: faulty_index(IndexFault::SkipsRemovals)
        breaks index::operations::operations_apply_in_order;
    skipping_removals_in_a_history: faulty_index(IndexFault::SkipsRemovals)
        breaks index::search::scores_follow_updates_and_removals;
    weighing_wrongly: faulty_index(IndexFault::DoublesScores)
        breaks index::search::scores_are_those_of_the_formula;
    breaking_ties_the_other_way: faulty_index(IndexFault::ReversesTies)
        breaks index::search::ties_are_ordered_by_chunk_id;
    cutting_ties_anywhere: faulty_index(IndexFault::ReversesTies)
        breaks index::search::ties_at_the_limit_keep_the_smallest_ids;
    answering_for_missing_targets: faulty_index(IndexFault::FindsNothingInMissingTargets)
        breaks index::search::search_of_a_missing_target_is_not_found;
    mixing_slots: faulty_index(IndexFault::MixesSlots)
        breaks index::lifecycle::slots_of_a_collection_are_apart;
    mixing_tenants: faulty_index(IndexFault::MixesTenants)
        breaks index::search::targets_are_apart;
    claiming_durability: faulty_index(IndexFault::ClaimsDurability)
        breaks index::durability::flushed_state_survives_reopening;

    caching_for_every_tenant: faulty_cache(CacheFault::MixesTenants)
        breaks cache::entries::keys_are_apart;
    caching_for_ever: faulty_cache(CacheFault::IgnoresTime)
        breaks cache::expiry::entry_is_gone_after_its_time;
    taking_any_time: faulty_cache(CacheFault::IgnoresTime)
        breaks cache::expiry::bad_times_are_refused;
    keeping_what_was_removed: faulty_cache(CacheFault::KeepsRemoved)
        breaks cache::entries::removed_entry_is_gone;
    answering_somebody_else: faulty_cache(CacheFault::MixesAnswers)
        breaks cache::cancellation::dropped_calls_never_answer_others;

    counting_in_fixed_windows: faulty_counters(CounterFault::FixesWindows)
        breaks counters::windows::window_slides;
    allowing_twice_at_a_border: faulty_counters(CounterFault::FixesWindows)
        breaks counters::windows::no_window_ever_holds_more_than_the_limit;
    counting_what_was_denied: faulty_counters(CounterFault::CountsDenied)
        breaks counters::limits::denied_hits_are_not_counted;
    counting_in_two_steps: faulty_counters(CounterFault::CountsInTwoSteps)
        breaks counters::atomicity::concurrent_hits_never_exceed_the_limit;
    mixing_counters: faulty_counters(CounterFault::MixesKeys)
        breaks counters::limits::keys_are_counted_apart;

    forgetting_tokens: faulty_leases(LeaseFault::ForgetsTokens)
        breaks leases::tokens::tokens_grow_after_a_lease_ran_out;
    renewing_what_was_lost: faulty_leases(LeaseFault::RenewsAny)
        breaks leases::tokens::lost_lease_is_not_renewed;
    renewing_what_ran_out: faulty_leases(LeaseFault::RenewsAny)
        breaks leases::tokens::lease_that_ran_out_is_not_renewed;
    releasing_what_was_lost: faulty_leases(LeaseFault::ReleasesAny)
        breaks leases::tokens::lost_lease_releases_nothing;
    leasing_in_two_steps: faulty_leases(LeaseFault::LeasesInTwoSteps)
        breaks leases::concurrency::one_of_many_holders_wins;

    doing_jobs_of_another_kind: faulty_jobs(JobFault::IgnoresLimits)
        breaks jobs::claims::no_more_of_a_kind_run_than_allowed;
    doing_too_much_for_a_tenant: faulty_jobs(JobFault::IgnoresLimits)
        breaks jobs::claims::no_more_of_a_tenant_run_than_allowed;
    racing_past_the_limit: faulty_jobs(JobFault::IgnoresLimits)
        breaks jobs::concurrency::limits_hold_however_many_claim;
    finishing_what_was_lost: faulty_jobs(JobFault::EndsAny)
        breaks jobs::tokens::lost_claim_changes_nothing;
    finishing_what_ran_out: faulty_jobs(JobFault::EndsAny)
        breaks jobs::tokens::claim_that_ran_out_is_lost;
    finishing_what_is_finished: faulty_jobs(JobFault::EndsAny)
        breaks jobs::tokens::finished_claim_is_lost;
    trying_for_ever: faulty_jobs(JobFault::RetriesForEver)
        breaks jobs::outcomes::attempts_are_bounded;
    giving_up_too_early: faulty_jobs(JobFault::NeverRetries)
        breaks jobs::outcomes::failure_is_tried_again_after_its_time;
    losing_attachments: faulty_jobs(JobFault::LosesAttachments)
        breaks jobs::requests::attachment_is_kept_whole;
    queueing_the_same_work_twice: faulty_jobs(JobFault::IgnoresKeys)
        breaks jobs::requests::unfinished_job_of_the_key_is_the_answer;
    queueing_the_same_work_twice_in_parallel: faulty_jobs(JobFault::IgnoresKeys)
        breaks jobs::concurrency::one_job_for_a_key_however_many_ask;
    running_delayed_jobs_early: faulty_jobs(JobFault::IgnoresDelays)
        breaks jobs::claims::delayed_job_waits_for_its_time;
    showing_jobs_of_another_tenant: faulty_jobs(JobFault::IgnoresTenant)
        breaks jobs::lists::jobs_belong_to_their_tenant;
    showing_uploads_to_others: faulty_uploads(JobFault::MixesSenders)
        breaks uploads::parts::uploads_belong_to_who_began_them;
    storing_parts_anywhere: faulty_uploads(JobFault::TakesAnyOffset)
        breaks uploads::parts::part_elsewhere_is_refused;
    storing_a_part_twice: faulty_uploads(JobFault::TakesAnyOffset)
        breaks uploads::parts::one_of_many_equal_parts_is_stored;
    losing_the_end_of_a_part: faulty_uploads(JobFault::LosesParts)
        breaks uploads::parts::parts_are_counted;
    ingesting_a_part_of_a_document: faulty_uploads(JobFault::FinishesWhatIsNotWhole)
        breaks uploads::whole::upload_that_is_not_whole_is_refused;
    making_two_jobs_of_an_upload: faulty_uploads(JobFault::FinishesTwice)
        breaks uploads::whole::upload_is_one_job_however_often_it_is_finished;
    taking_more_uploads_than_allowed: faulty_uploads(JobFault::IgnoresRoom)
        breaks uploads::limits::tenant_has_room_for_so_many_uploads;
    taking_more_upload_bytes_than_allowed: faulty_uploads(JobFault::IgnoresRoom)
        breaks uploads::limits::tenant_has_room_for_so_many_bytes;
    never_forgetting_uploads: faulty_uploads(JobFault::NeverForgetsUploads)
        breaks uploads::limits::upload_is_forgotten_after_its_time;
    storing_what_was_stored: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::writes::bound_put_is_made_once;
    storing_again_what_was_the_same: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::writes::bound_put_that_changed_nothing_is_remembered;
    deleting_what_was_deleted: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::writes::bound_delete_is_made_once;
    bringing_back_what_was_replaced: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::writes::bound_restoration_is_made_once;
    purging_what_was_purged: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::writes::bound_purge_is_made_once;
    creating_what_was_created: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::writes::bound_collection_is_created_once;
    deleting_a_new_collection: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::writes::bound_collection_is_deleted_once;
    saving_what_was_saved: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::writes::bound_search_is_saved_once;
    writing_under_a_lost_claim: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::writes::write_under_a_lost_claim_is_refused;
    forgetting_a_released_write: faulty_keys(CatalogFault::ForgetsBoundWrites)
        breaks keys::claims::released_request_that_has_written_is_taken_up;
    answering_another_request: faulty_keys(CatalogFault::TakesAnyRequestForTheSame)
        breaks keys::begin::other_request_of_the_key_is_refused;
    answering_another_caller: faulty_keys(CatalogFault::MixesCallers)
        breaks keys::begin::keys_belong_to_tenant_principal_and_operation;
    doing_what_is_under_way: faulty_keys(CatalogFault::TakesUpWhatIsUnderWay)
        breaks keys::begin::request_under_way_is_not_taken_up;
    keeping_late_answers: faulty_keys(CatalogFault::KeepsLateAnswers)
        breaks keys::claims::lost_claim_changes_nothing;
    forgetting_answers_early: faulty_keys(CatalogFault::ForgetsAnswersEarly)
        breaks keys::retention::key_is_free_after_its_retention;
    never_forgetting_keys: faulty_keys(CatalogFault::NeverForgetsKeys)
        breaks keys::retention::old_requests_are_forgotten;
    taking_more_keys_than_allowed: faulty_keys(CatalogFault::IgnoresRoom)
        breaks keys::begin::tenant_has_room_for_so_many_keys;
    taking_more_bytes_than_allowed: faulty_keys(CatalogFault::IgnoresRoom)
        breaks keys::begin::tenant_has_room_for_so_many_bytes;
    forgetting_jobs_early: faulty_jobs(JobFault::ForgetsEarly)
        breaks jobs::lists::old_jobs_are_forgotten;
    ignoring_that_a_job_was_called_off: faulty_jobs(JobFault::IgnoresCancellation)
        breaks jobs::control::running_job_is_asked_to_stop;

    mixing_topics: faulty_invalidations(InvalidationFault::MixesTopics)
        breaks invalidations::messages::topics_are_apart;
    saying_things_twice: faulty_invalidations(InvalidationFault::Repeats)
        breaks invalidations::messages::everyone_hears_it_once;
    hiding_gaps: faulty_invalidations(InvalidationFault::HidesGaps)
        breaks invalidations::gaps::interruption_is_heard_as_a_gap;
    hiding_that_a_listener_was_slow: faulty_invalidations(InvalidationFault::HidesGaps)
        breaks invalidations::gaps::slow_listener_hears_a_gap;
    losing_what_a_dropped_wait_took: faulty_invalidations(InvalidationFault::LosesMessages)
        breaks invalidations::messages::payloads_come_in_order;

    leaving_lengths_as_they_are: faulty_embedder(ModelFault::LeavesLengths)
        breaks embedder::vectors::vectors_have_the_models_dimensions_and_length_one;
    leaking_between_texts: faulty_embedder(ModelFault::LeaksBetweenTexts)
        breaks embedder::vectors::batch_and_single_agree;
    drifting_over_time: faulty_embedder(ModelFault::DriftsOverTime)
        breaks embedder::vectors::same_text_has_the_same_vector_later;
    answering_in_order_of_length: faulty_embedder(ModelFault::Sorts)
        breaks embedder::vectors::answers_come_in_the_order_of_the_texts;
    leaving_empty_texts_out: faulty_embedder(ModelFault::DropsEmpty)
        breaks embedder::inputs::empty_text_has_a_vector;
    hiding_that_a_text_was_cut: faulty_embedder(ModelFault::HidesTruncation)
        breaks embedder::inputs::long_text_is_cut_and_says_so;
    reading_what_should_be_cut_off: faulty_embedder(ModelFault::ReadsEverything)
        breaks embedder::inputs::what_is_cut_off_changes_nothing;
    counting_bytes_for_tokens: faulty_embedder(ModelFault::CountsBytes)
        breaks embedder::inputs::tokens_are_counted_alike;
    taking_any_number_of_texts: faulty_embedder(ModelFault::TakesAnySize)
        breaks embedder::inputs::too_many_or_too_long_texts_are_refused;
    embedding_after_the_deadline: faulty_embedder(ModelFault::IgnoresDeadline)
        breaks embedder::calls::passed_deadline_is_refused;

    scoring_by_the_neighbours: faulty_reranker(ModelFault::LeaksBetweenTexts)
        breaks reranker::scores::score_does_not_depend_on_other_passages;
    answering_in_order_of_score: faulty_reranker(ModelFault::Sorts)
        breaks reranker::scores::scores_come_in_the_order_of_the_passages;
    hiding_that_a_passage_was_cut: faulty_reranker(ModelFault::HidesTruncation)
        breaks reranker::scores::long_passage_is_cut_and_says_so;
    reading_the_whole_passage: faulty_reranker(ModelFault::ReadsEverything)
        breaks reranker::scores::long_passage_is_cut_and_says_so;
    taking_any_number_of_passages: faulty_reranker(ModelFault::TakesAnySize)
        breaks reranker::scores::too_many_or_too_long_passages_are_refused;
    scoring_after_the_deadline: faulty_reranker(ModelFault::IgnoresDeadline)
        breaks reranker::calls::passed_deadline_is_refused;
}
