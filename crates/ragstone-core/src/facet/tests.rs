//! Tests of facets: names, values and their order.

use proptest::prelude::*;

use super::*;
use crate::error::ErrorKind;

fn word(value: MetadataValue) -> String {
    FacetValue::of(&value).expect("is a value").word().to_owned()
}

#[test]
fn fields_are_read_and_the_others_refused() {
    for name in ["format", "language", "tag", "metadata.year"] {
        assert_eq!(name.parse::<FacetField>().expect(name).to_string(), name);
    }
    for name in ["document", "source", "updated", "metadata.", "metadata.a b", "title", "", "tag "] {
        let error = name.parse::<FacetField>().expect_err(name);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{name}");
        assert!(error.help().is_some(), "{name}");
    }
}

#[test]
fn requests_keep_their_bounds() {
    let fields = |count: usize| (0..count).map(|number| FacetField::Metadata(format!("k{number}"))).collect();
    let kind =
        |fields, limit| FacetsRequest::try_new(fields, limit).map(|_| ()).map_err(|error| error.kind());
    assert_eq!(kind(fields(MAX_FACETS), MAX_FACET_VALUES), Ok(()));
    for (fields, limit) in [
        (fields(0), 10),
        (fields(MAX_FACETS + 1), 10),
        (fields(1), 0),
        (fields(1), MAX_FACET_VALUES + 1),
        (vec![FacetField::Tag, FacetField::Tag], 10),
    ] {
        assert_eq!(kind(fields, limit), Err(ErrorKind::InvalidArgument));
    }
}

#[test]
fn equal_numbers_are_one_value() {
    use MetadataValue::{Boolean, Float, Integer, Text};
    assert_eq!(word(Integer(1)), word(Float(1.0)));
    assert_eq!(word(Integer(i64::MIN)), word(Float(-9_223_372_036_854_775_808.0)));
    let different = [
        Integer(0),
        Float(-0.0),
        Float(0.5),
        Integer(1),
        Integer(i64::MAX),
        Integer(i64::MAX - 1),
        Float(9_223_372_036_854_775_808.0),
        Boolean(true),
        Boolean(false),
        Text("1".to_owned()),
        Text("true".to_owned()),
        Text(String::new()),
    ];
    let words: std::collections::BTreeSet<String> = different.iter().cloned().map(word).collect();
    assert_eq!(words.len(), different.len());
}

#[test]
fn values_are_ordered_by_kind_and_then_as_they_are() {
    use MetadataValue::{Boolean, Float, Integer, Text};
    let ordered = [
        Boolean(false),
        Boolean(true),
        Float(f64::MIN),
        Integer(i64::MIN),
        Integer(-10),
        Integer(-9),
        Float(-0.5),
        Integer(0),
        Float(f64::MIN_POSITIVE),
        Integer(9),
        Integer(10),
        Float(10.5),
        Integer(i64::MAX - 1),
        Integer(i64::MAX),
        Float(1e300),
        Text(String::new()),
        Text("10".to_owned()),
        Text("9".to_owned()),
        Text("é".to_owned()),
    ];
    assert!(ordered.map(word).is_sorted());
}

#[test]
fn long_texts_are_no_values_and_other_words_neither() {
    assert!(FacetValue::of_text(&"x".repeat(MAX_FACET_TEXT)).is_some());
    assert!(FacetValue::of(&MetadataValue::Text("x".repeat(MAX_FACET_TEXT + 1))).is_none());
    for word in ["", "b", "b2", "n", "nx", "n00000000000000000", "n8000000000000000i", "x", "é"] {
        assert!(FacetValue::of_word(word.to_owned()).is_none(), "{word}");
    }
}

fn values() -> impl Strategy<Value = MetadataValue> {
    prop_oneof![
        any::<bool>().prop_map(MetadataValue::Boolean),
        any::<i64>().prop_map(MetadataValue::Integer),
        (-1e6_f64..1e6).prop_map(MetadataValue::Float),
        (-1000_i32..1000).prop_map(|number| MetadataValue::Float(f64::from(number))),
        "[a-z]{0,8}".prop_map(MetadataValue::Text),
    ]
}

proptest! {
    /// A word stands for a value that equals the one that it was made of.
    #[test]
    fn words_are_read_back(value in values()) {
        let made = FacetValue::of(&value).expect("is a value");
        let read = FacetValue::of_word(made.word().to_owned()).expect("is a word");
        prop_assert_eq!(&read, &made);
        prop_assert!(read.value().equals(&value), "{:?} {:?}", read, value);
    }
}
