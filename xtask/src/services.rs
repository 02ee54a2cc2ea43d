//! `services`: the backends that tests can use besides the embedded engines.

use clap::{Args, ValueEnum};

/// Arguments of `services`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// What to do
    action: Action,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Action {
    /// Start every backend that can be had here
    Up,
    /// Stop what `up` started
    Down,
    /// Say what runs
    Status,
}

const NONE: &str = "this version uses embedded engines only (SQLite, Qdrant Edge)";

/// Says that there is nothing to manage in this version.
pub(crate) fn run(options: &Options) {
    match options.action {
        Action::Up => println!("{NONE}: nothing to start, and no variables to set"),
        Action::Down => println!("{NONE}: nothing to stop"),
        Action::Status => println!("{NONE}: no backend is needed, none runs"),
    }
}
