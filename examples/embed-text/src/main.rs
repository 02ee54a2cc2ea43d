//! A program that cuts a Markdown text into passages and finds the best one for a question.

use ragstone_text::{
    Analyzer, AnalyzerKind, Bm25, ChunkOptions, ExtractLimits, Input, TermVector, chunk, extract, highlights,
    query_vector,
};

const TEXT: &str = "# Memory\n\n## Ownership\n\nEach value has one owner.\n\n## Borrowing\n\nA reference borrows a value.\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let input = Input { bytes: TEXT.as_bytes(), file_name: Some("memory.md"), media_type: None };
    let extracted = extract(&input, &ExtractLimits::default())?;
    let passages = chunk(&extracted, &ChunkOptions::try_new(64, 128)?);

    let analyzer = Analyzer::new(AnalyzerKind::English);
    let bm25 = Bm25::default();
    let question = "how are references borrowed";
    let query = query_vector(&analyzer, question);
    let text = |index: usize| passages[index].span.slice(&extracted.text).unwrap_or_default();
    let score = |index: usize| dot(&bm25.document_vector(&analyzer.count(text(index)), 5.0), &query);
    let best = (0..passages.len()).max_by(|a, b| score(*a).total_cmp(&score(*b))).ok_or("no passage")?;

    println!("{}: {}", passages[best].headings.join(" > "), text(best).trim());
    assert!(text(best).contains("A reference borrows a value."));
    assert!(!highlights(&analyzer, question, text(best)).is_empty());
    Ok(())
}

fn dot(document: &TermVector, query: &TermVector) -> f32 {
    let weight = |id: u32| query.indices.iter().position(|index| *index == id).map_or(0.0, |at| query.values[at]);
    document.indices.iter().zip(&document.values).map(|(id, value)| value * weight(*id)).sum()
}
