//! The report: all collections in every mode, as `docs/evaluation.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::dataset::Dataset;
use super::outcome::{MEASURES, Outcome, Tuning};
use super::setup::{FoundModel, Mode, Precision};
use super::{Server, legs_file};
use crate::process;
use crate::workspace::Workspace;

const REPORT: &str = "docs/evaluation.md";
/// What is measured; numbers of 8 bits on one collection, which says what they cost.
const SETS: [(Dataset, Precision); 5] = [
    (Dataset::Scifact, Precision::F32),
    (Dataset::Scifact, Precision::Int8),
    (Dataset::Cranfield, Precision::F32),
    (Dataset::Hotpotqa, Precision::F32),
    (Dataset::Code, Precision::F32),
];
/// What has queries of its own to choose settings by.
const TUNED: [Dataset; 2] = [Dataset::Scifact, Dataset::Code];

/// One collection in every mode.
struct Section {
    dataset: Dataset,
    precision: Precision,
    outcomes: Vec<(Mode, Outcome)>,
}

/// What everything is measured with.
pub(super) struct Report<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) server: Server,
    pub(super) model: FoundModel,
}

impl Report<'_> {
    /// Measures everything and writes the report; what the legs find is kept in `legs`, if given.
    pub(super) fn write(&self, legs: Option<&Path>) -> Result<()> {
        let legs = self.legs(legs)?;
        let sections = SETS.map(|(dataset, precision)| self.section(&legs, dataset, precision));
        let sections: Vec<Section> = sections.into_iter().collect::<Result<_>>()?;
        let tunings: Vec<(Dataset, Tuning)> = TUNED
            .into_iter()
            .map(|dataset| Ok((dataset, self.tuning(&legs, dataset)?)))
            .collect::<Result<_>>()?;
        let path = self.workspace.join(REPORT);
        fs::write(&path, page(&sections, &tunings)?)
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("wrote {REPORT}");
        Ok(())
    }

    /// The folder of legs: the given one, or an empty one.
    fn legs(&self, given: Option<&Path>) -> Result<PathBuf> {
        if let Some(folder) = given {
            return Ok(folder.to_path_buf());
        }
        let fresh = self.workspace.output_dir("eval")?.join("legs");
        if fresh.exists() {
            fs::remove_dir_all(&fresh).context("cannot remove what legs found before")?;
        }
        Ok(fresh)
    }

    fn section(&self, legs: &Path, dataset: Dataset, precision: Precision) -> Result<Section> {
        let folder = dataset.folder(self.workspace)?;
        let legs = legs_file(legs, dataset, precision)?;
        let run_file = |mode: Mode| legs.with_extension(format!("{}.run", mode.name()));
        let mut outcomes = Vec::new();
        for mode in Mode::ALL {
            let mut command = self.server.eval(self.workspace, &folder, mode);
            self.model.name_to(&mut command, precision);
            command.arg("--legs").arg(&legs).arg("--run-file").arg(run_file(mode));
            if mode != Mode::Keyword {
                command.arg("--compare").arg(run_file(Mode::Keyword));
            }
            let outcome = Outcome::parse(&process::stdout_of(&mut command)?)?;
            println!("{} {} {}: {outcome}", dataset.name(), precision.name(), mode.name());
            outcomes.push((mode, outcome));
        }
        Ok(Section { dataset, precision, outcomes })
    }

    /// The choice of the weight on the queries of a collection that are there for it.
    fn tuning(&self, legs: &Path, dataset: Dataset) -> Result<Tuning> {
        let folder = dataset.folder(self.workspace)?;
        let mut command = self.server.eval(self.workspace, &folder, Mode::Hybrid);
        self.model.name_to(&mut command, Precision::F32);
        command.arg("--legs").arg(legs_file(legs, dataset, Precision::F32)?);
        command.args(["--split", "train", "--tune", "weight"]);
        let outcome = Outcome::parse(&process::stdout_of(&mut command)?)?;
        outcome.tuning.context("the server printed no tuning")
    }
}

fn page(sections: &[Section], tunings: &[(Dataset, Tuning)]) -> Result<String> {
    let mut page = HEAD.to_owned();
    for section in sections {
        write_section(&mut page, section)?;
    }
    page.push_str(TUNED_ON);
    for (dataset, tuning) in tunings {
        write_tuning(&mut page, *dataset, tuning);
    }
    Ok(page)
}

const HEAD: &str = "\
<!-- Written by `cargo xtask eval --report`; not to be edited. -->

# Evaluation

Retrieval on public collections, through the server's own ingest and search.
The judgements are those of people; in `code` the first sentence of the documentation of a function is to find its code, in crates of the lock file.
Everything is indexed in a temporary data directory with the server's default settings, and the semantic leg compares all passages, so that two runs are the same.
Documents are ranked by their best passage among the 1,000 best.
Measures are those of `trec_eval`; *All found@10* is the share of questions for which every relevant document is among the first ten.
The p-value says how likely a difference from keyword search of this size is by chance (paired randomisation test, two-sided).

```sh norun=\"embeds 14,000 passages\"
cargo xtask models
cargo xtask eval --report
```

";

fn write_section(page: &mut String, section: &Section) -> Result<()> {
    let Some((_, first)) = section.outcomes.first() else { return Ok(()) };
    let (name, precision) = (section.dataset.name(), section.precision.name());
    let index = &first.index;
    let _ = writeln!(page, "## {name}, {precision}\n");
    let _ = writeln!(
        page,
        "{} documents, {} queries; version {}, analyzer `{}`, k1 {}, b {}; model `{}` on `{}`.\nIndex `{}`.\n",
        first.documents,
        first.queries,
        index.version,
        index.analyzer,
        index.k1,
        index.b,
        index.model.as_deref().unwrap_or("none"),
        index.runtime.as_deref().unwrap_or("none"),
        first.fingerprint.get(..16).unwrap_or(&first.fingerprint),
    );
    let names = MEASURES.map(|(_, name)| name).join(" | ");
    let _ = writeln!(page, "| Mode | {names} | p, nDCG@10 | p, MAP |");
    let _ = writeln!(page, "|---|{}", "---|".repeat(MEASURES.len() + 2));
    for (mode, outcome) in &section.outcomes {
        let weight = outcome.weight.map(|weight| format!(", {weight} for meaning")).unwrap_or_default();
        let mut cells = vec![format!("{}{weight}", mode.name())];
        for (measure, _) in MEASURES {
            cells.push(format!("{:.4}", outcome.measure(measure)?));
        }
        for measure in ["ndcg_cut_10", "map"] {
            let p_value =
                outcome.comparison.get(measure).map(|comparison| format!("{:.5}", comparison.p_value));
            cells.push(p_value.unwrap_or_else(|| "–".to_owned()));
        }
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    page.push('\n');
    Ok(())
}

const TUNED_ON: &str = "\
## What was tuned on what

The share of meaning in a hybrid score is chosen on the train queries of SciFact, none of which is among the test queries above, and used for all collections.
The other tables tell whether another kind of collection would choose another.
";

fn write_tuning(page: &mut String, dataset: Dataset, tuning: &Tuning) {
    let _ =
        writeln!(page, "\n| Share of meaning | nDCG@10, train queries of {} |\n|---|---|", dataset.name());
    for (candidate, mean) in &tuning.candidates {
        let _ = writeln!(page, "| {candidate} | {mean:.4} |");
    }
    let _ = writeln!(
        page,
        "\nBest over all train queries of {}: {}. In five-fold cross-validation the folds choose {}; each measured \
         with what the others choose, the queries have {:.4}.",
        dataset.name(),
        tuning.best,
        tuning.chosen.join(", "),
        tuning.held_out
    );
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::outcome::tests::outcome;
    use super::*;

    #[test]
    fn every_mode_is_a_row() {
        let measures: Vec<(&str, f64)> = MEASURES.iter().map(|(name, _)| (*name, 0.5)).collect();
        let outcomes = vec![(Mode::Keyword, outcome(300, &measures))];
        let section = Section { dataset: Dataset::Scifact, precision: Precision::F32, outcomes };
        let tuning = Tuning {
            best: "0.60".into(),
            held_out: 0.7,
            chosen: vec!["0.60".into(), "0.65".into()],
            candidates: BTreeMap::from([("0.60".into(), 0.71)]),
        };
        let page = page(&[section], &[(Dataset::Scifact, tuning)]).unwrap();
        let row = "| keyword | 0.5000 | 0.5000 | 0.5000 | 0.5000 | 0.5000 | 0.5000 | – | – |";
        assert!(page.lines().any(|line| line == row), "{page}");
        assert!(page.contains("| 0.60 | 0.7100 |"), "{page}");
    }
}
