//! A real OpenTelemetry collector that writes what it gets to a file.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::data::{skip, variable};

/// Looks, and the pause between them, until something must have arrived.
const LOOKS: u32 = 300;
const PAUSE: Duration = Duration::from_millis(50);

/// Ended when dropped.
#[derive(Debug)]
pub(crate) struct Collector {
    child: Child,
    address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Collector {
    /// Starts the collector that `RAGSTONE_TEST_COLLECTOR` names; without one the skip is reported.
    pub(crate) fn start(test: &str) -> Option<Self> {
        let Some(program) = variable("RAGSTONE_TEST_COLLECTOR") else {
            skip(test, "RAGSTONE_TEST_COLLECTOR names no OpenTelemetry collector");
            return None;
        };
        let folder = tempfile::tempdir().expect("folder");
        let address =
            TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
        let config = format!(
            "receivers: {{otlp: {{protocols: {{grpc: {{endpoint: '{address}'}}}}}}}}\n\
             exporters: {{file: {{path: '{}', flush_interval: 100ms}}}}\n\
             service:\n  telemetry: {{metrics: {{level: none}}}}\n\
             \x20 pipelines: {{traces: {{receivers: [otlp], exporters: [file]}}}}\n",
            folder.path().join("spans.json").display(),
        );
        let file = folder.path().join("collector.yaml");
        std::fs::write(&file, config).expect("written");
        let log = std::fs::File::create(folder.path().join("log")).expect("a log");
        let mut command = Command::new(program);
        command.arg("--config").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().expect("the collector starts");
        let collector = Self { child, address, folder };
        collector.wait(|| TcpStream::connect(address).is_ok().then_some(()));
        Some(collector)
    }

    /// Address for `traces.endpoint`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until the spans of a trace are enough to a caller.
    pub(crate) fn trace(&self, id: &str, is_enough: impl Fn(&Trace) -> bool) -> Trace {
        self.wait(|| {
            let spans = self.spans().into_iter().filter(|span| span["traceId"] == id).collect();
            Some(Trace(spans)).filter(&is_enough)
        })
    }

    fn spans(&self) -> Vec<Value> {
        let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
        let text = std::fs::read_to_string(self.folder.path().join("spans.json")).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let resources = lines.flat_map(|line| list(&line, "resourceSpans"));
        let scopes = resources.flat_map(|resource| list(&resource, "scopeSpans"));
        scopes.flat_map(|scope| list(&scope, "spans")).collect()
    }

    fn wait<T>(&self, mut look: impl FnMut() -> Option<T>) -> T {
        for _ in 0..LOOKS {
            if let Some(found) = look() {
                return found;
            }
            std::thread::sleep(PAUSE);
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("it takes too long: {:#?}\n{log}", self.spans());
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The spans of one trace.
#[derive(Debug)]
pub(crate) struct Trace(Vec<Value>);

impl Trace {
    pub(crate) fn find(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|span| span["name"] == name)
    }

    #[track_caller]
    pub(crate) fn span(&self, name: &str) -> &Value {
        self.find(name).unwrap_or_else(|| panic!("no span {name:?} in {:?}", self.names()))
    }

    /// The names of the spans from one up to the first of the trace, outermost first.
    #[track_caller]
    pub(crate) fn path(&self, span: &Value) -> Vec<String> {
        let mut path = Vec::new();
        let mut current = Some(span);
        while let Some(span) = current {
            path.insert(0, span["name"].as_str().expect("a name").to_owned());
            current = self.0.iter().find(|other| other["spanId"] == span["parentSpanId"]);
        }
        path
    }

    /// A call of a port right below the span of this name.
    ///
    /// A search also asks the index for other spellings, where it does not know yet which words there are.
    #[track_caller]
    pub(crate) fn port_call(&self, above: &str, port: &str, method: &str) -> &Value {
        let above_id = &self.span(above)["spanId"];
        let wanted = |span: &&Value| {
            span["parentSpanId"] == *above_id
                && attribute(span, "port.name") == Some(port)
                && attribute(span, "port.method") == Some(method)
        };
        let found = self.0.iter().find(wanted);
        found.unwrap_or_else(|| panic!("no call of {port}.{method} below {above:?} in {:?}", self.names()))
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().filter_map(|span| span["name"].as_str()).collect()
    }
}

/// Value of a text attribute.
pub(crate) fn attribute<'a>(span: &'a Value, key: &str) -> Option<&'a str> {
    let found = span["attributes"].as_array()?.iter().find(|attribute| attribute["key"] == key)?;
    found["value"]["stringValue"].as_str()
}
