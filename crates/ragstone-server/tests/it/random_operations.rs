//! Twenty thousand random operations on the engine over SQLite and Edge, with restarts, against a simple memory of what
//! must be there.
//!
//! A step is drawn from the seed and its number alone, so that a run can be made again from any step on. The seed is
//! printed; `RAGSTONE_TEST_SEED` and `RAGSTONE_TEST_STEPS` (such as `900..1000`) choose others. A run that fails is made
//! again with fewer and fewer of its last steps, until the failure is gone.

use std::ops::Range;

use self::bench::Bench;
use self::model::Model;
use self::step::Step;
use crate::data::variable;
use crate::load::tell;

mod bench;
mod model;
mod step;

const STEPS: u64 = 20_000;
/// Numbers of last steps with which a failing run is made again.
const SHORTER: [u64; 6] = [3000, 1000, 300, 100, 30, 10];

/// A folder in memory where there is one: syncs cost nothing there, and in this test no power fails.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("folder")
}

/// Runs steps on an empty engine; says which one failed, and how.
async fn run(seed: u64, steps: Range<u64>) -> Result<(), (u64, String)> {
    let folder = folder();
    let mut bench = Bench::open(folder.path()).await;
    let mut model = Model::default();
    for number in steps.clone() {
        let step = Step::draw(seed, number);
        if let Step::Restart(how) = step {
            bench = bench.restart(folder.path(), how).await;
        }
        let outcome = bench.take(&mut model, &step).await;
        outcome.map_err(|wrong| (number, format!("{step:?}: {wrong}")))?;
    }
    bench.compare_all(&mut model).await.map_err(|wrong| (steps.end, wrong))?;
    bench.close().await;
    Ok(())
}

fn chosen(name: &str) -> Option<String> {
    variable(name).and_then(|value| value.to_str().map(str::to_owned))
}

fn seed() -> u64 {
    let clock = || jiff::Timestamp::now().as_millisecond().unsigned_abs();
    chosen("RAGSTONE_TEST_SEED").map_or_else(clock, |seed| seed.parse().expect("a number"))
}

fn steps() -> Range<u64> {
    let Some(chosen) = chosen("RAGSTONE_TEST_STEPS") else { return 0..STEPS };
    let (from, to) = chosen.split_once("..").expect("a range");
    from.parse().expect("a number")..to.parse().expect("a number")
}

/// The fewest last steps that still fail, and how.
async fn shortened(seed: u64, failing: Range<u64>, mut wrong: String) -> (Range<u64>, String) {
    let mut shortest = failing.clone();
    for most in SHORTER {
        let range = failing.end.saturating_sub(most).max(failing.start)..failing.end;
        if range.start <= shortest.start {
            continue;
        }
        match run(seed, range.clone()).await {
            Err((_, again)) => (shortest, wrong) = (range, again),
            Ok(()) => break,
        }
    }
    (shortest, wrong)
}

/// Makes the run; what is wrong comes with the words that make the shortest run again.
async fn run_shortened(seed: u64, steps: Range<u64>) -> Result<(), String> {
    let Err((failed, wrong)) = run(seed, steps.clone()).await else { return Ok(()) };
    let (range, wrong) = shortened(seed, steps.start..failed + 1, wrong).await;
    Err(format!("RAGSTONE_TEST_SEED={seed} RAGSTONE_TEST_STEPS={}..{}: {wrong}", range.start, range.end))
}

#[tokio::test(flavor = "multi_thread")]
async fn random_operations_and_restarts_leave_what_a_memory_of_them_holds() {
    let (seed, steps) = (seed(), steps());
    tell(&format!("seed {seed}, steps {steps:?}"));
    if let Err(wrong) = run_shortened(seed, steps).await {
        panic!("{wrong}");
    }
}
