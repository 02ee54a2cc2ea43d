//! What telemetry costs: searches against servers without any, with metrics, and with everything, side by side.
//!
//! Each round is a process of its own on a copy of the same data, because processes of one program differ by more than
//! telemetry costs, and set-ups take turns, so that a machine that slows down slows all of them. Processor time for each
//! request is given beside the rate, because it is less disturbed by what else runs. The collector runs on the same
//! machine, and what it takes is part of the loss of rate.

mod corpus;
mod server;
mod sink;

use std::process::Command;

use anyhow::{Result, ensure};

use self::corpus::Corpus;
use self::server::{OPERATIONS, Round, Server, Workload};
use self::sink::Sink;
use super::Options;
use super::report::Measurement;
use crate::services::free_port;
use crate::workspace::Workspace;
use crate::{collector, process};

const ROUNDS: usize = 7;

/// Measures each set-up and compares it with the one without telemetry.
pub(crate) fn measure(workspace: &Workspace, options: &Options) -> Result<Vec<Measurement>> {
    let binary = super::server_binary(workspace, options)?;
    let corpus = Corpus::read(&super::data_folder(workspace, options)?)?;
    let folder = tempfile::tempdir()?;
    let collector = Sink::start(&collector::build(workspace)?, folder.path())?;
    let endpoint = collector.endpoint.as_str();
    let operations = format!("127.0.0.1:{}", free_port()?);
    let metrics = [(OPERATIONS, operations.as_str())];
    let by_default = [metrics[0], ("RAGSTONE_TRACES__ENDPOINT", endpoint), ("RAGSTONE_LOG__FORMAT", "json")];
    let every = [by_default[0], by_default[1], by_default[2], ("RAGSTONE_TRACES__SAMPLING_RATIO", "1.0")];
    let set_ups: [(&str, &[(&str, &str)]); 4] = [
        ("none", &[("RAGSTONE_OPERATIONS__ENABLED", "false"), ("RAGSTONE_LOG__FILTER", "off")]),
        ("metrics", &metrics),
        ("metrics, logs, traces as sampled by default", &by_default),
        ("metrics, logs, every trace", &every),
    ];
    let filled = folder.path().join("filled");
    let server = Server::start(&binary, &filled, set_ups[0].1)?;
    server.fill(&corpus)?;
    server.stop()?;

    let mut asked: Vec<_> = set_ups.iter().map(|(name, _)| (*name, Vec::new())).collect();
    let mut kept = asked.clone();
    for _ in 0..ROUNDS {
        for (place, (_, settings)) in set_ups.iter().enumerate() {
            let copy = tempfile::tempdir()?;
            let data = copy.path().join("data");
            process::run(Command::new("cp").arg("-a").arg(&filled).arg(&data))?;
            let server = Server::start(&binary, &data, settings)?;
            asked[place].1.push(server.round(Workload::Asked, &corpus)?);
            kept[place].1.push(server.round(Workload::Kept, &corpus)?);
        }
    }
    for (name, rounds) in asked.iter().filter(|(name, _)| name.contains("trace")) {
        ensure!(rounds.iter().all(|round| round.spans > 0.0), "no span was sent by {name:?}");
    }
    let mut measurements = report("asked for the first time", &asked);
    measurements.extend(report("answer is kept", &kept));
    Ok(measurements)
}

fn report(workload: &str, rounds: &[(&str, Vec<Round>)]) -> Vec<Measurement> {
    let mut measurements = Vec::new();
    let median = |rounds: &[Round], value: fn(&Round) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    let (mut first_rate, mut first_cpu) = (0.0, 0.0);
    for (name, rounds) in rounds {
        let rate = median(rounds, |round| round.per_second);
        let cpu = median(rounds, |round| round.cpu_us);
        if first_rate == 0.0 {
            (first_rate, first_cpu) = (rate, cpu);
        }
        for (what, value, unit) in [
            ("rate", rate, "searches/s"),
            ("processor time", cpu, "us/search"),
            ("loss of rate", (1.0 - rate / first_rate) * 100.0, "%"),
            ("more processor time", (cpu / first_cpu - 1.0) * 100.0, "%"),
            ("spans", median(rounds, |round| round.spans), "/search"),
        ] {
            measurements.push(Measurement {
                name: format!("{workload}, {name}: {what}"),
                value,
                unit: unit.to_owned(),
            });
        }
    }
    measurements
}
