//! Weights, ids that never change, and the refusal of parameters.

use ragstone_core::ErrorKind;

use super::*;
use crate::analysis::AnalyzerKind;

#[test]
fn term_ids_never_change() {
    let ids = ["ownership", "std::sync::arc", "東京", ""].map(term_id);
    assert_eq!(ids, [1_529_137_970, 2_631_791_789, 3_247_932_163, 366_286_023]);
}

#[test]
fn parameters_out_of_range_are_refused() {
    for (k1, b) in [(-0.1, 0.5), (10.1, 0.5), (f32::NAN, 0.5), (1.0, -0.1), (1.0, 1.1), (1.0, f32::NAN)] {
        assert_eq!(Bm25::try_new(k1, b).map_err(|error| error.kind()), Err(ErrorKind::InvalidArgument));
    }
    assert!(Bm25::try_new(0.0, 0.0).is_ok() && Bm25::try_new(10.0, 1.0).is_ok());
}

#[test]
fn weights_follow_the_formula() {
    let terms = TermCounts::from_ids(vec![7, 3, 7], 3);
    let vector = Bm25::try_new(1.2, 0.75).unwrap().document_vector(&terms, 6.0);
    assert_eq!(vector.indices, [3, 7]);
    let saturation = 1.2 * (0.25 + 0.75 * 0.5);
    let expected = [2.2 / (1.0 + saturation), 2.0 * 2.2 / (2.0 + saturation)];
    for (value, expected) in vector.values.iter().zip(expected) {
        assert!((value - expected).abs() < 1e-6, "{value} {expected}");
    }
}

#[test]
fn average_length_that_is_no_length_is_ignored() {
    let terms = TermCounts::from_ids(vec![1, 2], 2);
    let bm25 = Bm25::default();
    let expected = bm25.document_vector(&terms, 2.0);
    for average in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert_eq!(bm25.document_vector(&terms, average), expected);
    }
}

#[test]
fn query_of_stop_words_is_empty() {
    let analyzer = Analyzer::new(AnalyzerKind::English);
    assert!(query_vector(&analyzer, "to be or not to be").is_empty());
    assert_eq!(query_vector(&analyzer, "cat cats dog").values.iter().sum::<f32>().to_bits(), 3_f32.to_bits());
}

#[test]
fn dot_product_meets_common_terms_only() {
    let vector =
        |indices: &[u32], values: &[f32]| TermVector { indices: indices.into(), values: values.into() };
    let a = vector(&[1, 3, 5], &[1.0, 2.0, 3.0]);
    let b = vector(&[2, 3, 5, 9], &[9.0, 10.0, 100.0, 9.0]);
    assert!((a.dot(&b) - 320.0).abs() < f32::EPSILON);
    assert!((b.dot(&a) - 320.0).abs() < f32::EPSILON);
}
