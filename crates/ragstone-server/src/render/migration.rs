//! Migrations, for people.

use std::fmt::Write as _;
use std::time::Duration;

use indicatif::{ProgressBar as Bar, ProgressStyle};
use owo_colors::OwoColorize;
use ragstone_api::migration::{GenerationOfModel, Migration, Phase, StandbyGeneration};
use ragstone_core::Result;

use super::text;

/// Prints the models of a collection and how far a migration has come.
pub(crate) fn migration(migration: &Migration) -> Result<()> {
    let mut out = String::new();
    let _ = writeln!(out, "{}  {}", migration.collection.bold(), said(migration.phase));
    match &migration.active {
        Some(active) => generation(&mut out, "answers", active),
        None => _ = writeln!(out, "  there is no model; search is by keyword"),
    }
    if let Some(standby) = &migration.standby {
        generation(&mut out, &standby.role, &standby.generation);
        let _ = writeln!(out, "      {}", progress(standby).dimmed());
    }
    text(&out)
}

fn generation(out: &mut String, role: &str, generation: &GenerationOfModel) {
    let GenerationOfModel { model, precision, dimensions, follows_configuration, trouble } = generation;
    let follows = if *follows_configuration { ", as configured" } else { "" };
    let _ = writeln!(out, "  {role}: {model} ({precision}, {dimensions} numbers{follows})");
    if let Some(trouble) = trouble {
        let _ = writeln!(out, "      {} {trouble}", "trouble:".red().bold());
    }
}

fn progress(standby: &StandbyGeneration) -> String {
    let StandbyGeneration { documents, embedded_documents, passages, indexed_passages, .. } = standby;
    format!(
        "{embedded_documents} of {documents} documents embedded, {indexed_passages} of {passages} passages indexed"
    )
}

const fn said(phase: Phase) -> &'static str {
    match phase {
        Phase::Settled => "no migration is under way",
        Phase::Embedding => "computing the vectors of another model",
        Phase::Indexing => "filling the index of another model",
        Phase::Held => "another model is ready and waits for `--switch`",
        Phase::Switched => "another model answers; `--rollback` goes back, `--finish` removes the former one",
    }
}

/// The progress bar of a migration; hidden where standard error is no terminal.
#[derive(Debug)]
pub(crate) struct MigrationBar(Bar);

impl MigrationBar {
    /// Starts a bar.
    pub(crate) fn new() -> Self {
        let bar = Bar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {elapsed}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    /// Shows how far a migration has come.
    pub(crate) fn show(&self, migration: &Migration) {
        let Some(standby) = &migration.standby else { return };
        let (message, position, length) = match migration.phase {
            Phase::Embedding => ("embedding", standby.embedded_documents, standby.documents),
            _ => ("indexing", standby.indexed_passages, standby.passages),
        };
        let message = standby.generation.trouble.clone().unwrap_or_else(|| message.to_owned());
        self.0.set_message(message);
        self.0.set_length(length);
        self.0.set_position(position);
    }
}

impl Drop for MigrationBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
