//! Filters select exactly the chunks that `Filter::matches` selects.

use ragstone_core::filter::{
    Field, Filter, MAX_FILTER_DEPTH, MAX_FILTER_VALUES, MAX_PLACE_DEPTH, NumberRange, Place, SourceGlob,
};
use ragstone_core::metadata::MetadataValue;

use super::corpus::{plain_attributes, replace, vector};
use super::driver::IndexDriver;
use crate::IndexFixture;
use crate::draft::source;
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

/// Dates are compared by the instant that they name, whatever their offset, with when versions were stored and with
/// dates in the metadata; other texts, numbers and missing values are in no range.
pub async fn dates_are_compared_as_instants(fixture: IndexFixture) {
    let values = ["2026-01-01", "2026-01-01T00:00:00+01:00", "2026-01-02", "2025-12-31T23:59:59.999Z"];
    let others = ["2026", "", "soon", "2026-02-30", "2026-01-01T00:00:00"];
    let mut values: Vec<_> = values.into_iter().chain(others).map(text).collect();
    values.extend([MetadataValue::Integer(1_767_225_600_000), MetadataValue::Boolean(true)]);
    let driver = with_values(&fixture, values).await;
    let mut filters = Vec::new();
    for bound in ["2025-12-31", "2026-01-01", "2026-01-01T00:00:00.001Z", "2026-01-02T01:00:00+01:00"] {
        for field in ["metadata.key", "metadata.absent", "updated"] {
            for sign in ["<", "<=", ">", ">="] {
                let filter = format!("{field} {sign} \"{bound}\"");
                filters.push(Filter::parse(&filter).expect("parses"));
            }
        }
    }
    filters.push(Filter::Dated(key(), NumberRange::UNBOUNDED));
    filters.push(Filter::Dated(Field::Tag, NumberRange::UNBOUNDED));
    check_all(&driver, filters).await;
}

/// One document for each source, with a chunk of term 1.
async fn with_sources(fixture: &IndexFixture, sources: &[&str]) -> IndexDriver {
    let mut driver = IndexDriver::created(fixture).await;
    let collection = driver.target.collection;
    let operations = (0..).zip(sources).map(|(number, uri)| {
        let mut attributes = plain_attributes(number);
        attributes.source = source(uri);
        replace(collection, number, 1, attributes, vec![vector(&[(1, 1.0)])])
    });
    driver.apply(operations.collect()).await;
    driver
}

/// A place holds what lies below it and nothing that only begins like it.
pub async fn places_end_at_a_slash(fixture: IndexFixture) {
    let sources =
        ["file:///a/b", "file:///a/b/c", "file:///a/bc", "file:///A/b/c", "text:a/b", "text:ab", "a"];
    let driver = with_sources(&fixture, &sources).await;
    let places =
        ["file:", "file:///", "file:///a", "file:///a/b", "file:///a/b/", "text:", "text:a", "a", "/"];
    let filters = places.map(|place| Filter::Under(Place::try_new(place).expect("is a place")));
    check_all(&driver, filters.into()).await;
}

/// `*` stays in one segment, `**` crosses any number of them, and what is written out is compared exactly.
pub async fn globs_stay_in_segments(fixture: IndexFixture) {
    let sources = [
        "file:///a/api/x.md",
        "file:///a/api/b/x.md",
        "file:///a/api/b/c/x.md.gz",
        "file:///a/b/api",
        "file:///api/.md",
        "file:///a/b/b/x.MD",
        "text:api/x.md",
        "text:x.md",
        "x.md",
        "/api/",
    ];
    let driver = with_sources(&fixture, &sources).await;
    let globs = [
        "**",
        "*",
        "**/*",
        "*/*",
        "**/*.md",
        "*.md",
        "**/*.md.gz",
        "**/*.gz",
        "**/api/*.md",
        "**/api/*/*",
        "**/api/**",
        "**/api/**/*.md",
        "**/api",
        "file:///a/**",
        "file:///a/b/**",
        "file:///a/*/**/x.md",
        "file:///a/api/*/*/*",
        "file:///a/b/**/b/*",
        "text:api/*",
        "/api/*",
    ];
    let globs = globs.map(|glob| Filter::Glob(SourceGlob::try_new(glob).expect("can be looked up")));
    check_all(&driver, globs.into()).await;
}

/// However long a source is and however many folders it has, its places, folders and name are found.
pub async fn deep_and_long_sources_are_told_apart(fixture: IndexFixture) {
    let deep = format!("file:///{}end.md", "d/".repeat(1000));
    let wide = format!(
        "file:///{}/end.md",
        (0..400).map(|number| format!("d{number}")).collect::<Vec<_>>().join("/")
    );
    let long = format!("file:///{}/{}.md", "l".repeat(1000), "n".repeat(2000));
    let driver = with_sources(&fixture, &[&deep, &wide, &long, "file:///d/end.md"]).await;
    let filters = [
        format!("source under \"file:///{}\"", "d/".repeat(MAX_PLACE_DEPTH - 4)),
        format!("source under \"file:///{}\"", "l".repeat(1000)),
        format!("source under \"file:///{}\"", "l".repeat(999)),
        format!("source glob \"**/{}.md\"", "n".repeat(2000)),
        format!("source glob \"**/{}/**\"", "l".repeat(1000)),
        "source glob \"**/d399/**\"".to_owned(),
        "source glob \"**/d/d/d/d/d/d/d/end.md\"".to_owned(),
        "source glob \"file:///*/*\"".to_owned(),
    ];
    check_all(&driver, filters.iter().map(|text| Filter::parse(text).expect("parses")).collect()).await;
}

/// A language is a text of its own, which some documents do not have.
pub async fn languages_are_compared_exactly(fixture: IndexFixture) {
    let mut driver = IndexDriver::created(&fixture).await;
    let collection = driver.target.collection;
    let languages = [None, Some("de"), Some("en"), Some("d"), Some("rust")];
    let operations = (0..).zip(languages).map(|(number, language)| {
        let mut attributes = plain_attributes(number);
        attributes.language = language.map(str::to_owned);
        replace(collection, number, 1, attributes, vec![vector(&[(1, 1.0)])])
    });
    driver.apply(operations.collect()).await;
    let filters =
        ["language = \"de\"", "language in (\"en\", \"rust\", \"x\")", "language = 1", "language exists"];
    check_all(&driver, filters.iter().map(|text| Filter::parse(text).expect("parses")).collect()).await;
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
