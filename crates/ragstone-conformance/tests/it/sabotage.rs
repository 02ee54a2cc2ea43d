//! Stores that break one law each: the law must fail on them, or it checks nothing.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ragstone_conformance::{CatalogFixture, Fixture, IndexFixture, Verdict, catalog, check_law, index};

use self::catalog_fault::{CatalogFault, FaultyCatalog};
use self::index_fault::{FaultyIndex, IndexFault};

mod catalog_fault;
mod index_fault;

fn breaks<P, L, F>(fixture: Fixture<P>, law: L) -> bool
where
    P: ?Sized,
    L: FnOnce(Fixture<P>) -> F,
    F: Future<Output: Into<Verdict>>,
{
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
    letting_changes_overtake: faulty_catalog(CatalogFault::HidesNewestChange)
        breaks catalog::changes::feed_holds_one_change_for_each_document;

    ignoring_the_filter: faulty_index(IndexFault::IgnoresFilter)
        breaks index::filters::filters_mean_what_the_core_says;
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
    mixing_tenants: faulty_index(IndexFault::MixesTenants)
        breaks index::search::targets_are_apart;
    claiming_durability: faulty_index(IndexFault::ClaimsDurability)
        breaks index::durability::flushed_state_survives_reopening;
}
