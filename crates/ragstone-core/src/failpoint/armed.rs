//! What happens at a place that was armed.

use std::sync::OnceLock;

use super::FailPoint;
use crate::error::{Error, ErrorKind, Result};

/// What an armed place does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Panics.
    Panic,
    /// Ends the process at once, without a chance to finish anything.
    Abort,
    /// Fails the call.
    Error,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 3] = [Self::Panic, Self::Abort, Self::Error];

    /// The word by which it is armed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Abort => "abort",
            Self::Error => "error",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// Who is told that an armed place acts; set once, and only then places are looked up.
static WITNESS: OnceLock<fn(FailPoint, Action)> = OnceLock::new();

/// Arms places, as `place=actions;…` with the actions of the crate `fail` and `return(panic)`, `return(abort)` or
/// `return(error)` for what happens: `catalog.put.commit=3*off->1*return(abort)` ends the process at the fourth time.
///
/// `witness` is told before each action; the one of the first call stays. A place or an action that there is not is
/// `InvalidArgument`.
pub fn arm(places: &str, witness: fn(FailPoint, Action)) -> Result<()> {
    for one in places.split(';').map(str::trim).filter(|one| !one.is_empty()) {
        let (name, actions) = one.split_once('=').unwrap_or((one, ""));
        let place = FailPoint::from_name(name.trim())
            .ok_or_else(|| Error::invalid("failpoint", format!("there is no place {name}")))?;
        for action in actions.split("->") {
            check(action)?;
        }
        fail::cfg(place.name(), actions).map_err(|wrong| Error::invalid("failpoint", wrong))?;
    }
    let _ = WITNESS.set(witness);
    Ok(())
}

fn check(action: &str) -> Result<()> {
    let argument = action.split_once("return(").and_then(|(_, rest)| rest.strip_suffix(')'));
    let is_known = argument.map_or(action.trim().ends_with("off"), |name| Action::from_name(name).is_some());
    if is_known {
        return Ok(());
    }
    Err(Error::invalid("failpoint", format!("there is no action {action}")))
}

pub(super) fn reach(place: FailPoint) -> Result<()> {
    let Some(witness) = WITNESS.get() else { return Ok(()) };
    let argument = fail::eval(place.name(), Option::unwrap_or_default);
    match argument.as_deref().and_then(Action::from_name) {
        Some(action) => {
            witness(place, action);
            act(place, action)
        }
        None => Ok(()),
    }
}

#[expect(clippy::panic, reason = "to panic is what the place was armed for")]
fn act(place: FailPoint, action: Action) -> Result<()> {
    match action {
        Action::Panic => panic!("failpoint {}", place.name()),
        Action::Abort => std::process::abort(),
        Action::Error => Err(Error::new(ErrorKind::Unavailable, "a failpoint was reached")
            .with_context("failpoint", place.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_armed_place_acts_when_its_turn_has_come() {
        arm("catalog.put.commit=2*off->1*return(error);server.answer.ready=1*return(panic)", |_, _| ())
            .expect("arms");
        let reached: Vec<bool> = (0..4).map(|_| super::reach(FailPoint::CatalogPutCommit).is_ok()).collect();
        assert_eq!(reached, [true, true, false, true]);
        let panic = std::panic::catch_unwind(|| super::reach(FailPoint::ServerAnswerReady));
        assert!(panic.is_err());
        assert!(super::reach(FailPoint::ServerAnswerReady).is_ok());
        assert!(super::reach(FailPoint::CatalogMarkCommit).is_ok(), "not armed");
    }

    #[test]
    fn what_there_is_not_is_refused() {
        for wrong in
            ["nowhere=off", "catalog.put.commit=return(sleep)", "catalog.put.commit", "catalog.put.commit=x"]
        {
            let error = arm(wrong, |_, _| ()).expect_err(wrong);
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{wrong}");
        }
    }
}
