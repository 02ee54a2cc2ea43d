//! The table of a campaign.

use std::fmt::Write as _;

use super::run::Outcome;

/// A heading, and a line for each target.
pub(super) fn of(outcomes: &[Outcome]) -> String {
    let mut table = format!(
        "{:<18} {:>9} {:>15} {:>17} {:>6} {:>7}  findings\n",
        "target", "runs", "edges", "features", "s", "MiB"
    );
    for outcome in outcomes {
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{}", line(outcome));
    }
    table
}

/// Edges and features are those of the seeds, and those at the end.
pub(super) fn line(outcome: &Outcome) -> String {
    let Outcome { name, figures, took, finding } = outcome;
    let edges = format!("{} → {}", figures.seeds.edges, figures.all.edges);
    let features = format!("{} → {}", figures.seeds.features, figures.all.features);
    let (seconds, peak) = (took.as_secs(), figures.peak_mb);
    let finding = finding.as_deref().unwrap_or("none");
    format!("{name:<18} {:>9} {edges:>15} {features:>17} {seconds:>6} {peak:>7}  {finding}", figures.runs)
}
