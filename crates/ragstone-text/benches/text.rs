//! Throughput of extraction, chunking and analysis.
//!
//! Runs over generated text, and over the Markdown files below the folder `docs/rust_book` of the folder that
//! `RAGSTONE_TEST_DATA` names, where it is set.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use ragstone_text::chunk::{estimated_tokens, measured_pieces};
use ragstone_text::{
    Analyzer, AnalyzerKind, Bm25, ChunkOptions, ExtractLimits, Extracted, Input, WalkOptions, chunk,
    chunk_by, extract, highlights, signature, walk,
};

fn main() {
    divan::main();
}

/// Texts of about a mebibyte in all, with the name that tells their format.
struct Corpus {
    texts: Vec<(String, String)>,
}

impl Corpus {
    fn bytes(&self) -> usize {
        self.texts.iter().map(|(_, text)| text.len()).sum()
    }

    fn extract(&self) -> Vec<Extracted> {
        self.texts
            .iter()
            .filter_map(|(name, text)| {
                let input = Input { bytes: text.as_bytes(), file_name: Some(name), media_type: None };
                extract(&input, &ExtractLimits::default()).ok()
            })
            .collect()
    }

    fn passages(&self) -> Vec<String> {
        self.extract()
            .iter()
            .flat_map(|extracted| {
                chunk(extracted, &ChunkOptions::default())
                    .into_iter()
                    .filter_map(|chunk| chunk.span.slice(&extracted.text).map(str::to_owned))
            })
            .collect()
    }
}

/// Words with the lengths and the repetition of English, from a fixed sequence.
struct Words(u64);

impl Words {
    fn sentence(&mut self, out: &mut String) {
        for place in 0..12 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let rank = (self.0 >> 33) % 4096;
            let rank = rank * rank / 4096;
            for syllable in 0..=(rank % 3) {
                let syllables = ["ta", "ri", "men", "so", "lock", "ing", "er", "pa"];
                out.push_str(syllables[usize::try_from((rank >> (3 * syllable)) % 8).unwrap_or(0)]);
            }
            out.push_str(if place == 11 { ". " } else { " " });
        }
    }
}

fn generated(format: &str) -> Corpus {
    let mut words = Words(7);
    let mut texts = Vec::new();
    for document in 0..64 {
        let mut text = String::new();
        for section in 0..16 {
            match format {
                "md" => writeln!(text, "## Section {section}\n"),
                "rs" => writeln!(text, "/// Documented.\nfn symbol_{section}() {{\n    let text = \""),
                "html" => writeln!(text, "<h2>Section {section}</h2><p>"),
                _ => Ok(()),
            }
            .unwrap_or_default();
            for _ in 0..12 {
                words.sentence(&mut text);
            }
            match format {
                "rs" => text.push_str("\";\n}\n\n"),
                _ => text.push_str("\n\n- item `code_name`\n- item two\n\n"),
            }
        }
        texts.push((format!("{document}.{format}"), text));
    }
    Corpus { texts }
}

/// The corpus of real text; `None` where it is not there.
#[expect(clippy::disallowed_methods, reason = "a benchmark is a program, which may read its environment")]
fn real() -> Option<Corpus> {
    let root = std::env::var_os("RAGSTONE_TEST_DATA")?;
    let root = Path::new(&root).join("docs/rust_book");
    let texts: Vec<_> = walk(&root, &WalkOptions::default())
        .filter_map(Result::ok)
        .filter(|entry| entry.path.extension().is_some_and(|extension| extension == "md"))
        .filter_map(|entry| {
            Some((entry.path.display().to_string(), std::fs::read_to_string(&entry.path).ok()?))
        })
        .collect();
    (!texts.is_empty()).then_some(Corpus { texts })
}

fn corpus(name: &str) -> Option<Corpus> {
    if name == "rust_book" { real() } else { Some(generated(name)) }
}

#[divan::bench(args = ["md", "html", "rs", "txt", "rust_book"])]
fn extract_and_chunk(bencher: Bencher<'_, '_>, name: &str) {
    let Some(corpus) = corpus(name) else { return };
    bencher.counter(BytesCount::new(corpus.bytes())).bench_local(|| {
        let extracted = black_box(&corpus).extract();
        extracted.iter().map(|extracted| chunk(extracted, &ChunkOptions::default()).len()).sum::<usize>()
    });
}

/// Cutting alone, in bytes.
#[divan::bench(args = ["md", "rs", "rust_book"])]
fn cut_by_bytes(bencher: Bencher<'_, '_>, name: &str) {
    cut(bencher, name, |extracted| chunk(extracted, &ChunkOptions::default()).len());
}

/// Cutting by tokens, as where a tokenizer has counted each word once: what is known is looked up.
#[divan::bench(args = ["md", "rs", "rust_book"])]
fn cut_by_known_words(bencher: Bencher<'_, '_>, name: &str) {
    let options = ChunkOptions::try_new(240, 320).and_then(|options| options.with_overlap(30));
    let options = options.unwrap_or_default();
    cut(bencher, name, |extracted| {
        let mut known: HashMap<&str, usize> = HashMap::new();
        for piece in measured_pieces(&extracted.text) {
            known.entry(piece).or_insert_with(|| estimated_tokens(piece));
        }
        chunk_by(extracted, &options, &|piece| known.get(piece).copied().unwrap_or(1)).len()
    });
}

/// What is kept to tell near duplicates.
#[divan::bench(args = ["md", "rust_book"])]
fn sign(bencher: Bencher<'_, '_>, name: &str) {
    cut(bencher, name, |extracted| signature(&extracted.text).bands().len());
}

fn cut(bencher: Bencher<'_, '_>, name: &str, work: impl Fn(&Extracted) -> usize) {
    let Some(corpus) = corpus(name) else { return };
    let extracted = corpus.extract();
    let bytes: usize = extracted.iter().map(|extracted| extracted.text.len()).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .bench_local(|| black_box(&extracted).iter().map(&work).sum::<usize>());
}

#[divan::bench(args = ["md", "rs", "rust_book"])]
fn count_and_weigh(bencher: Bencher<'_, '_>, name: &str) {
    let Some(corpus) = corpus(name) else { return };
    let passages = corpus.passages();
    let analyzer = Analyzer::new(AnalyzerKind::English);
    let bytes: usize = passages.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        black_box(&passages)
            .iter()
            .map(|passage| Bm25::default().document_vector(&analyzer.count(passage), 150.0).indices.len())
            .sum::<usize>()
    });
}

#[divan::bench(args = ["md", "rust_book"])]
fn highlight_passage(bencher: Bencher<'_, '_>, name: &str) {
    let Some(corpus) = corpus(name) else { return };
    let passages = corpus.passages();
    let analyzer = Analyzer::new(AnalyzerKind::English);
    let bytes: usize = passages.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        black_box(&passages)
            .iter()
            .map(|passage| highlights(&analyzer, "ownership of a locking section", passage).len())
            .sum::<usize>()
    });
}
