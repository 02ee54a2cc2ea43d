//! Scores, order and limits of searches.

use ragstone_core::Reader;
use ragstone_core::error::ErrorKind::{InvalidArgument, NotFound};
use ragstone_core::filter::{Field, Filter};
use ragstone_core::index::{IndexHit, IndexQuery, Likeness, SparseVector};
use ragstone_core::metadata::MetadataValue;

use super::corpus::{VOCABULARY, plain_attributes, replace, vector};
use super::driver::{IndexDriver, target};
use crate::IndexFixture;
use crate::draft::fresh_generation_id;
use crate::law::assert_refused;
use crate::random::Random;

/// Scores over random corpora are query weight × chunk weight × inverse document frequency, summed.
pub async fn scores_are_those_of_the_formula(fixture: IndexFixture) {
    for seed in 0..4 {
        let mut driver = IndexDriver::created(&fixture).await;
        let mut random = Random::new(seed);
        let collection = driver.target.collection;
        let operations = (0..60).map(|number| {
            let vectors = (0..=random.below(4)).map(|_| random.vector(8)).collect();
            replace(collection, number, 1, plain_attributes(number), vectors)
        });
        let operations = operations.collect();
        driver.apply(operations).await;
        for _ in 0..20 {
            let keyword = random.vector(6);
            let limit = random.below(30) as usize + 1;
            driver.check(&keyword, None, limit).await;
        }
        driver.check_terms(0..VOCABULARY).await;
    }
}

/// After each of many random updates and removals, scores are those of what is there now.
pub async fn scores_follow_updates_and_removals(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let mut random = Random::new(42);
    for round in 1..=25 {
        let count = random.below(12) + 1;
        let collection = driver.target.collection;
        let batch = (0..count).map(|_| random.operation(collection, 30, round)).collect();
        driver.apply(batch).await;
        for _ in 0..3 {
            driver.check(&random.vector(6), None, 10).await;
        }
    }
    driver.check_terms(0..VOCABULARY).await;
}

/// The frequency of a term is counted over all chunks of the target, whatever the filter admits.
pub async fn scores_do_not_depend_on_the_filter(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let operations = (0..10).map(|number| {
        let mut attributes = plain_attributes(number);
        if number < 2 {
            attributes.tags.insert("few".to_owned());
        }
        let vectors = vec![vector(&[(number % 3, 1.5), (7, 0.5)])];
        replace(collection, number, 1, attributes, vectors)
    });
    driver.apply(operations.collect()).await;
    let few = Filter::Equals(Field::Tag, MetadataValue::Text("few".to_owned()));
    let keyword = vector(&[(0, 1.0), (7, 1.0)]);
    driver.check(&keyword, Some(&few), 10).await;
    let all = driver.search(&keyword, None, 10).await;
    for hit in driver.search(&keyword, Some(&few), 10).await {
        let same = all.iter().find(|other| other.chunk == hit.chunk);
        let same = same.expect("a filtered hit is a hit");
        assert!((hit.score - same.score).abs() <= 1e-5 * same.score);
    }
}

/// Twenty documents with the same single chunk, stored in an order that is not that of their ids.
async fn tied(fixture: &IndexFixture) -> (IndexDriver, SparseVector) {
    let mut driver = IndexDriver::created(fixture).await;
    let collection = driver.target.collection;
    for numbers in [10..20, 0..10] {
        let operations = numbers.map(|number| {
            let vectors = vec![vector(&[(1, 0.75), (2, 1.25)])];
            replace(collection, number, 1, plain_attributes(number), vectors)
        });
        driver.apply(operations.collect()).await;
    }
    (driver, vector(&[(1, 1.0), (2, 2.0)]))
}

fn ascends(hits: &[IndexHit]) -> bool {
    hits.windows(2).all(|pair| pair[0].chunk < pair[1].chunk)
}

/// Hits with the same score come in the order of their chunk ids.
pub async fn ties_are_ordered_by_chunk_id(fixture: IndexFixture) {
    let (driver, keyword) = tied(&fixture).await;
    let hits = driver.search(&keyword, None, 100).await;
    assert_eq!(hits.len(), 20);
    assert!(ascends(&hits));
}

/// Where a limit cuts through hits with the same score, the smallest chunk ids are kept.
pub async fn ties_at_the_limit_keep_the_smallest_ids(fixture: IndexFixture) {
    let (driver, keyword) = tied(&fixture).await;
    let all = driver.search(&keyword, None, 100).await;
    assert!(ascends(&all));
    for limit in [1, 5, 19] {
        let hits = driver.search(&keyword, None, limit).await;
        assert_eq!(hits, all[..limit]);
    }
}

/// A limit cuts the tail of the same order.
pub async fn limit_bounds_the_hits(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let operations = (1..=30_u16).map(|number| {
        let vectors = vec![vector(&[(1, f32::from(number))])];
        replace(collection, u32::from(number), 1, plain_attributes(u32::from(number)), vectors)
    });
    driver.apply(operations.collect()).await;
    let keyword = vector(&[(1, 1.0)]);
    let all = driver.search(&keyword, None, 1000).await;
    assert_eq!(all.len(), 30);
    for limit in [1, 2, 29, 30, 31] {
        let hits = driver.search(&keyword, None, limit).await;
        assert_eq!(hits, all[..limit.min(30)]);
    }
}

/// A limit of 0 is refused.
pub async fn limit_of_nothing_is_refused(fixture: IndexFixture) {
    let driver = IndexDriver::created(&fixture).await;
    let query = IndexQuery {
        target: driver.target.clone(),
        likeness: Likeness::Keyword(vector(&[(1, 1.0)])),
        filter: None,
        reader: Reader::Everything,
        limit: 0,
    };
    let found = driver.index.search(&driver.ctx, &query).await;
    assert_refused(found, InvalidArgument, "a limit of 0");
}

/// A query without terms shares no term with any chunk.
pub async fn empty_query_finds_nothing(fixture: IndexFixture) {
    let (driver, _) = tied(&fixture).await;
    assert!(driver.search(&vector(&[]), None, 10).await.is_empty());
    let all = Filter::All(Vec::new());
    assert!(driver.search(&vector(&[]), Some(&all), 10).await.is_empty());
}

/// Terms that no chunk has, up to the greatest term id, find nothing and do not disturb the others.
pub async fn unknown_terms_find_nothing(fixture: IndexFixture) {
    let (driver, _) = tied(&fixture).await;
    let unknown = vector(&[(0, 1.0), (3, 2.0), (u32::MAX, 1.0)]);
    assert!(driver.search(&unknown, None, 10).await.is_empty());
    let mixed = vector(&[(0, 1.0), (1, 1.0), (u32::MAX, 1.0)]);
    driver.check(&mixed, None, 100).await;
}

/// A chunk without terms is never found, but is one of the chunks that frequencies are counted over.
pub async fn chunks_without_terms_are_counted_but_not_found(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let vectors = vec![vector(&[(1, 1.0)]), vector(&[]), vector(&[(2, 1.0)])];
    driver
        .apply(vec![
            replace(collection, 1, 1, plain_attributes(1), vectors),
            replace(collection, 2, 1, plain_attributes(2), vec![vector(&[])]),
        ])
        .await;
    assert_eq!(driver.count(None).await, 4);
    driver.check(&vector(&[(1, 1.0)]), None, 10).await;
}

/// Collections, and tenants with a collection of the same id, neither see nor weigh each other's chunks.
pub async fn targets_are_apart(fixture: IndexFixture) {
    let first = IndexDriver::new(&fixture);
    let same_id = IndexDriver::at(&fixture, target("second", first.target.collection));
    let mut drivers = [first, same_id, IndexDriver::new(&fixture)];
    for (number, driver) in (1..).zip(&mut drivers) {
        driver.create(fresh_generation_id()).await;
        let collection = driver.target.collection;
        let operations = (0..number * 3).map(|document| {
            let vectors = vec![vector(&[(1, 1.0), (document % 2 + 2, 0.5)])];
            replace(collection, document, number, plain_attributes(document), vectors)
        });
        driver.apply(operations.collect()).await;
    }
    for driver in &drivers {
        driver.check_terms(1..4).await;
    }
}

/// A search in a target that does not exist is `NotFound`, not empty.
pub async fn search_of_a_missing_target_is_not_found(fixture: IndexFixture) {
    let driver = IndexDriver::new(&fixture);
    for keyword in [vector(&[(1, 1.0)]), vector(&[])] {
        let query = IndexQuery {
            target: driver.target.clone(),
            likeness: Likeness::Keyword(keyword),
            filter: None,
            reader: Reader::Everything,
            limit: 1,
        };
        let found = driver.index.search(&driver.ctx, &query).await;
        assert_refused(found, NotFound, "a search in a missing target");
    }
}
