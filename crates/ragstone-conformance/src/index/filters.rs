//! Filters select exactly the chunks that `Filter::matches` selects.

use ragstone_core::filter::{Field, Filter, MAX_FILTER_DEPTH, MAX_FILTER_VALUES, NumberRange};
use ragstone_core::metadata::MetadataValue;

use super::corpus::{plain_attributes, replace, vector};
use super::driver::IndexDriver;
use crate::IndexFixture;
use crate::random::Random;

/// Three hundred random filters over a random corpus find and count what they mean.
pub async fn filters_mean_what_the_core_says(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let mut random = Random::new(7);
    let collection = driver.target.collection;
    let operations = (0..30).map(|number| {
        let vectors = (0..=random.below(3)).map(|_| vector(&[(1, 1.0), (number % 7 + 2, 0.5)])).collect();
        replace(collection, number, 1, random.attributes(number), vectors)
    });
    let operations = operations.collect();
    driver.apply(operations).await;
    let mut partial = 0;
    for _ in 0..300 {
        let filter = random.filter(collection, 3);
        driver.check(&vector(&[(1, 1.0)]), Some(&filter), 1000).await;
        let admitted = driver.model.count(Some(&filter));
        partial += u32::from(admitted > 0 && admitted < driver.model.count(None));
    }
    assert!(partial > 60, "only {partial} filters admitted some and not all");
}

/// One document for each value of the attribute `key`, and one without it; each with a chunk of term 1.
async fn with_values(fixture: &IndexFixture, values: Vec<MetadataValue>) -> IndexDriver {
    let mut driver = IndexDriver::created(fixture).await;
    let collection = driver.target.collection;
    let keyed = values.into_iter().map(Some).chain([None]);
    let operations = (0..).zip(keyed).map(|(number, value)| {
        let mut attributes = plain_attributes(number);
        if let Some(value) = value {
            attributes.metadata.insert("key".to_owned(), value);
        }
        replace(collection, number, 1, attributes, vec![vector(&[(1, 1.0)])])
    });
    driver.apply(operations.collect()).await;
    driver
}

async fn check_all(driver: &IndexDriver, filters: Vec<Filter>) {
    for filter in filters {
        let negated = Filter::Not(Box::new(filter.clone()));
        for filter in [filter, negated] {
            driver.check(&vector(&[(1, 1.0)]), Some(&filter), 1000).await;
        }
    }
}

fn key() -> Field {
    Field::Metadata("key".to_owned())
}

fn text(value: &str) -> MetadataValue {
    MetadataValue::Text(value.to_owned())
}

/// `1` equals `1.0` but neither `"1"` nor `true`, and whole numbers are told apart up to the largest.
pub async fn numbers_are_compared_by_value(fixture: IndexFixture) {
    use MetadataValue::{Boolean, Float, Integer};
    let values = vec![
        Integer(1),
        Float(1.0),
        Float(1.5),
        text("1"),
        Boolean(true),
        Integer(0),
        Integer(-3),
        Float(-3.0),
        Integer(9_007_199_254_740_992),
        Integer(9_007_199_254_740_993),
        Integer(i64::MAX),
        Integer(i64::MIN),
        Float(1e300),
        Float(0.1),
    ];
    let driver = with_values(&fixture, values.clone()).await;
    let mut filters: Vec<Filter> = values.iter().map(|value| Filter::Equals(key(), value.clone())).collect();
    filters.push(Filter::In(key(), values.clone()));
    filters.extend(values.windows(2).map(|pair| Filter::In(key(), pair.to_vec())));
    check_all(&driver, filters).await;
}

/// Texts are equal byte for byte: case, accents, spaces and length count.
pub async fn texts_are_compared_exactly(fixture: IndexFixture) {
    let long = "x".repeat(4096);
    let texts = [
        "Rust", "rust", "rust ", " rust", "ru", "é", "e\u{301}", "", "a b", "a", "\"", "\\", "%", "*", &long,
    ];
    let values: Vec<MetadataValue> = texts.iter().map(|value| text(value)).collect();
    let driver = with_values(&fixture, values.clone()).await;
    let mut filters: Vec<Filter> = values.iter().map(|value| Filter::Equals(key(), value.clone())).collect();
    filters.push(Filter::In(key(), values));
    filters.push(Filter::Equals(Field::Source, text("text:1")));
    filters.push(Filter::Equals(Field::Format, text("Text")));
    check_all(&driver, filters).await;
}

/// Conditions on a field that a document does not have do not hold; their negations do.
pub async fn missing_fields_hold_only_under_not(fixture: IndexFixture) {
    let driver = with_values(&fixture, vec![MetadataValue::Integer(1), text("")]).await;
    let absent = || Field::Metadata("absent".to_owned());
    let fields = [key, absent, || Field::Tag, || Field::Format, || Field::Document];
    let filters = fields.into_iter().flat_map(|field| {
        [
            Filter::Exists(field()),
            Filter::Equals(field(), MetadataValue::Integer(1)),
            Filter::Within(field(), NumberRange::UNBOUNDED),
            Filter::In(field(), Vec::new()),
        ]
    });
    let mut filters: Vec<Filter> = filters.collect();
    filters.push(Filter::All(Vec::new()));
    filters.push(Filter::Any(Vec::new()));
    check_all(&driver, filters).await;
}

/// Each of the four bounds is kept to the point, alone and together.
pub async fn ranges_keep_their_bounds(fixture: IndexFixture) {
    use MetadataValue::{Float, Integer};
    let values = vec![
        Integer(1),
        Integer(2),
        Float(2.0),
        Float(2.5),
        Integer(3),
        Float(-0.5),
        text("2"),
        MetadataValue::Boolean(true),
    ];
    let driver = with_values(&fixture, values).await;
    let mut filters = Vec::new();
    for low in [1.0, 2.0, 2.5] {
        for high in [2.0, 2.5, 3.0] {
            let range = |gt, gte, lt, lte| Filter::Within(key(), NumberRange { gt, gte, lt, lte });
            filters.push(range(Some(low), None, None, None));
            filters.push(range(None, Some(low), None, None));
            filters.push(range(None, None, Some(high), None));
            filters.push(range(None, None, None, Some(high)));
            filters.push(range(Some(low), None, None, Some(high)));
            filters.push(range(None, Some(low), Some(high), None));
            filters.push(range(Some(low), Some(low), Some(high), Some(high)));
        }
    }
    check_all(&driver, filters).await;
}

/// A list of as many values as a filter may have is honoured to the last one.
pub async fn large_lists_of_values_are_honoured(fixture: IndexFixture) {
    let most = i64::try_from(MAX_FILTER_VALUES).expect("is small");
    let values = vec![
        MetadataValue::Integer(0),
        MetadataValue::Integer(most - 1),
        MetadataValue::Integer(most),
        text("999"),
    ];
    let driver = with_values(&fixture, values).await;
    let numbers = (0..most).map(MetadataValue::Integer).collect();
    let texts = (0..most).map(|number| text(&number.to_string())).collect();
    let mixed = (0..most)
        .map(|number| match number % 2 {
            0 => MetadataValue::Integer(number),
            _ => text(&number.to_string()),
        })
        .collect();
    let filters = [numbers, texts, mixed].map(|values| Filter::In(key(), values));
    check_all(&driver, filters.into()).await;
}

/// Filters nested as deep as the parser allows are honoured.
pub async fn deep_filters_are_honoured(fixture: IndexFixture) {
    let driver = with_values(&fixture, vec![MetadataValue::Integer(1), MetadataValue::Integer(2)]).await;
    let mut filter = Filter::Equals(key(), MetadataValue::Integer(1));
    for level in 2..MAX_FILTER_DEPTH {
        let exists = Filter::Exists(key());
        filter = match level % 3 {
            0 => Filter::Not(Box::new(filter)),
            1 => Filter::All(vec![filter, exists]),
            _ => Filter::Any(vec![Filter::Not(Box::new(exists)), filter]),
        };
    }
    check_all(&driver, vec![filter]).await;
}
