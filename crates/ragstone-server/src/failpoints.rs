//! Arms the places where the crash suite lets the server die or a call fail.

use ragstone_core::failpoint::{Action, FailPoint, arm};
use ragstone_core::{Error, Result};

use crate::render;

/// Places to arm, in the form of [`arm`].
const VARIABLE: &str = "RAGSTONE_FAILPOINTS";

/// Arms what the environment names, and tells of each place that acts on standard error.
#[expect(clippy::disallowed_methods, reason = "only the server reads the environment")]
pub(crate) fn from_environment() -> Result<()> {
    match std::env::var(VARIABLE) {
        Ok(places) => arm(&places, tell),
        Err(std::env::VarError::NotPresent) => Ok(()),
        Err(wrong) => Err(Error::invalid(VARIABLE, wrong.to_string())),
    }
}

/// Prints the names of all places, a name a line.
pub(crate) fn list() -> Result<()> {
    let names: Vec<&str> = FailPoint::ALL.iter().map(|place| place.name()).collect();
    render::text(&(names.join("\n") + "\n"))
}

fn tell(place: FailPoint, action: Action) {
    anstream::eprintln!("failpoint {} reached: {}", place.name(), action.name());
}
