//! One line for each law that was tried, in the file that `RAGSTONE_CONFORMANCE_REPORT` names.

use std::fs::File;
use std::io::Write as _;

use futures::future::LocalBoxFuture;

use crate::fixture::Fixture;
use crate::law::{Tried, Verdict, try_law};

/// Names the file, if it is set.
const REPORT: &str = "RAGSTONE_CONFORMANCE_REPORT";

/// A law and whom it is tried on.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// The package whose tests these are.
    pub package: &'static str,
    /// Name of the adapter.
    pub adapter: &'static str,
    /// Name of the suite.
    pub suite: &'static str,
    /// Name of the law: `group::law`.
    pub law: &'static str,
}

impl Trial {
    /// Makes a fixture, tries the law on it, and reports what came of it, whatever that is.
    ///
    /// Panics when the law is broken, takes longer than two minutes, or cannot be reported.
    #[expect(clippy::print_stderr, reason = "a test that did not apply must say so in its output")]
    pub fn run<P, O>(self, make: LocalBoxFuture<'_, O>, law: fn(Fixture<P>) -> Tried)
    where
        P: ?Sized,
        O: Into<Option<Fixture<P>>>,
    {
        let mut entry = Entry { trial: self, verdict: None, backend: String::new() };
        let verdict = try_law(make, law, |backend| backend.clone_into(&mut entry.backend));
        match verdict {
            Verdict::Held => {}
            Verdict::NotApplicable(why) => eprintln!("not applicable: {why}"),
            Verdict::NotTried => eprintln!("not tried: there is no server"),
        }
        entry.verdict = Some(verdict);
    }
}

/// A line of the report, written when it is dropped: a law that panics is reported too.
struct Entry {
    trial: Trial,
    /// `None` of a law that is broken.
    verdict: Option<Verdict>,
    backend: String,
}

impl Entry {
    fn line(&self) -> String {
        let Trial { package, adapter, suite, law } = self.trial;
        let (verdict, why) = match self.verdict {
            None => ("broken", ""),
            Some(Verdict::Held) => ("held", ""),
            Some(Verdict::NotApplicable(why)) => ("not applicable", why),
            Some(Verdict::NotTried) => ("not tried", ""),
        };
        [package, adapter, suite, law, verdict, why, &self.backend].join("\t") + "\n"
    }
}

impl Drop for Entry {
    #[expect(clippy::disallowed_methods, reason = "tests are told through the environment where to report")]
    fn drop(&mut self) {
        let Some(path) = std::env::var_os(REPORT) else { return };
        // One write, so that lines of several processes do not mix.
        let written = File::options()
            .create(true)
            .append(true)
            .open(path)
            .and_then(|mut report| report.write_all(self.line().as_bytes()));
        assert!(written.is_ok() || std::thread::panicking(), "the report of laws is written");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(verdict: Option<Verdict>) -> String {
        let trial = Trial { package: "crate", adapter: "Store", suite: "cache", law: "entries::a" };
        // Not dropped as an entry, which would report a law that nobody tried.
        let entry = std::mem::ManuallyDrop::new(Entry { trial, verdict, backend: "Store 1.2".to_owned() });
        entry.line()
    }

    #[test]
    fn a_line_says_who_what_how_and_on_what() {
        assert_eq!(line(Some(Verdict::Held)), "crate\tStore\tcache\tentries::a\theld\t\tStore 1.2\n");
        assert_eq!(
            line(Some(Verdict::NotApplicable("it has no clock"))),
            "crate\tStore\tcache\tentries::a\tnot applicable\tit has no clock\tStore 1.2\n"
        );
    }

    #[test]
    fn a_law_that_did_not_end_well_is_broken() {
        assert_eq!(line(None), "crate\tStore\tcache\tentries::a\tbroken\t\tStore 1.2\n");
    }
}
