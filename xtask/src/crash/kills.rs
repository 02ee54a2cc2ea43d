//! Kills at random moments, also while the server starts.

use anyhow::Result;

use super::beside::side_by_side;

use super::check::Depth;
use super::random::Random;
use super::report::{Report, Row};
use super::server::READY_WITHIN;
use super::site::{Site, pause};

/// Kills between two looks at everything.
const WHOLE_EVERY: usize = 20;
/// Percent of the kills after which the server is killed again while it starts.
const KILLED_AT_START: usize = 25;

/// How often servers are killed, and what they are doing.
pub(super) struct Plan {
    pub(super) kills: usize,
    pub(super) clients: usize,
    /// Servers that are killed beside each other, each with data of its own.
    pub(super) sites: usize,
    pub(super) seed: u64,
}

/// Kills servers so many times in all.
pub(super) fn run(plan: &Plan, open: impl Fn() -> Result<Site> + Sync, report: &mut Report) -> Result<()> {
    let mut row = Row::new("kills");
    let shares = side_by_side(plan.sites, |number| {
        let kills = (plan.kills + number) / plan.sites;
        of_site(open()?, plan.seed.wrapping_add(number as u64), plan.clients, kills)
    })?;
    for share in shares {
        row.add(share);
    }
    report.add(row);
    Ok(())
}

/// Loads the server and kills it, so many times; after each the server has to be as it was acknowledged.
fn of_site(mut site: Site, seed: u64, clients: usize, kills: usize) -> Result<Row> {
    let mut random = Random::seeded(seed);
    let mut row = Row::new("kills");
    site.admit(clients)?;
    let mut server = site.setup.start(None)?;
    for kill in 1..=kills {
        let http = server.http.clone();
        let mut moment = random.split();
        site.load(&http, &mut random, || {
            pause(&mut moment, 20, 700);
            server.kill()
        })?;
        while random.chance(KILLED_AT_START) {
            let starting = site.setup.begin(None)?;
            pause(&mut random, 0, 250);
            starting.kill()?;
            row.rounds += 1;
        }
        server = site.setup.start(None)?;
        row.rounds += 1;
        row.ready(server.ready_after);
        if server.ready_after > READY_WITHIN {
            row.violations.push(format!("kill {kill}: ready after {:?}", server.ready_after));
        }
        let depth = if kill % WHOLE_EVERY == 0 || kill == kills { Depth::Whole } else { Depth::Touched };
        let (violations, looked) = site.check(&server, depth);
        row.looked += looked;
        for violation in violations {
            println!("kill {kill}: {violation}");
            row.violations.push(format!("kill {kill}: {violation}"));
        }
        if kill % WHOLE_EVERY == 0 {
            println!("seed {seed}: {kill} kills, {} acknowledged", site.tally().acknowledged);
        }
    }
    server.stop()?;
    row.tally = site.tally();
    site.close()?;
    Ok(row)
}
