//! Ragstone beside what else one would take from the Python package index, on the same passages, vectors and queries.
//!
//! The passages are generated once for each size and kept below the target directory. The vectors are given to all
//! alike, so that no figure depends on a model; where the environment of `cargo xtask models` is there, Ragstone also
//! embeds the queries itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::contestant::{Contestant, build};
use super::report::Measurement;
use super::turns::{self, Plan, ROUNDS, Seat};
use super::{Options, models};
use crate::python::{Environment, script};
use crate::workspace::Workspace;
use crate::{models as environment, process};

/// What is compared with; NumPy finds the exact neighbours.
const PACKAGES: [&str; 4] = ["chromadb==1.5.9", "bm25s==0.3.16", "hnswlib==0.8.0", "numpy==2.4.6"];
const CORPUS: &str = include_str!("peers/corpus.py");
const PEER: &str = include_str!("peers/peer.py");
/// Queries of a round.
const QUERIES: usize = 400;
const LEGS: [&str; 5] = ["keyword", "semantic", "hybrid", "rest-keyword", "rest-hybrid"];

/// The Python with everything that is compared with.
pub(super) fn python(workspace: &Workspace) -> Result<PathBuf> {
    Environment::named(workspace, "peers-python").build(&[&PACKAGES])
}

/// A library of the Python package index, over one corpus.
pub(super) fn peer(python: &Path, name: &str, corpus: &Path, store: &Path) -> Command {
    let mut command = script(python, PEER);
    command.arg(name).args([corpus, store]);
    command
}

/// Makes the files of a corpus, unless this script made them before; `arguments` follow the folder.
pub(super) fn corpus(python: &Path, folder: &Path, kind: &str, arguments: &[&str]) -> Result<()> {
    let (made, stamp) = (folder.join("made"), format!("{kind} {}\n{CORPUS}", arguments.join(" ")));
    if fs::read_to_string(&made).is_ok_and(|found| found == stamp) {
        return Ok(());
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let outcome = process::quietly(script(python, CORPUS).arg(kind).arg(folder).args(arguments));
    outcome.context("cannot make the corpus")?;
    fs::write(&made, stamp).context("cannot mark the corpus as whole")
}

/// Exact neighbours of the queries of a corpus.
pub(super) fn exact(corpus: &Path) -> Result<Vec<Vec<u64>>> {
    let text = fs::read_to_string(corpus.join("exact.json")).context("the corpus is not whole")?;
    serde_json::from_str(&text).context("cannot read the exact neighbours")
}

/// Measures every size that the options name.
pub(super) fn measure(workspace: &Workspace, options: &Options) -> Result<Vec<Measurement>> {
    let server = super::server_binary(workspace, options)?;
    let python = python(workspace)?;
    let mut measurements = Vec::new();
    let mut before: Option<(u32, f64)> = None;
    for chunks in &options.chunks {
        let folder = workspace.output_dir("peers")?;
        let corpus_folder = folder.join(format!("generated-{chunks}"));
        let queries = ((ROUNDS + 1) * QUERIES).to_string();
        corpus(&python, &corpus_folder, "generated", &[&chunks.to_string(), &queries])?;
        let arena = Arena {
            server: &server,
            python: &python,
            corpus: &corpus_folder,
            stores: tempfile::tempdir_in(&folder)?,
            exact: exact(&corpus_folder)?,
            label: format!("{chunks} chunks, "),
        };
        let anonymous = arena.measure(workspace, *chunks, &mut measurements)?;
        if let Some((fewer, less)) = before.replace((*chunks, anonymous))
            && fewer < *chunks
        {
            let name = format!("{fewer} to {chunks} chunks, Ragstone: anonymous memory of one more chunk");
            let value = (anonymous - less) * 1e3 / f64::from(chunks - fewer);
            measurements.push(Measurement { name, value, unit: "KB".to_owned() });
        }
    }
    Ok(measurements)
}

/// One size of the corpus, with the stores of those who search it.
struct Arena<'a> {
    server: &'a Path,
    python: &'a Path,
    corpus: &'a Path,
    stores: tempfile::TempDir,
    exact: Vec<Vec<u64>>,
    label: String,
}

impl Arena<'_> {
    /// Builds the indexes one after the other and asks them in turns; Ragstone's anonymous memory in MB.
    fn measure(
        &self,
        workspace: &Workspace,
        chunks: u32,
        measurements: &mut Vec<Measurement>,
    ) -> Result<f64> {
        let [chroma, bm25s, hnswlib, _] = PACKAGES.map(|package| package.replace("==", " "));
        let libraries = format!("{bm25s} + {hnswlib}");
        let store = |name: &str| self.stores.path().join(name);
        let ragstone = || self.ragstone(&[]);
        let chromadb = || peer(self.python, "chromadb", self.corpus, &store("chromadb"));
        let both = || peer(self.python, "libraries", self.corpus, &store("libraries"));
        let name = |who: &str| format!("{}{who}", self.label);
        measurements.extend(build(&name("Ragstone"), &mut ragstone(), &store("ragstone"))?);
        measurements.extend(build(&name(&chroma), &mut chromadb(), &store("chromadb"))?);
        measurements.extend(build(&name(&libraries), &mut both(), &store("libraries"))?);
        let of_libraries = vec![("keyword", bm25s), ("semantic", hnswlib), ("hybrid", libraries.clone())];
        let mut seats = [
            Seat {
                program: Contestant::start(&mut ragstone())?,
                legs: LEGS.map(|leg| (leg, "Ragstone".to_owned())).to_vec(),
            },
            Seat { program: Contestant::start(&mut chromadb())?, legs: vec![("semantic", chroma.clone())] },
            Seat { program: Contestant::start(&mut both())?, legs: of_libraries },
        ];
        measurements.extend(turns::take(&self.plan(&LEGS), &mut seats)?);
        let [own, ..] = &seats;
        let anonymous = own.program.memory()?.anonymous;
        for (seat, who) in seats.iter().zip(["Ragstone", &chroma, &libraries]) {
            measurements.extend(memory(&name(who), &seat.program, chunks)?);
        }
        drop(seats);
        measurements.extend(self.embedded(workspace)?);
        Ok(anonymous)
    }

    fn plan<'a>(&'a self, legs: &'a [&'static str]) -> Plan<'a> {
        Plan {
            label: self.label.clone(),
            legs,
            queries: QUERIES,
            has_fresh_queries: true,
            exact: &self.exact,
        }
    }

    fn ragstone(&self, settings: &[(&str, &str)]) -> Command {
        let mut command = Command::new(self.server);
        command.args(["bench", "--given"]).arg(self.corpus).arg("--data-dir");
        command.arg(self.stores.path().join("ragstone")).envs(settings.iter().copied());
        command
    }

    /// Hybrid search with the time that a model needs for the query; nothing where there is no model.
    fn embedded(&self, workspace: &Workspace) -> Result<Vec<Measurement>> {
        let Some(python) = environment::built(workspace) else {
            println!("no model here: `cargo xtask models` makes one, and queries are embedded too");
            return Ok(Vec::new());
        };
        let (folder, library) = models::places(&python)?;
        let folder = ("RAGSTONE_MODEL__FOLDER", folder.as_str());
        let of_library = ("RAGSTONE_MODEL__LIBRARY", library.as_str());
        let int8 = ("RAGSTONE_MODEL__PRECISION", "int8");
        let mut measurements = Vec::new();
        for (who, settings) in [
            ("Ragstone, ONNX Runtime int8", &[folder, of_library, int8][..]),
            ("Ragstone, ONNX Runtime f32", &[folder, of_library]),
            ("Ragstone, built-in runtime f32", &[folder]),
        ] {
            let program = Contestant::start(&mut self.ragstone(settings))?;
            anyhow::ensure!(program.ready.has_model, "the server opened no model");
            let legs = ["hybrid-embedded"];
            let mut seats = [Seat { program, legs: legs.map(|leg| (leg, who.to_owned())).to_vec() }];
            measurements.extend(turns::take(&self.plan(&legs), &mut seats)?);
            let [seat] = seats;
            // The next one needs its lock.
            seat.program.finish()?;
        }
        Ok(measurements)
    }
}

/// Memory after all searches.
fn memory(who: &str, program: &Contestant, chunks: u32) -> Result<Vec<Measurement>> {
    let memory = program.memory()?;
    let figure = |what: &str, value, unit: &str| Measurement {
        name: format!("{who}: {what}"),
        value,
        unit: unit.to_owned(),
    };
    Ok(vec![
        figure("memory", memory.resident, "MB"),
        figure("memory, anonymous", memory.anonymous, "MB"),
        figure("memory, anonymous, for each chunk", memory.anonymous * 1e3 / f64::from(chunks), "KB"),
    ])
}
