//! What telemetry costs: searches against servers without any, with metrics, and with everything, side by side.
//!
//! The rounds are interleaved, so that a machine that slows down slows all of them. Processor time for each request is
//! given beside the rate, because it is less disturbed by what else runs.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::report::Measurement;
use super::{Options, usage};
use crate::collector;
use crate::workspace::Workspace;

const DOCUMENTS: u32 = 200;
const CONNECTIONS: usize = 4;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
/// Last line before the server does nothing but serve.
const READY: &str = "Ctrl-C stops the server.";
const QUERY: &str = r#"{"query":"albatross stone"}"#;

/// Measures each set-up and compares it with the one without telemetry.
pub(crate) fn measure(workspace: &Workspace, options: &Options) -> Result<Vec<Measurement>> {
    let binary = super::server_binary(workspace, options)?;
    let folder = tempfile::tempdir()?;
    let collector = Sink::start(&collector::build(workspace)?, folder.path())?;
    let endpoint = collector.endpoint.as_str();
    let metrics = [("RAGSTONE_OPERATIONS__BIND", "127.0.0.1:0")];
    let full = [metrics[0], ("RAGSTONE_TRACES__ENDPOINT", endpoint), ("RAGSTONE_LOG__FORMAT", "json")];
    let tenth = [full[0], full[1], full[2], ("RAGSTONE_TRACES__SAMPLING_RATIO", "0.1")];
    let set_ups: [(&str, &[(&str, &str)]); 4] = [
        ("none", &[("RAGSTONE_OPERATIONS__ENABLED", "false"), ("RAGSTONE_LOG__FILTER", "off")]),
        ("metrics", &metrics),
        ("metrics, logs, every tenth trace", &tenth),
        ("metrics, logs, every trace", &full),
    ];
    let mut servers = Vec::new();
    for (place, (name, settings)) in set_ups.iter().enumerate() {
        servers.push((*name, Server::start(&binary, &folder.path().join(place.to_string()), settings)?));
    }
    let mut rounds: Vec<Vec<Round>> = servers.iter().map(|_| Vec::new()).collect();
    for number in 0..=ROUNDS {
        for (place, (_, server)) in servers.iter().enumerate() {
            let round = server.round()?;
            // The first one warms up.
            if number > 0 {
                rounds[place].push(round);
            }
        }
    }
    Ok(report(&servers.iter().map(|(name, _)| *name).collect::<Vec<_>>(), &rounds))
}

fn report(names: &[&str], rounds: &[Vec<Round>]) -> Vec<Measurement> {
    let mut measurements = Vec::new();
    let median = |rounds: &[Round], value: fn(&Round) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    let (mut first_rate, mut first_cpu) = (0.0, 0.0);
    for (name, rounds) in names.iter().zip(rounds) {
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
        ] {
            measurements.push(Measurement { name: format!("{name}: {what}"), value, unit: unit.to_owned() });
        }
    }
    measurements
}

/// A collector that forgets nothing and answers at once.
struct Sink {
    child: Child,
    endpoint: String,
}

impl Sink {
    fn start(program: &Path, folder: &Path) -> Result<Self> {
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = folder.join("collector.yaml");
        let text = format!(
            "receivers: {{otlp: {{protocols: {{grpc: {{endpoint: '{address}'}}}}}}}}\n\
             exporters: {{file: {{path: '{}'}}}}\n\
             service:\n  telemetry: {{metrics: {{level: none}}}}\n\
             \x20 pipelines: {{traces: {{receivers: [otlp], exporters: [file]}}}}\n",
            folder.join("spans.json").display(),
        );
        fs::write(&config, text)?;
        let mut command = Command::new(program);
        let child = command.arg("--config").arg(&config).stderr(Stdio::null()).spawn()?;
        let sink = Self { child, endpoint: format!("http://{address}") };
        for _ in 0..200 {
            if TcpStream::connect(address).is_ok() {
                return Ok(sink);
            }
            thread::sleep(Duration::from_millis(50));
        }
        anyhow::bail!("the collector does not listen at {address}")
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running server with a few documents.
struct Server {
    child: Child,
    address: String,
    token: String,
}

/// What one round of searches came to.
struct Round {
    per_second: f64,
    cpu_us: f64,
}

impl Server {
    fn start(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Result<Self> {
        let mut command = Command::new(binary);
        command.arg("--data-dir").arg(data).args(["serve", "--bind", "127.0.0.1:0"]);
        command.envs(settings.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().with_context(|| format!("cannot start {}", binary.display()))?;
        let output = child.stdout.take().context("the output is not piped")?;
        let mut lines = BufReader::new(output).lines();
        let mut address = String::new();
        for line in lines.by_ref() {
            let line = line?;
            if let Some((_, rest)) = line.split_once("http://")
                && address.is_empty()
            {
                rest.split(['/', ' ']).next().unwrap_or_default().clone_into(&mut address);
            }
            if line.contains(READY) {
                break;
            }
        }
        // Whatever it says from now on must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        let token = fs::read_to_string(data.join("admin.token")).context("the server did not start")?;
        let server = Self { child, address, token: token.trim().to_owned() };
        server.fill()?;
        Ok(server)
    }

    fn fill(&self) -> Result<()> {
        let mut connection = self.connect()?;
        let mut last = String::new();
        for number in 0..DOCUMENTS {
            let text = "bees dance albatross glide river stone winter red paint shed ".repeat(8);
            let body = format!(r#"{{"external_id":"{number}","text":"{number} {text}"}}"#);
            last = self.call(&mut connection, "PUT", "/api/v1/collections/default/documents", &body)?;
        }
        let receipt: serde_json::Value = serde_json::from_str(&last)?;
        let wait = format!(r#"{{"query":"bees","min_sequence":{}}}"#, receipt["sequence"]);
        self.call(&mut connection, "POST", "/api/v1/search", &wait).map(drop)
    }

    fn round(&self) -> Result<Round> {
        let (cpu, start) = (usage::cpu_seconds(self.child.id())?, Instant::now());
        let counts = thread::scope(|scope| {
            let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(|| self.search_for(ROUND))).collect();
            workers.into_iter().map(|worker| worker.join().unwrap_or(Ok(0))).sum::<Result<u32>>()
        })?;
        let (took, cpu) = (start.elapsed(), usage::cpu_seconds(self.child.id())? - cpu);
        ensure!(counts > 0, "no search was answered");
        let counts = f64::from(counts);
        Ok(Round { per_second: counts / took.as_secs_f64(), cpu_us: cpu / counts * 1e6 })
    }

    fn search_for(&self, time: Duration) -> Result<u32> {
        let mut connection = self.connect()?;
        let (start, mut count) = (Instant::now(), 0);
        while start.elapsed() < time {
            self.call(&mut connection, "POST", "/api/v1/search", QUERY)?;
            count += 1;
        }
        Ok(count)
    }

    fn connect(&self) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }

    /// One request on a connection that stays open; anything but a success is an error.
    fn call(
        &self,
        connection: &mut BufReader<TcpStream>,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<String> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len(),
        );
        connection.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        connection.read_line(&mut line)?;
        ensure!(line.starts_with("HTTP/1.1 2"), "{method} {path} answers {}", line.trim());
        let mut length = 0;
        loop {
            line.clear();
            connection.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
        }
        let mut answer = vec![0; length];
        connection.read_exact(&mut answer)?;
        Ok(String::from_utf8(answer)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
