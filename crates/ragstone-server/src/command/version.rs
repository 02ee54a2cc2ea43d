//! `version`: says which version this is.

use crate::cli::OutputArgs;
use crate::render;

/// Version of the binary.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Prints the version.
pub(crate) fn run(output: &OutputArgs) {
    if output.json {
        render::done(&serde_json::json!({ "name": "ragstone", "version": VERSION }).to_string());
    } else {
        render::done(&format!("ragstone {VERSION}"));
    }
}
