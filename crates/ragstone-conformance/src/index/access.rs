//! Access lists decide inside the search: before the limit, with every filter, in both legs.

use std::collections::BTreeSet;

use ragstone_core::access::AccessEntry;
use ragstone_core::index::{Accuracy, IndexOperation};
use ragstone_core::{AccessList, Reader};

use super::corpus::{plain_attributes, remove, replace, vector};
use super::dense::{axis, created, put, random_direction};
use super::driver::IndexDriver;
use crate::IndexFixture;
use crate::draft::access;
use crate::random::Random;

const ENTRIES: [&str; 7] =
    ["user:ann", "user:bob", "user:Ann", "group:ann", "group:staff", "group:a, b", "group:é"];

fn entries(random: &mut Random) -> BTreeSet<AccessEntry> {
    (0..random.below(4)).map(|_| (*random.pick(&ENTRIES)).parse().expect("is an entry")).collect()
}

/// A list that is open now and then.
pub(super) fn random_access(random: &mut Random) -> AccessList {
    if random.chance(30) {
        return AccessList::OPEN;
    }
    let deny = if random.chance(50) { entries(random) } else { BTreeSet::new() };
    AccessList::try_new(entries(random), deny).expect("is small")
}

/// A reader of some entries, or of none.
pub(super) fn random_reader(random: &mut Random) -> Reader {
    Reader::Named(entries(random))
}

fn reader(name: &str, groups: &[&str]) -> Reader {
    let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
    Reader::named(name, &groups)
}

fn guarded(mut operation: IndexOperation, list: AccessList) -> IndexOperation {
    if let IndexOperation::Replace { attributes, .. } = &mut operation {
        attributes.access = list;
    }
    operation
}

/// Two hundred random readers, with and without a filter, find and count what `AccessList::admits` admits.
pub async fn readers_find_what_the_core_says(fixture: IndexFixture) {
    let mut driver = created(&fixture).await;
    let mut random = Random::new(28);
    let collection = driver.target.collection;
    let mut operations = Vec::new();
    for number in 0..60 {
        let directions = (0..=random.below(2)).map(|_| Some(random_direction(&mut random))).collect();
        let mut operation = put(&driver, number, 1, directions);
        if let IndexOperation::Replace { attributes, chunks, .. } = &mut operation {
            *attributes = random.attributes(number);
            for chunk in chunks {
                chunk.keyword = random.vector(8);
            }
        }
        operations.push(guarded(operation, random_access(&mut random)));
    }
    driver.apply(operations).await;
    let (mut partial, whole) = (0, driver.model.count(None));
    for _ in 0..200 {
        let reading = driver.reading_as(Reader::Named(entries(&mut random)));
        let filter = random.chance(50).then(|| random.filter(collection, 2));
        let limit = random.below(30) as usize + 1;
        reading.check(&random.vector(5), filter.as_ref(), limit).await;
        reading.check_dense(&random_direction(&mut random), filter.as_ref(), limit).await;
        let admitted = reading.model.count(None);
        partial += u32::from(admitted > 0 && admitted < whole);
    }
    assert!(partial > 150, "only {partial} readers could read some and not all");
}

/// An empty list admits everybody, a name and a group admit whom they name, and a denial wins.
pub async fn users_groups_and_denials_decide(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let long = format!("user:{}", "l".repeat(128));
    let lists = [
        access(&[], &[]),
        access(&["user:ann"], &[]),
        access(&["group:staff"], &[]),
        access(&["user:staff", "group:ann"], &[]),
        access(&[], &["user:ann"]),
        access(&[], &["group:staff"]),
        access(&["user:ann", "group:staff"], &["group:night"]),
        access(&[long.as_str()], &[]),
        access(&[], &[long.as_str()]),
    ];
    let collection = driver.target.collection;
    let operations = (0..).zip(lists).map(|(number, list)| {
        let attributes = plain_attributes(number);
        guarded(replace(collection, number, 1, attributes, vec![vector(&[(1, 1.0)])]), list)
    });
    driver.apply(operations.collect()).await;
    for (reader, count) in [
        (Reader::Everything, 9),
        (reader("ann", &[]), 5),
        (reader("ann", &["staff"]), 5),
        (reader("bob", &["staff"]), 5),
        (reader("bob", &["staff", "night"]), 4),
        (reader("staff", &["ann"]), 5),
        (reader(&"l".repeat(128), &[]), 4),
        (reader("nobody", &[]), 4),
        (Reader::Named(BTreeSet::new()), 4),
    ] {
        let reading = driver.reading_as(reader);
        reading.check(&vector(&[(1, 1.0)]), None, 100).await;
        assert_eq!(reading.count(None).await, count, "{:?}", reading.model.reader());
    }
}

/// A target of many good chunks that only `ann` may find, and few bad ones for everybody.
async fn few_among_hidden(fixture: &IndexFixture) -> IndexDriver {
    let mut driver = created(fixture).await;
    let operations = (0..200).map(|number| {
        let is_open = number % 20 == 0;
        let mut operation = put(&driver, number, 1, vec![Some(axis(usize::from(is_open)))]);
        if let IndexOperation::Replace { chunks, .. } = &mut operation {
            for chunk in chunks {
                chunk.keyword = vector(&[(1, if is_open { 0.1 } else { 9.0 })]);
            }
        }
        guarded(operation, if is_open { AccessList::OPEN } else { access(&["user:ann"], &[]) })
    });
    let operations = operations.collect();
    driver.apply(operations).await;
    driver
}

/// As many hits are found by keyword as the reader may read, however many better ones are hidden.
pub async fn hidden_chunks_take_no_place_of_a_keyword_search(fixture: IndexFixture) {
    let driver = few_among_hidden(&fixture).await.reading_as(reader("bob", &[]));
    let keyword = vector(&[(1, 1.0)]);
    for limit in [1, 3, 10, 50] {
        assert_eq!(driver.search(&keyword, None, limit).await.len(), limit.min(10));
        driver.check(&keyword, None, limit).await;
    }
}

/// As many hits are found by meaning as the reader may read, however many nearer ones are hidden.
pub async fn hidden_chunks_take_no_place_of_a_dense_search(fixture: IndexFixture) {
    let driver = few_among_hidden(&fixture).await.reading_as(reader("bob", &[]));
    for limit in [1, 3, 10, 50] {
        for accuracy in [Accuracy::Exact, Accuracy::Approximate] {
            let hits = driver.search_dense(&axis(0), accuracy, None, limit).await;
            assert_eq!(hits.len(), limit.min(10), "{accuracy:?}");
            driver.model.assert_cosines(&axis(0), None, &hits);
        }
    }
}

/// A chunk has the same score for everybody who finds it.
pub async fn scores_do_not_depend_on_the_reader(fixture: IndexFixture) {
    let driver = few_among_hidden(&fixture).await;
    let keyword = vector(&[(1, 1.0)]);
    let all = driver.search(&keyword, None, 1000).await;
    let found = driver.reading_as(reader("bob", &[])).search(&keyword, None, 1000).await;
    let expected: Vec<_> =
        all.into_iter().filter(|hit| found.iter().any(|own| own.chunk == hit.chunk)).collect();
    assert_eq!(found, expected);
}

/// After a replacement the new list holds, also where nothing else changed.
pub async fn replaced_access_lists_hold_at_once(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let (keyword, ann) = (vector(&[(1, 1.0)]), reader("ann", &[]));
    for (version, list) in (1..).zip([
        access(&["user:ann"], &[]),
        access(&["user:bob"], &[]),
        AccessList::OPEN,
        access(&[], &["user:ann"]),
        access(&["user:ann"], &[]),
    ]) {
        let is_admitted = list.admits(&ann);
        let operation = replace(collection, 1, version, plain_attributes(1), vec![keyword.clone()]);
        driver.apply(vec![guarded(operation, list)]).await;
        let reading = driver.reading_as(ann.clone());
        reading.check(&keyword, None, 10).await;
        assert_eq!(reading.count(None).await, u64::from(is_admitted), "version {version}");
    }
    driver.apply(vec![remove(collection, 1)]).await;
    assert_eq!(driver.reading_as(ann).count(None).await, 0);
}
