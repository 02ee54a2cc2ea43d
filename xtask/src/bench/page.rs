//! The report as `docs/benchmarks.md`: a line for each thing measured, a column for each of its figures.

use std::fmt::Write as _;

use super::report::{Report, Row};

/// Of the repository.
pub(super) const PATH: &str = "docs/benchmarks.md";

const HEAD: &str = "\
<!-- Written by `cargo xtask bench --report`; not to be edited. -->

# Benchmarks

Ragstone beside what else one would take for the same work, in one run on one machine.
Programs are asked in turns, round by round, and the figures are medians over the rounds, so that a machine that slows down slows all of them.
*p50 of Ragstone's* says how many times as long as Ragstone the other takes.

```sh norun=\"measures for a quarter of an hour\"
cargo xtask models
cargo xtask bench --only peers --only ann --only models --report
```

An hour more measures larger ones, and the reports of several runs make one page, in which a later run replaces what it measured again:

```sh norun=\"measures for an hour\"
cargo xtask bench --only peers --chunks 500000
cargo xtask bench --page-of target/bench/….json --page-of target/bench/….json
```

- `peers`: generated passages of about 120 words (Zipf), with topics, and vectors of 384 numbers around the topics' centres, the same for all. Queries are four words and a vector of a passage that was left out; each round has 400 of its own, after a round that warms up. Ragstone is asked through its engine, with the stores in its data directory, and over REST; it answers with passages, citations and highlights. ChromaDB is a `PersistentClient` and answers with passages; bm25s and hnswlib answer with numbers, and the two fused by reciprocal ranks with passages. All graphs have 16 links and 100 candidates. Queries are embedded only where a runtime is named: there the model computes each, and the given vector is searched. Recall is that of the vectors alone, against a comparison with all of them.
- `ann`: the embedded index alone and hnswlib on 9,000 images of MNIST, with 1,000 others as queries, against neighbours that are known. The index seals after 1,000 vectors in place of 10,000, so that a graph is searched.
- `models`: all-MiniLM-L6-v2 by both runtimes, and ONNX Runtime as Python drives it on the same graph, with the same batch and with the one that does best there.

Memory is what a process that opened a finished index holds after all searches; *anonymous* memory leaves out pages of files, which the system takes back when it needs them.
*At rest* is when the merging of the index in the background is done too.
";

/// Things that have the same kind of figures.
struct Table<'a> {
    /// First figure of each thing, by which tables are told apart.
    kind: &'a str,
    columns: Vec<(&'a str, &'a str)>,
    things: Vec<(&'a str, Vec<&'a Row>)>,
}

/// The whole page, with one run after the other. What a later run measured again is left out of those before it.
pub(super) fn page(reports: &[Report]) -> String {
    let mut page = HEAD.to_owned();
    for (at, report) in reports.iter().enumerate() {
        let later = reports.get(at + 1..).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(page, "\n## {}\n\n{}", report.time(), report.machine());
        for (source, mut rows) in report.by_source() {
            rows.retain(|row| !later.iter().any(|report| report.has(row)));
            if !rows.is_empty() {
                write_source(source, &rows, &mut page);
            }
        }
    }
    page
}

fn write_source(source: &str, rows: &[&Row], page: &mut String) {
    let _ = writeln!(page, "\n### {source}");
    for table in tables(rows) {
        page.push('\n');
        table.write(page);
    }
}

fn tables<'a>(rows: &[&'a Row]) -> Vec<Table<'a>> {
    let mut tables: Vec<Table<'a>> = Vec::new();
    for figures in rows.chunk_by(|left, right| split(left).0 == split(right).0) {
        let Some((thing, kind)) = figures.first().map(|row| split(row)) else { continue };
        let place = tables.iter().position(|table| table.kind == kind).unwrap_or_else(|| {
            tables.push(Table { kind, columns: Vec::new(), things: Vec::new() });
            tables.len() - 1
        });
        let table = &mut tables[place];
        for row in figures {
            let column = (split(row).1, row.measurement.unit.as_str());
            if !table.columns.contains(&column) {
                table.columns.push(column);
            }
        }
        table.things.push((thing, figures.to_vec()));
    }
    tables
}

/// What was measured, and which figure of it.
fn split(row: &Row) -> (&str, &str) {
    let name = row.measurement.name.as_str();
    name.rsplit_once(": ").unwrap_or((name, "median"))
}

impl Table<'_> {
    fn write(&self, page: &mut String) {
        page.push_str("| |");
        for (what, unit) in &self.columns {
            let _ = write!(page, " {what}, {unit} |");
        }
        let _ = writeln!(page, "\n|---|{}", "---:|".repeat(self.columns.len()));
        for (thing, rows) in &self.things {
            let _ = write!(page, "| {thing} |");
            for (what, unit) in &self.columns {
                let row = rows.iter().find(|row| split(row).1 == *what && row.measurement.unit == *unit);
                let _ = match row {
                    Some(row) => write!(page, " {} |", rounded(row.measurement.value)),
                    None => write!(page, " |"),
                };
            }
            page.push('\n');
        }
    }
}

/// Three digits or more.
fn rounded(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Measurement;
    use super::*;

    fn report(time: &str, rows: &[(&str, f64, &str)]) -> Report {
        let measurement = |(name, value, unit): &(&str, f64, &str)| Measurement {
            name: (*name).to_owned(),
            value: *value,
            unit: (*unit).to_owned(),
        };
        let mut report = Report::new(time.to_owned());
        report.add("peers", rows.iter().map(measurement).collect());
        report
    }

    const ROWS: [(&str, f64, &str); 5] = [
        ("keyword, Ragstone: p50", 0.5, "ms"),
        ("keyword, Ragstone: p99", 12.34, "ms"),
        ("Ragstone: disk", 1234.5, "MB"),
        ("keyword, other: p50", 1.0, "ms"),
        ("keyword, other: ratio", 2.0, "x"),
    ];

    #[test]
    fn figures_of_a_kind_share_a_table() {
        let page = page(&[report("2026-01-02T030405", &ROWS)]);
        let (_, tables) = page.split_once("\n### peers\n").unwrap();
        assert_eq!(
            tables,
            "\n| | p50, ms | p99, ms | ratio, x |\n|---|---:|---:|---:|\n\
             | keyword, Ragstone | 0.500 | 12.3 | |\n\
             | keyword, other | 1.00 | | 2.00 |\n\
             \n| | disk, MB |\n|---|---:|\n| Ragstone | 1234 |\n"
        );
    }

    #[test]
    fn a_later_run_replaces_what_it_measured_again() {
        let again = [("keyword, Ragstone: p50", 0.25, "ms"), ("keyword, Ragstone: p99", 3.0, "ms")];
        let page = page(&[report("first", &ROWS), report("second", &again)]);
        let (first, second) = page.split_once("\n## second\n").unwrap();
        assert!(!first.contains("0.500") && first.contains("| keyword, other | 1.00 |"), "{first}");
        assert!(second.contains("| keyword, Ragstone | 0.250 | 3.00 |"), "{second}");
    }
}
