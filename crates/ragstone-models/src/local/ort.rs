//! The accelerated runtime: ONNX Runtime, from a shared library that is opened when the process runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::session::Session as OrtSession;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;
use ragstone_core::{Error, ErrorKind, Result};

use super::batch::TokenBatch;
use super::{Session, Sessions, failed, unusable};
use crate::onnx::INPUTS;

/// The one library of this process: two cannot be open at once, and none can be closed.
static OPENED: Mutex<Option<OnnxRuntime>> = Mutex::new(None);

/// ONNX Runtime, opened.
#[derive(Clone, Debug)]
pub struct OnnxRuntime {
    path: PathBuf,
    environment: Environment,
}

impl OnnxRuntime {
    /// Oldest version that works.
    pub const OLDEST: &'static str = "1.17";

    /// Opens the library at `path`.
    ///
    /// A library that is missing, of another kind, or older than [`Self::OLDEST`] is `FailedPrecondition`, and so is
    /// a second one: a process can have one, and keeps it to its end.
    pub fn open(path: &Path) -> Result<Self> {
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        let path = fs::canonicalize(path)
            .map_err(|source| unfit(path, "the library of ONNX Runtime is not there").with_source(source))?;
        match &*opened {
            Some(first) if first.path == path => Ok(first.clone()),
            Some(first) => {
                let error = unfit(&path, "another library of ONNX Runtime is open");
                Err(error.with_context("open", first.path.display()))
            }
            None => {
                let environment = environment(&path)?;
                Ok(opened.insert(Self { path, environment }).clone())
            }
        }
    }

    /// Finds the library in a folder as a package or a wheel lays it out: in the folder itself, in `lib` or in
    /// `onnxruntime/capi`.
    pub fn find_in(folder: &Path) -> Option<PathBuf> {
        ["", "lib", "capi", "onnxruntime/capi"].iter().find_map(|below| library_in(&folder.join(below)))
    }

    /// Where the library lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn sessions(&self, graph: &[u8], threads: usize) -> Result<Sessions> {
        // One thread each: what several would gain on a query they lose as soon as passages run beside it.
        let query = vec![self.session(graph)?];
        let passage = (0..threads).map(|_| self.session(graph)).collect::<Result<_>>()?;
        Ok((query, passage))
    }

    fn session(&self, graph: &[u8]) -> Result<Box<dyn Session>> {
        let build = || -> ort::Result<OrtSession> {
            OrtSession::builder(&self.environment)?
                .with_log_level(LogLevel::Error)?
                .with_optimization_level(GraphOptimizationLevel::All)?
                .with_intra_threads(1)?
                .commit_from_memory(graph)
        };
        let session = build().map_err(|error| unusable("ONNX Runtime cannot load the model", error))?;
        Ok(Box::new(RuntimeSession { session }))
    }
}

fn environment(path: &Path) -> Result<Environment> {
    let builder = ort::init_from(path)
        .map_err(|error| unfit(path, "the library cannot be opened as ONNX Runtime").with_source(error))?;
    let built = builder.with_name("ragstone").with_telemetry(false).build();
    built.map_err(|error| unfit(path, "ONNX Runtime does not start").with_detail(error.to_string()))
}

fn unfit(path: &Path, message: &'static str) -> Error {
    Error::new(ErrorKind::FailedPrecondition, message)
        .with_context("path", path.display())
        .with_help(format!("name the library of ONNX Runtime {} or later", OnnxRuntime::OLDEST))
}

fn library_in(folder: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    let mut found: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_library(path)).collect();
    // The longest name has the whole version; shorter ones are links to it.
    found.sort_by_key(|path| path.as_os_str().len());
    found.pop()
}

fn is_library(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_linux = name.starts_with("libonnxruntime.so");
    let is_mac = name.starts_with("libonnxruntime.") && path.extension().is_some_and(|end| end == "dylib");
    (is_linux || is_mac || name == "onnxruntime.dll") && path.is_file()
}

struct RuntimeSession {
    session: OrtSession,
}

impl Session for RuntimeSession {
    fn run(&mut self, batch: TokenBatch) -> Result<Vec<f32>> {
        let shape = [batch.rows, batch.width];
        let view = |numbers| TensorRef::from_array_view((shape, numbers)).map_err(failed);
        let (ids, mask, types) = (view(&batch.ids[..])?, view(&batch.mask[..])?, view(&batch.types[..])?);
        let [first, second, third] = INPUTS;
        let inputs = ort::inputs![first => ids, second => mask, third => types];
        let outputs = self.session.run(inputs).map_err(failed)?;
        let (_, numbers) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
        Ok(numbers.to_vec())
    }
}
