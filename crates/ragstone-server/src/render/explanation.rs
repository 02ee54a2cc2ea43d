//! How an answer came about, as a table for people.

use std::fmt::Write as _;

use owo_colors::OwoColorize;
use ragstone_api::search::Hit;
use ragstone_api::search::explanation::{Cuts, EffectiveQuery, Explanation, Selectivity};

use super::hit::printable;

/// Columns of the names on the left.
const MARGIN: usize = 12;

/// The table of an explained answer, with what each hit was given.
pub(super) fn table(explanation: &Explanation, hits: &[Hit]) -> String {
    let mut rows = query_rows(&explanation.query);
    rows.extend(explanation.filter.map(|filter| ("filter", admitted(&filter))));
    for found in &explanation.candidates {
        rows.push(("candidates", format!("{:<9} {:>6}  {}", found.leg, found.count, found.collection)));
    }
    rows.push(("cut", cuts(&explanation.cuts)));
    let times: Vec<String> =
        explanation.stages.iter().map(|time| format!("{} {:.1}", time.stage, time.took_ms)).collect();
    rows.push(("times in ms", times.join(", ")));
    let mut out = format!("{}\n", "explanation".bold());
    let mut last = "";
    for (name, text) in rows {
        let shown = if name == last { "" } else { name };
        let _ = writeln!(out, "{shown:<MARGIN$} {}", printable(&text));
        last = name;
    }
    out.push_str(&shares(hits));
    out
}

fn query_rows(query: &EffectiveQuery) -> Vec<(&'static str, String)> {
    let mut rows = vec![("words", query.words.clone())];
    for reading in &query.readings {
        rows.push(("terms", format!("{}  ({})", reading.terms.join(" "), reading.analyzer)));
        if !reading.ignored.is_empty() {
            rows.push(("ignored", format!("{}  ({})", reading.ignored.join(" "), reading.analyzer)));
        }
    }
    rows.extend(query.phrases.iter().map(|phrase| ("required", format!("\"{phrase}\""))));
    rows.extend(query.exclusions.iter().map(|words| ("excluded", format!("\"{words}\""))));
    rows.extend(query.fields.iter().map(|field| ("field", field.clone())));
    rows
}

#[expect(clippy::cast_precision_loss, reason = "a percentage need not be exact")]
fn admitted(filter: &Selectivity) -> String {
    let share = filter.admitted as f64 / filter.passages.max(1) as f64 * 100.0;
    format!("admits {} of {} passages ({share:.1} %)", filter.admitted, filter.passages)
}

fn cuts(cuts: &Cuts) -> String {
    let reasons = [
        (cuts.replaced, "replaced meanwhile"),
        (cuts.without_phrase, "without a phrase"),
        (cuts.excluded, "excluded"),
        (cuts.below_min_score, "below the least score"),
        (cuts.beyond_per_document, "of a document that has its share"),
        (cuts.too_alike, "too much like others"),
        (cuts.beyond_limit, "beyond the limit"),
    ];
    let named = reasons.iter().filter(|(count, _)| *count > 0);
    let named: Vec<String> = named.map(|(count, reason)| format!("{count} {reason}")).collect();
    if named.is_empty() { "none".to_owned() } else { named.join(", ") }
}

/// What each leg gave to each hit.
fn shares(hits: &[Hit]) -> String {
    let mut out = String::new();
    let heads = ["hit", "leg", "rank", "score", "scaled", "weight", "adds"];
    let [hit, leg, rank, score, scaled, weight, adds] = heads;
    let head = format!("{hit:<4} {leg:<9} {rank:>5} {score:>9} {scaled:>7} {weight:>7} {adds:>8}");
    let _ = writeln!(out, "{}", head.dimmed());
    for (number, hit) in (1..).zip(hits) {
        let Some(explanation) = &hit.explanation else { continue };
        for (at, share) in explanation.legs.iter().enumerate() {
            let number = if at == 0 { format!("{number}") } else { String::new() };
            let (rank, score, scaled) = (share.rank, share.score, share.normalised);
            let row = format!("{number:<4} {:<9} {rank:>5} {score:>9.3} {scaled:>7.3}", share.leg);
            let _ = writeln!(out, "{row} {:>7.2} {:>8.3}", share.weight, share.contribution);
        }
        if let Some(relevance) = explanation.relevance {
            let _ = writeln!(out, "     {:<9} {:>38}", "reranked", format!("= {relevance:.3}"));
        }
        let factors = [("recency", explanation.recency), ("source", explanation.source_weight)];
        for (name, factor) in factors.into_iter().filter_map(|(name, factor)| Some((name, factor?))) {
            let _ = writeln!(out, "     {name:<9} {:>38}", format!("× {factor:.3}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use ragstone_api::search::explanation::{Candidates, Reading, StageTime};

    use super::*;

    #[test]
    fn an_explanation_is_a_table() {
        let reading = Reading {
            analyzer: "english".to_owned(),
            terms: vec!["chang".to_owned(), "feed".to_owned()],
            ignored: vec!["the".to_owned()],
        };
        let query = EffectiveQuery {
            words: "the change feed".to_owned(),
            phrases: vec!["change feed".to_owned()],
            exclusions: vec!["\u{1b}[31mred".to_owned()],
            fields: vec!["tag:adr".to_owned()],
            readings: vec![reading],
        };
        let candidates =
            |leg: &str, count| Candidates { leg: leg.to_owned(), collection: "notes".to_owned(), count };
        let explanation = Explanation {
            query,
            candidates: vec![candidates("keyword", 12), candidates("semantic", 100)],
            cuts: Cuts { without_phrase: 3, beyond_limit: 90, ..Cuts::default() },
            filter: Some(Selectivity { admitted: 20, passages: 400 }),
            stages: vec![StageTime { stage: "fusion".to_owned(), took_ms: 0.25 }],
        };
        let table = anstream::adapter::strip_str(&table(&explanation, &[])).to_string();
        let expected = [
            "explanation",
            "words        the change feed",
            "terms        chang feed  (english)",
            "ignored      the  (english)",
            "required     \"change feed\"",
            "excluded     \"[31mred\"",
            "field        tag:adr",
            "filter       admits 20 of 400 passages (5.0 %)",
            "candidates   keyword       12  notes",
            "             semantic     100  notes",
            "cut          3 without a phrase, 90 beyond the limit",
            "times in ms  fusion 0.2",
            "hit  leg        rank     score  scaled  weight     adds",
        ];
        assert_eq!(table.lines().collect::<Vec<_>>(), expected);
    }
}
