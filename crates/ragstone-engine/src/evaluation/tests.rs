//! The measures agree with `trec_eval` on its own test data, and on small cases worked out by hand.

use std::path::PathBuf;

use super::*;

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
    let names = ["P_5", "P_10", "P_100", "recall_5", "recall_10", "recall_100", "recall_1000", "ndcg_cut_5"];
    let more = ["ndcg_cut_10", "ndcg_cut_100", "map", "map_cut_10", "map_cut_100", "recip_rank"];
    let mut compared = 0;
    for name in names.into_iter().chain(more) {
        let measure: Measure = name.parse().expect("is a measure");
        let mut ours: HashMap<&str, f64> =
            by_query(&judgements, &run).map(|(query, ranked)| (query, ranked.value(measure))).collect();
        ours.insert("all", mean(&judgements, &run, measure));
        for (query, value) in expected(&output, name) {
            let got = ours.get(query.as_str()).expect("is measured");
            assert_eq!(format!("{got:.4}"), format!("{value:.4}"), "{name} of {query}");
            compared += 1;
        }
    }
    assert_eq!(compared, 14 * 4, "three queries and the mean, for each measure");
}

#[test]
fn perfect_ranking_scores_one() {
    let mut judgements = Judgements::default();
    judgements.insert("q", "a", 2);
    judgements.insert("q", "b", 1);
    let mut run = Run::default();
    run.insert("q", vec![("b".to_owned(), 1.0), ("a".to_owned(), 2.0)]);
    for measure in Measure::REPORTED {
        let best = match measure {
            Measure::Precision(cut) => 2.0 / f64::from(u32::try_from(cut.get()).expect("is small")),
            _ => 1.0,
        };
        assert!((mean(&judgements, &run, measure) - best).abs() < 1e-12, "{measure}");
    }
}

#[test]
fn nothing_found_scores_zero_and_counts() {
    let mut judgements = Judgements::default();
    judgements.insert("q", "a", 1);
    judgements.insert("r", "a", 1);
    let mut run = Run::default();
    run.insert("q", vec![("a".to_owned(), 1.0)]);
    run.insert("r", Vec::new());
    assert!((mean(&judgements, &run, Measure::MAIN) - 0.5).abs() < 1e-12);
}

#[test]
fn all_found_asks_for_every_relevant_document() {
    let mut judgements = Judgements::default();
    judgements.insert("q", "a", 1);
    judgements.insert("q", "b", 1);
    let measure: Measure = "all_found_2".parse().expect("is a measure");
    let ranked = |documents: [&str; 3]| {
        let mut run = Run::default();
        run.insert("q", documents.into_iter().map(str::to_owned).zip([3.0, 2.0, 1.0]).collect());
        mean(&judgements, &run, measure)
    };
    assert!(ranked(["a", "b", "c"]) > 0.5);
    assert!(ranked(["a", "c", "b"]) < 0.5);
}

#[test]
fn names_of_measures_round_trip_and_others_are_refused() {
    for measure in Measure::REPORTED {
        assert_eq!(measure.to_string().parse(), Ok(measure));
    }
    for name in ["", "ndcg", "ndcg_cut_0", "recall_x", "bpref"] {
        assert_eq!(name.parse::<Measure>(), Err(UnknownMeasure), "{name}");
    }
}

#[test]
fn equal_scores_are_ordered_by_document_descending() {
    let mut judgements = Judgements::default();
    judgements.insert("q", "a", 1);
    let mut run = Run::default();
    run.insert("q", vec![("a".to_owned(), 1.0), ("b".to_owned(), 1.0)]);
    assert!((mean(&judgements, &run, Measure::ReciprocalRank) - 0.5).abs() < 1e-12);
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
    let heading = "query-id\tcorpus-id\tscore\n";
    let lines = |rows: &str| Judgements::parse_tsv(&format!("{heading}{rows}")).map_err(|error| error.line);
    assert_eq!(lines("1\ta\t1\n\n1\tb\n").map(drop), Err(4));
    assert_eq!(lines("1\ta\t1\tmore\n").map(drop), Err(2));
    assert_eq!(Run::parse("1 Q0 a 1 x name").map_err(|error| error.line), Err(1));
}

#[test]
fn judgements_of_beir_are_those_of_trec() {
    let tsv = Judgements::parse_tsv("query-id\tcorpus-id\tscore\n1\ta b\t1\n2\tc\t0\n").expect("parses");
    let mut expected = Judgements::default();
    expected.insert("1", "a b", 1);
    expected.insert("2", "c", 0);
    assert_eq!(tsv, expected);
    assert_eq!(tsv.queries().collect::<Vec<_>>(), ["1"]);
}
