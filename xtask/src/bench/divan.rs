//! Figures of the crates: runs `cargo bench` where a crate has benchmarks, and reads divan's table.

use anyhow::{Context, Result, ensure};
use cargo_metadata::{MetadataCommand, TargetKind};

use super::Options;
use super::report::Measurement;
use crate::process;
use crate::workspace::Workspace;

/// Benchmarks every crate that has a `bench` target.
pub(crate) fn measure(workspace: &Workspace, _options: &Options) -> Result<Vec<Measurement>> {
    let mut measurements = Vec::new();
    for package in packages(workspace)? {
        let mut table = Table::new(&package);
        let mut command = workspace.cargo();
        command.args(["bench", "--benches", "--all-features", "--package", &package]);
        let status = process::follow(&mut command, |line| table.read(line))?;
        ensure!(status.success(), "the benchmarks of {package} ended with {status}");
        measurements.append(&mut table.measurements);
    }
    Ok(measurements)
}

fn packages(workspace: &Workspace) -> Result<Vec<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cannot read the packages from cargo")?;
    let has_bench = |package: &&cargo_metadata::Package| {
        package.targets.iter().any(|target| target.kind.contains(&TargetKind::Bench))
    };
    Ok(metadata.packages.iter().filter(has_bench).map(|package| package.name.to_string()).collect())
}

/// Reads lines such as `│  ├─ chunk   1.2 µs │ 3.4 µs │ 1.3 µs │ 1.4 µs │ 100 │ 100`, indented by their group.
struct Table {
    package: String,
    groups: Vec<String>,
    measurements: Vec<Measurement>,
}

/// Columns that a level of the tree takes.
const INDENT: usize = 3;

impl Table {
    fn new(package: &str) -> Self {
        Self { package: package.to_owned(), groups: Vec::new(), measurements: Vec::new() }
    }

    fn read(&mut self, line: &str) {
        let Some(branch) = line.find(['├', '╰']) else {
            return;
        };
        let depth = line[..branch].chars().count() / INDENT;
        let rest = line[branch..].trim_start_matches(['├', '╰', '─', ' ']);
        let mut cells = rest.split('│').map(str::trim);
        let first = cells.next().unwrap_or_default();
        // Of two or more spaces between the name and the first figure only the first counts.
        let name = first.split("  ").next().unwrap_or_default().trim();
        self.groups.truncate(depth);
        self.groups.push(name.to_owned());
        if let Some((value, unit)) = cells.nth(1).and_then(time) {
            let name = format!("{}::{}", self.package, self.groups.join("::"));
            self.measurements.push(Measurement { name, value, unit: unit.to_owned() });
        }
    }
}

/// `1.2 µs` as a number and its unit; other cells, such as throughput, are not times.
fn time(cell: &str) -> Option<(f64, &str)> {
    let (value, unit) = cell.split_once(' ')?;
    let known = ["ps", "ns", "µs", "ms", "s", "m", "h"].contains(&unit);
    known.then(|| value.parse().ok().map(|value| (value, unit))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
Timer precision: 20 ns
chunking                fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ markdown                           │               │               │               │         │
│  ├─ 1000              1.5 µs        │ 9.8 µs        │ 1.625 µs      │ 1.7 µs        │ 100     │ 100
│  ╰─ 10000             15.1 µs       │ 98.2 µs       │ 16.2 µs       │ 17.1 µs       │ 100     │ 100
│                       650 MB/s      │ 101 MB/s      │ 617 MB/s      │ 584 MB/s      │         │
╰─ plain text           2 ms          │ 4 ms          │ 2.5 ms        │ 2.6 ms        │ 100     │ 100
";

    #[test]
    fn medians_are_read_with_their_groups() {
        let mut table = Table::new("ragstone-text");
        OUTPUT.lines().for_each(|line| table.read(line));
        let rows: Vec<_> =
            table.measurements.iter().map(|row| (row.name.as_str(), row.value, row.unit.as_str())).collect();
        assert_eq!(
            rows,
            [
                ("ragstone-text::markdown::1000", 1.625, "µs"),
                ("ragstone-text::markdown::10000", 16.2, "µs"),
                ("ragstone-text::plain text", 2.5, "ms"),
            ]
        );
    }
}
