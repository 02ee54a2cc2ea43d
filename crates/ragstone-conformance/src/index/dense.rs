//! The dense leg: cosines, order, limits, and what has no vector.

use ragstone_core::error::ErrorKind::{FailedPrecondition, InvalidArgument};
use ragstone_core::filter::{Field, Filter};
use ragstone_core::index::{
    Accuracy, DenseVector, Dimensions, IndexHit, IndexOperation, IndexSchema, IndexState, Likeness,
    SparseVector,
};
use ragstone_core::metadata::MetadataValue;
use ragstone_core::{Error, Sequence};

use super::corpus::{plain_attributes, remove, replace, vector};
use super::driver::IndexDriver;
use crate::IndexFixture;
use crate::draft::fresh_generation_id;
use crate::law::assert_refused;
use crate::random::Random;

const SIZE: usize = 8;

fn schema(size: usize) -> IndexSchema {
    IndexSchema { dense: Some(Dimensions::try_new(size).expect("in range")) }
}

pub(super) async fn created(fixture: &IndexFixture) -> IndexDriver {
    let driver = IndexDriver::new(fixture);
    driver.create_with(fresh_generation_id(), schema(SIZE)).await;
    driver
}

pub(super) fn random_direction(random: &mut Random) -> DenseVector {
    let values: Vec<f32> = (0..SIZE).map(|_| random.component()).collect();
    DenseVector::try_new(values).unwrap_or_else(|_| axis(0))
}

pub(super) fn axis(number: usize) -> DenseVector {
    let values: Vec<f32> = (0..SIZE).map(|place| if place == number { 1.0 } else { 0.0 }).collect();
    DenseVector::try_new(values).expect("has a length")
}

/// A replacement of a document by chunks that have these vectors, or none.
pub(super) fn put(
    driver: &IndexDriver,
    number: u32,
    version: u32,
    dense: Vec<Option<DenseVector>>,
) -> IndexOperation {
    let terms = dense.iter().map(|_| vector(&[(1, 1.0)])).collect();
    let mut operation = replace(driver.target.collection, number, version, plain_attributes(number), terms);
    if let IndexOperation::Replace { chunks, .. } = &mut operation {
        for (chunk, dense) in chunks.iter_mut().zip(dense) {
            chunk.dense = dense;
        }
    }
    operation
}

async fn filled(fixture: &IndexFixture, documents: u32, random: &mut Random) -> IndexDriver {
    let mut driver = created(fixture).await;
    let operations = (0..documents)
        .map(|number| {
            let count = random.below(3) + 1;
            let dense = (0..count).map(|_| random.chance(90).then(|| random_direction(random))).collect();
            put(&driver, number, 1, dense)
        })
        .collect();
    driver.apply(operations).await;
    driver
}

/// Exact searches over random content find the chunks with the greatest cosines, best first.
pub async fn exact_searches_find_the_nearest(fixture: IndexFixture) {
    let mut random = Random::new(3);
    let driver = filled(&fixture, 80, &mut random).await;
    for _ in 0..20 {
        let limit = random.below(30) as usize + 1;
        driver.check_dense(&random_direction(&mut random), None, limit).await;
    }
}

/// Approximate searches find most of the nearest, each with its exact score, best first.
pub async fn approximate_searches_find_most_of_the_nearest(fixture: IndexFixture) {
    const LIMIT: usize = 10;
    let mut random = Random::new(4);
    let driver = filled(&fixture, 1500, &mut random).await;
    let (mut found, mut wanted) = (0, 0);
    for _ in 0..20 {
        let direction = random_direction(&mut random);
        let exact = driver.search_dense(&direction, Accuracy::Exact, None, LIMIT).await;
        let near = driver.search_dense(&direction, Accuracy::Approximate, None, LIMIT).await;
        driver.model.assert_cosines(&direction, None, &near);
        wanted += exact.len();
        found += exact.iter().filter(|hit| near.iter().any(|other| other.chunk == hit.chunk)).count();
    }
    assert!(found * 100 >= wanted * 95, "{found} of the {wanted} nearest were found");
}

/// After each of many random updates and removals, what is found is what is there now.
pub async fn nearest_follow_updates_and_removals(fixture: IndexFixture) {
    let mut random = Random::new(5);
    let mut driver = filled(&fixture, 20, &mut random).await;
    for version in 2..=15 {
        let number = random.below(20);
        let operation = if random.chance(30) {
            remove(driver.target.collection, number)
        } else {
            put(&driver, number, version, vec![Some(random_direction(&mut random)), None])
        };
        driver.apply(vec![operation]).await;
        driver.check_dense(&random_direction(&mut random), None, 50).await;
    }
}

/// A filter holds inside the search: as many are found as are admitted, however far away they are.
pub async fn filters_hold_inside_the_dense_leg(fixture: IndexFixture) {
    let mut random = Random::new(6);
    let mut driver = created(&fixture).await;
    let mut operations = Vec::new();
    for number in 0..200 {
        let direction = if number % 20 == 0 { axis(1) } else { axis(0) };
        let mut operation = put(&driver, number, 1, vec![Some(direction)]);
        if let IndexOperation::Replace { attributes, .. } = &mut operation
            && number % 20 == 0
        {
            attributes.tags.insert("few".to_owned());
        }
        operations.push(operation);
    }
    driver.apply(operations).await;
    let few = Filter::Equals(Field::Tag, MetadataValue::Text("few".to_owned()));
    driver.check_dense(&axis(0), Some(&few), 10).await;
    let near = driver.search_dense(&axis(0), Accuracy::Approximate, Some(&few), 10).await;
    assert_eq!(near.len(), 10);
    driver.check_dense(&random_direction(&mut random), Some(&few), 3).await;
}

/// Chunks with equal scores are ordered by their ids, at the limit too.
pub async fn equal_cosines_are_ordered_by_chunk_id(fixture: IndexFixture) {
    let mut driver = created(&fixture).await;
    for numbers in [10..20, 0..10] {
        let operations = numbers.map(|number| put(&driver, number, 1, vec![Some(axis(2))])).collect();
        driver.apply(operations).await;
    }
    for limit in [1, 7, 20, 100] {
        let hits = driver.search_dense(&axis(2), Accuracy::Exact, None, limit).await;
        assert_eq!(hits.len(), limit.min(20));
        assert!(hits.windows(2).all(|pair| pair[0].chunk < pair[1].chunk), "{hits:?}");
        driver.check_dense(&axis(2), None, limit).await;
    }
}

/// Chunks without a dense vector are found by keyword and counted, but not by meaning; the others by both.
pub async fn chunks_without_a_vector_are_found_by_keyword_alone(fixture: IndexFixture) {
    let mut driver = created(&fixture).await;
    let operations = vec![put(&driver, 1, 1, vec![Some(axis(0)), None]), put(&driver, 2, 1, vec![None])];
    driver.apply(operations).await;
    assert_eq!(driver.search(&vector(&[(1, 1.0)]), None, 10).await.len(), 3);
    assert_eq!(driver.count(None).await, 3);
    driver.check_dense(&axis(0), None, 10).await;
    assert_eq!(driver.search_dense(&axis(0), Accuracy::Exact, None, 10).await.len(), 1);

    // A vector that is known later is set by applying the document again.
    let again = put(&driver, 2, 1, vec![Some(axis(0))]);
    driver.apply(vec![again]).await;
    assert_eq!(driver.search_dense(&axis(0), Accuracy::Exact, None, 10).await.len(), 2);
    let opposite: Vec<f32> = axis(0).values().iter().map(|value| -value).collect();
    let opposite = DenseVector::try_new(opposite).expect("has a length");
    let hits = driver.search_dense(&opposite, Accuracy::Exact, None, 10).await;
    assert!(hits.iter().all(|hit| (hit.score + 1.0).abs() < 1e-4), "cosines go down to -1: {hits:?}");
}

/// A chunk without terms that has a dense vector is found by it.
pub async fn chunks_without_terms_are_found_by_meaning(fixture: IndexFixture) {
    let mut driver = created(&fixture).await;
    let mut operation = put(&driver, 1, 1, vec![Some(axis(3))]);
    if let IndexOperation::Replace { chunks, .. } = &mut operation {
        chunks[0].keyword = SparseVector::default();
    }
    driver.apply(vec![operation]).await;
    driver.check_dense(&axis(3), None, 10).await;
    assert_eq!(driver.search_dense(&axis(3), Accuracy::Exact, None, 10).await.len(), 1);
}

/// Vectors of another size are refused, and so are vectors where the schema has none.
pub async fn vectors_that_do_not_fit_are_refused(fixture: IndexFixture) {
    let driver = created(&fixture).await;
    let long = DenseVector::try_new(vec![1.0; SIZE + 1]).expect("has a length");
    let operation = put(&driver, 1, 1, vec![Some(long.clone())]);
    let applied = driver.index.apply(&driver.ctx, &driver.target, vec![operation.clone()]).await;
    assert_refused(applied, InvalidArgument, "a vector of another size");
    assert_refused(ask(&driver, long).await, InvalidArgument, "a query of another size");
    assert_eq!(driver.count(None).await, 0);

    let plain = IndexDriver::created(&fixture).await;
    let applied = plain.index.apply(&plain.ctx, &plain.target, vec![operation]).await;
    assert_refused(applied, InvalidArgument, "a vector that is not part of the schema");
    assert_refused(ask(&plain, axis(0)).await, FailedPrecondition, "a query by meaning without vectors");
    assert_eq!(plain.search(&vector(&[(1, 1.0)]), None, 1).await, Vec::new());
}

async fn ask(driver: &IndexDriver, direction: DenseVector) -> Result<Vec<IndexHit>, Error> {
    let likeness = Likeness::Dense(direction, Accuracy::Approximate);
    driver.index.search(&driver.ctx, &driver.query(likeness, None, 1)).await
}

/// The schema that a target was created with is part of its state until the next creation.
pub async fn schema_is_part_of_the_state(fixture: IndexFixture) {
    let driver = created(&fixture).await;
    driver.flush(Sequence(7)).await;
    let shown = driver.state().await.map(|IndexState { schema, checkpoint, .. }| (schema, checkpoint));
    assert_eq!(shown, Some((schema(SIZE), Sequence(7))));
    driver.create_with(fresh_generation_id(), schema(SIZE + 1)).await;
    assert_eq!(driver.state().await.map(|state| state.schema), Some(schema(SIZE + 1)));
    driver.create(fresh_generation_id()).await;
    assert_eq!(driver.state().await.map(|state| state.schema), Some(IndexSchema::default()));
}
