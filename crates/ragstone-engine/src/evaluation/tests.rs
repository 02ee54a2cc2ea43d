//! The measures agree with `trec_eval` on its own test data, and on small cases worked out by hand.

use std::path::PathBuf;

use super::*;

/// One column of the comparison.
type Pick = fn(&Measures) -> f64;

#[expect(clippy::disallowed_methods, reason = "tests find their data through the environment")]
fn reference(name: &str) -> Option<String> {
    let data = std::env::var_os("RAGSTONE_TEST_DATA").map(PathBuf::from)?;
    std::fs::read_to_string(data.join("retrieval/trec_eval_reference").join(name)).ok()
}

#[expect(clippy::disallowed_methods, reason = "tests report what they skip through the environment")]
fn skip(test: &str) {
    use std::io::Write as _;
    let Some(report) = std::env::var_os("RAGSTONE_SKIP_REPORT") else { return };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(report).expect("opens");
    writeln!(file, "{test}\tRAGSTONE_TEST_DATA has no retrieval/trec_eval_reference").expect("writes");
}

/// The values of one measure by query, with the mean as `all`.
fn expected(text: &str, measure: &str) -> Vec<(String, f64)> {
    text.lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [name, query, value] = fields.as_slice() else { return None };
            (*name == measure).then(|| ((*query).to_owned(), value.parse().expect("a number")))
        })
        .collect()
}

#[test]
fn measures_agree_with_trec_eval_to_four_decimals() {
    let (Some(qrels), Some(results), Some(output)) =
        (reference("qrels.test"), reference("results.test"), reference("out.test.aq"))
    else {
        return skip("evaluation::measures_agree_with_trec_eval_to_four_decimals");
    };
    let judgements = Judgements::parse_qrels(&qrels).expect("parses");
    let run = Run::parse(&results).expect("parses");
    let mut ours: HashMap<String, Measures> =
        by_query(&judgements, &run).map(|(query, measures)| (query.to_owned(), measures)).collect();
    ours.insert("all".to_owned(), mean(&judgements, &run));
    let columns: [(&str, Pick); 4] = [
        ("ndcg_cut_10", |m| m.ndcg_at_10),
        ("map", |m| m.average_precision),
        ("recall_100", |m| m.recall_at_100),
        ("recip_rank", |m| m.reciprocal_rank),
    ];
    let mut compared = 0;
    for (measure, pick) in columns {
        for (query, value) in expected(&output, measure) {
            let got = ours.get(&query).map(pick).expect("is measured");
            assert_eq!(format!("{got:.4}"), format!("{value:.4}"), "{measure} of {query}");
            compared += 1;
        }
    }
    assert_eq!(compared, 16, "three queries and the mean, for four measures");
}

#[test]
fn perfect_ranking_scores_one() {
    let mut judgements = Judgements::default();
    judgements.insert("q", "a", 2);
    judgements.insert("q", "b", 1);
    let mut run = Run::default();
    run.insert("q", vec![("b".to_owned(), 1.0), ("a".to_owned(), 2.0)]);
    let measures = mean(&judgements, &run);
    let one = Measures { ndcg_at_10: 1.0, average_precision: 1.0, recall_at_100: 1.0, reciprocal_rank: 1.0 };
    assert_eq!(measures, one);
}

#[test]
fn equal_scores_are_ordered_by_document_descending() {
    let mut judgements = Judgements::default();
    judgements.insert("q", "a", 1);
    let mut run = Run::default();
    run.insert("q", vec![("a".to_owned(), 1.0), ("b".to_owned(), 1.0)]);
    assert!((mean(&judgements, &run).reciprocal_rank - 0.5).abs() < 1e-12);
}

#[test]
fn runs_round_trip_through_text() {
    let mut run = Run::default();
    run.insert("q1", vec![("a".to_owned(), 1.5), ("b".to_owned(), 2.5)]);
    assert_eq!(Run::parse(&run.to_trec("test")), Ok(run));
}

#[test]
fn bad_lines_are_named() {
    assert_eq!(Judgements::parse_qrels("1 0 a 1\n1 0 a").map_err(|error| error.line), Err(2));
    assert_eq!(Run::parse("1 Q0 a 1 x name").map_err(|error| error.line), Err(1));
}
