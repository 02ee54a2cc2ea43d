//! Values of fields are counted by documents, exactly, within filter and access lists.

use ragstone_core::facet::{FacetField, MAX_FACET_TEXT};
use ragstone_core::index::{FacetQuery, IndexOperation};
use ragstone_core::metadata::{Metadata, MetadataValue};
use ragstone_core::{ErrorKind, Filter, Reader};

use super::access::{random_access, random_reader};
use super::corpus::{plain_attributes, remove, replace, vector};
use super::driver::IndexDriver;
use crate::IndexFixture;
use crate::draft::access;
use crate::law::assert_refused;
use crate::random::Random;

fn key(name: &str) -> FacetField {
    FacetField::Metadata(name.to_owned())
}

fn fields() -> Vec<FacetField> {
    let keys = ["year", "score", "draft", "lang", "day", "mixed-1", "absent"];
    let common = [FacetField::Format, FacetField::Language, FacetField::Tag];
    common.into_iter().chain(keys.map(key)).collect()
}

/// One document for each value of the attribute `key`, with a chunk of term 1.
async fn with_values(fixture: &IndexFixture, values: Vec<MetadataValue>) -> IndexDriver {
    let mut driver = IndexDriver::created(fixture).await;
    let collection = driver.target.collection;
    let operations = (0..).zip(values).map(|(number, value)| {
        let mut attributes = plain_attributes(number);
        attributes.metadata.insert("key".to_owned(), value);
        replace(collection, number, 1, attributes, vec![vector(&[(1, 1.0)])])
    });
    driver.apply(operations.collect()).await;
    driver
}

/// A hundred random filters and readers over a random corpus, for every field and many limits.
pub async fn values_are_counted_as_the_core_says(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let mut random = Random::new(34);
    let collection = driver.target.collection;
    let operations = (0..60).map(|number| {
        let vectors = (0..random.below(4)).map(|_| vector(&[(1, 1.0)])).collect();
        let mut operation = replace(collection, number, 1, random.attributes(number), vectors);
        if let IndexOperation::Replace { attributes, .. } = &mut operation {
            attributes.access = random_access(&mut random);
        }
        operation
    });
    let operations = operations.collect();
    driver.apply(operations).await;
    let mut partial = 0;
    for _ in 0..100 {
        let reading = driver.reading_as(random_reader(&mut random));
        let filter = random.chance(60).then(|| random.filter(collection, 2));
        let field = random.pick(&fields()).clone();
        let limit = random.below(8) as usize + 1;
        reading.check_facet(&field, filter.as_ref(), limit).await;
        reading.check_facet(&field, filter.as_ref(), 1000).await;
        let values = reading.model.values(&field, filter.as_ref());
        partial += u32::from(!values.is_empty() && values != driver.model.values(&field, None));
    }
    assert!(partial > 30, "only {partial} questions were about some documents and not all");
}

/// A document counts once for each of its values, whether it has one chunk or many, with terms or without; one without
/// chunks does not count.
pub async fn documents_count_once_whatever_their_chunks(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let operations = [0, 1, 2, 50, 700].into_iter().zip(0..).map(|(chunks, number)| {
        let mut attributes = plain_attributes(number);
        attributes.tags = ["all".to_owned(), format!("of {chunks}")].into();
        let vectors = (0..chunks).map(|chunk| if chunk % 3 == 0 { vector(&[]) } else { vector(&[(1, 1.0)]) });
        replace(collection, number, 1, attributes, vectors.collect())
    });
    driver.apply(operations.collect()).await;
    driver.check_facet(&FacetField::Tag, None, 100).await;
    driver.check_facet(&FacetField::Format, None, 100).await;
    let found = driver.facet(&FacetField::Tag, None, 1).await;
    assert_eq!(found.counts.first().map(|count| count.documents), Some(4));
}

/// `1` and `1.0` are one value; `true`, `"1"` and `-0.0` are others, and whole numbers are told apart up to the largest.
pub async fn equal_numbers_are_one_value(fixture: IndexFixture) {
    use MetadataValue::{Boolean, Float, Integer, Text};
    let values = vec![
        Integer(1),
        Float(1.0),
        Integer(1),
        Text("1".to_owned()),
        Boolean(true),
        Boolean(false),
        Integer(0),
        Float(-0.0),
        Float(0.1),
        Integer(i64::MAX),
        Integer(i64::MIN),
        Float(1e300),
        Float(-0.5),
        Text(String::new()),
        Text("é \"\\".to_owned()),
    ];
    let driver = with_values(&fixture, values).await;
    for limit in [1, 5, 100] {
        driver.check_facet(&key("key"), None, limit).await;
    }
}

/// More documents come first, then the lesser value; the limit cuts there, and the answer says whether it did.
pub async fn values_of_most_documents_come_first(fixture: IndexFixture) {
    // A hundred values, the first 75 twice, and 7 another 25 times.
    let numbers = (0..100).chain(0..75).chain(std::iter::repeat_n(7, 25));
    let values = numbers.map(MetadataValue::Integer);
    let driver = with_values(&fixture, values.collect()).await;
    for limit in [1, 2, 50, 51, 74, 75, 76, 99, 100, 101, 1000] {
        driver.check_facet(&key("key"), None, limit).await;
    }
}

/// A text that is too long to be shown is no value; one of just that size is.
pub async fn long_texts_are_no_values(fixture: IndexFixture) {
    let texts = [MAX_FACET_TEXT - 1, MAX_FACET_TEXT, MAX_FACET_TEXT + 1, 4096];
    let values = texts.map(|len| MetadataValue::Text("x".repeat(len)));
    let driver = with_values(&fixture, values.into()).await;
    driver.check_facet(&key("key"), None, 10).await;
    assert_eq!(driver.facet(&key("key"), None, 10).await.counts.len(), 2);
}

/// Replaced and removed documents count as they are now, also where they come again with the same chunks.
pub async fn values_follow_updates_and_removals(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let mut random = Random::new(35);
    let collection = driver.target.collection;
    for version in 1..15 {
        let operations = (0..10).map(|_| random.operation(collection, 15, version)).collect();
        driver.apply(operations).await;
        for field in [FacetField::Tag, FacetField::Language, key("year")] {
            driver.check_facet(&field, None, 100).await;
        }
    }
    // The same version once more, with other values.
    for year in [1, 2] {
        let mut attributes = plain_attributes(1);
        attributes.metadata.insert("year".to_owned(), MetadataValue::Integer(year));
        let vectors = vec![vector(&[(1, 1.0)]); 3];
        driver.apply(vec![replace(collection, 1, 99, attributes, vectors)]).await;
        driver.check_facet(&key("year"), None, 100).await;
    }
    driver.apply((0..15).map(|number| remove(collection, number)).collect()).await;
    assert_eq!(driver.facet(&FacetField::Tag, None, 100).await.counts, []);
}

/// However many keys there are, the values of each are counted.
pub async fn more_keys_than_an_index_takes_are_counted(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let operations = (0..200).map(|number| {
        let mut attributes = plain_attributes(number);
        let keys = [number % 200, (number + 1) % 200];
        let value = MetadataValue::Text((number % 3).to_string());
        attributes.metadata = Metadata::from(keys.map(|key| (format!("key{key}"), value.clone())));
        replace(collection, number, 1, attributes, vec![vector(&[(1, 1.0)]); 2])
    });
    driver.apply(operations.collect()).await;
    let some = Filter::parse("document exists and source != \"text:199\"").expect("parses");
    for number in [0, 1, 63, 64, 65, 127, 128, 129, 199] {
        driver.check_facet(&key(&format!("key{number}")), None, 10).await;
        driver.check_facet(&key(&format!("key{number}")), Some(&some), 1).await;
    }
}

/// What the reader may not read has no values, whatever the filter.
pub async fn hidden_documents_have_no_values(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let lists = [access(&[], &[]), access(&["user:ann"], &[]), access(&["group:staff"], &["user:bob"])];
    let operations = (0..30).map(|number| {
        let mut attributes = plain_attributes(number);
        attributes.tags = ["all".to_owned(), format!("list {}", number % 3)].into();
        attributes.access = lists[number as usize % 3].clone();
        replace(collection, number, 1, attributes, vec![vector(&[(1, 1.0)])])
    });
    driver.apply(operations.collect()).await;
    let staff = ["staff".to_owned()];
    for (reader, values) in [
        (Reader::Everything, 4),
        (Reader::named("ann", []), 3),
        (Reader::named("ann", &staff), 4),
        (Reader::named("bob", &staff), 2),
        (Reader::named("", []), 2),
    ] {
        let reading = driver.reading_as(reader);
        reading.check_facet(&FacetField::Tag, None, 100).await;
        assert_eq!(reading.facet(&FacetField::Tag, None, 100).await.counts.len(), values);
        let hidden = Filter::parse("tag = \"list 1\" or tag = \"list 2\"").expect("parses");
        reading.check_facet(&FacetField::Tag, Some(&hidden), 100).await;
    }
}

/// A target that was never created is not found, also by a filter that admits nothing.
pub async fn facets_of_a_missing_target_are_not_found(fixture: IndexFixture) {
    let driver = IndexDriver::new(&fixture);
    for (field, filter) in [
        (FacetField::Tag, None),
        (key("year"), None),
        (FacetField::Tag, Some(Filter::Any(Vec::new()))),
        (key("year"), Some(Filter::Any(Vec::new()))),
    ] {
        let (target, reader) = (driver.target.clone(), Reader::Everything);
        let query = FacetQuery { target, field, filter, reader, limit: 1 };
        let counted = driver.index.facet(&driver.ctx, &query).await;
        assert_refused(counted, ErrorKind::NotFound, "a missing target");
    }
}

/// A limit of 0 is refused.
pub async fn facets_without_a_limit_are_refused(fixture: IndexFixture) {
    let driver = IndexDriver::created(&fixture).await;
    let (target, field, reader) = (driver.target.clone(), FacetField::Tag, Reader::Everything);
    let query = FacetQuery { target, field, filter: None, reader, limit: 0 };
    let counted = driver.index.facet(&driver.ctx, &query).await;
    assert_refused(counted, ErrorKind::InvalidArgument, "a limit of nothing");
}
