//! Every failpoint with every action: reached, survived, and nothing lost.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::beside::side_by_side;
use super::check::Depth;
use super::names;
use super::random::Random;
use super::report::{Report, Row};
use super::server::Server;
use super::site::Site;

const ACTIONS: [&str; 3] = ["abort", "panic", "error"];
/// Longest wait until a place is reached.
const PATIENCE: Duration = Duration::from_secs(20);
/// Time for which work goes on after a failure that the server survived.
const AFTERWARDS: Duration = Duration::from_millis(100);
const PAUSE: Duration = Duration::from_millis(5);
const CLIENTS: usize = 2;
/// Documents and their passages that are more than the index keeps unsealed.
const BULK: (usize, usize) = (210, 50);

/// Which places are tried, and how.
pub(super) struct Plan<'a> {
    pub(super) prefix: &'a str,
    /// One action for each place in place of all.
    pub(super) is_quick: bool,
    /// Servers that are tried beside each other.
    pub(super) sites: usize,
    pub(super) seed: u64,
}

/// Where a place lies.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// On the way of requests and of what follows them.
    Load,
    /// On the way of the first start.
    FirstStart,
    /// Where much has been written.
    Bulk,
}

impl Way {
    fn of(place: &str) -> Self {
        match place.split('.').collect::<Vec<_>>().as_slice() {
            ["catalog", "migration", _] => Self::FirstStart,
            ["index", "seal" | "merge", _] => Self::Bulk,
            _ => Self::Load,
        }
    }
}

/// Whether a place is on the way of opening what was made before, once for each collection, of which there may be one.
fn is_of_opening(place: &str) -> bool {
    place.starts_with("index.open.")
}

/// Tries every place; one that is never reached is a failure.
pub(super) fn run(
    binary: &Path,
    plan: &Plan<'_>,
    open: impl Fn() -> Result<Site> + Sync,
    report: &mut Report,
) -> Result<()> {
    let places: Vec<String> =
        names(binary)?.into_iter().filter(|name| name.starts_with(plan.prefix)).collect();
    anyhow::ensure!(!places.is_empty(), "no failpoint begins with {}", plan.prefix);
    let trials: Vec<(&str, &str)> =
        places.iter().enumerate().flat_map(|(number, place)| plan.of(number, place)).collect();
    let shares = side_by_side(plan.sites, |number| {
        let share = trials.iter().skip(number).step_by(plan.sites).copied();
        of_site(open()?, binary, Random::seeded(plan.seed.wrapping_add(number as u64)), share)
    })?;
    let mut row = Row::new("failpoints");
    for share in shares {
        row.add(share);
    }
    println!("{} failpoints, {} trials", places.len(), row.rounds);
    report.add(row);
    Ok(())
}

impl<'a> Plan<'_> {
    /// The trials of a place; of a quick run another action for each of three that follow each other.
    fn of(&self, number: usize, place: &'a str) -> impl Iterator<Item = (&'a str, &'static str)> + use<'a> {
        let (first, count) = if self.is_quick { (number % ACTIONS.len(), 1) } else { (0, ACTIONS.len()) };
        ACTIONS.into_iter().skip(first).take(count).map(move |action| (place, action))
    }
}

fn of_site<'a>(
    mut site: Site,
    binary: &Path,
    mut random: Random,
    trials: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Row> {
    let mut row = Row::new("failpoints");
    site.admit(CLIENTS)?;
    for (place, action) in trials {
        let mut trial = Trial { place, action, random: &mut random, row: &mut row };
        let outcome = match Way::of(place) {
            Way::Load => trial.under_load(&mut site),
            Way::FirstStart => trial.at_first_start(binary),
            Way::Bulk => trial.with_much(binary),
        };
        if let Err(error) = outcome {
            trial.violation(&format!("{error:#}"));
        }
    }
    row.tally = site.tally();
    site.close()?;
    Ok(row)
}

/// One place with one action.
struct Trial<'a> {
    place: &'a str,
    action: &'a str,
    random: &'a mut Random,
    row: &'a mut Row,
}

impl Trial<'_> {
    /// The place acts once, after it was passed a few times.
    fn armed(&self, passed: usize) -> String {
        format!("{}={passed}*off->1*return({})", self.place, self.action)
    }

    fn violation(&mut self, what: &str) {
        let line = format!("{} {}: {what}", self.place, self.action);
        println!("{line}");
        self.row.violations.push(line);
    }

    fn is_told(&self, output: &[String]) -> bool {
        let told = format!("failpoint {} reached: {}", self.place, self.action);
        output.iter().any(|line| line.contains(&told))
    }

    fn under_load(&mut self, site: &mut Site) -> Result<()> {
        self.row.rounds += 1;
        let passed = if is_of_opening(self.place) { 0 } else { self.random.below(3) };
        if is_of_opening(self.place) {
            self.fill(site)?;
        }
        let starting = site.setup.begin(Some(&self.armed(passed)))?;
        let server = match starting.ready(&site.setup.data) {
            Ok(server) => server,
            // It may be on the way of the start; then the next one has to work.
            Err(error) if self.is_told(&[format!("{error:#}")]) => return self.compare_restarted(site),
            Err(error) => return Err(error),
        };
        let (server, is_reached) = self.wait_under_load(site, server)?;
        if !is_reached {
            self.violation("was never reached");
        }
        let Some(server) = server else { return self.compare_restarted(site) };
        self.compare(site, &server);
        Ok(())
    }

    /// Leaves something for the next server to open.
    fn fill(&mut self, site: &mut Site) -> Result<()> {
        let server = site.setup.start(None)?;
        let (http, mut random) = (server.http.clone(), self.random.split());
        site.load(&http, &mut random, || thread::sleep(AFTERWARDS));
        self.compare(site, &server);
        server.stop()
    }

    /// Gives the server, unless it died, and whether the place was reached.
    fn wait_under_load(&mut self, site: &mut Site, mut server: Server) -> Result<(Option<Server>, bool)> {
        let http = server.http.clone();
        let until = Instant::now() + PATIENCE;
        let mut random = self.random.split();
        let (is_dead, is_reached) = site.load(&http, &mut random, || -> Result<(bool, bool)> {
            while Instant::now() < until {
                let (is_dead, is_told) = (server.is_dead()?, self.is_told(&server.output()));
                if is_dead {
                    // Its last words are on their way.
                    thread::sleep(AFTERWARDS);
                    return Ok((true, self.is_told(&server.output())));
                }
                if is_told && self.action != "abort" {
                    thread::sleep(AFTERWARDS);
                    return Ok((server.is_dead()?, true));
                }
                thread::sleep(PAUSE);
            }
            Ok((false, false))
        })?;
        if is_dead && self.action != "abort" {
            self.violation(&format!("took the server with it: {}", server.output().join("\n")));
        }
        Ok(((!is_dead).then_some(server), is_reached))
    }

    fn compare_restarted(&mut self, site: &mut Site) -> Result<()> {
        let server = site.setup.start(None).context("cannot start again")?;
        self.row.ready(server.ready_after);
        self.compare(site, &server);
        Ok(())
    }

    fn compare(&mut self, site: &mut Site, server: &Server) {
        let (violations, looked) = site.check(server, Depth::Touched);
        self.row.looked += looked;
        for violation in violations {
            self.violation(&violation);
        }
    }

    /// A start that fails leaves a directory that the next one takes.
    fn at_first_start(&mut self, binary: &Path) -> Result<()> {
        self.row.rounds += 1;
        let mut site = Site::without_model(binary)?;
        site.admit(1)?;
        let starting = site.setup.begin(Some(&self.armed(0)))?;
        match starting.end(PATIENCE)? {
            Some((status, said)) if !status.success() && self.is_told(&said) => {}
            Some((status, said)) => self.violation(&format!("ended with {status}: {}", said.join("\n"))),
            None => self.violation("did not keep the server from starting"),
        }
        let server = site.setup.start(None).context("cannot start again")?;
        let (http, mut random) = (server.http.clone(), self.random.split());
        site.load(&http, &mut random, || thread::sleep(AFTERWARDS));
        self.compare(&mut site, &server);
        Ok(())
    }

    /// Writes more than the index leaves unsealed, and waits until it is tidied.
    fn with_much(&mut self, binary: &Path) -> Result<()> {
        self.row.rounds += 1;
        let mut site = Site::without_model(binary)?;
        site.admit(1)?;
        let mut server = site.setup.start(Some(&self.armed(0)))?;
        let words = site.words.clone();
        let (documents, passages) = BULK;
        super::load::put_many(&server.http, &mut site.shelves[0], || words.content_of(passages), documents);
        let until = Instant::now() + PATIENCE;
        let is_over = |server: &mut Server| -> Result<bool> {
            // One that is to die says so some time before it is dead.
            Ok(server.is_dead()? || (self.action != "abort" && self.is_told(&server.output())))
        };
        while Instant::now() < until && !is_over(&mut server)? {
            thread::sleep(PAUSE);
        }
        thread::sleep(AFTERWARDS);
        let is_reached = self.is_told(&server.output());
        if !is_reached {
            self.violation("was never reached");
        }
        if server.is_dead()? {
            return self.compare_restarted(&mut site);
        }
        if is_reached && self.action == "abort" {
            self.violation("did not end the server");
        }
        self.compare(&mut site, &server);
        Ok(())
    }
}
