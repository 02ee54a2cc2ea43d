//! The metrics page, as Prometheus's own checker sees it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use ragstone_observability::recorder;

use crate::recorder::record_all;
use crate::skip::{program, skip};

#[test]
fn the_page_passes_promtool() {
    let Some(promtool) = program("RAGSTONE_TEST_PROMTOOL", "promtool") else {
        return skip("promtool", "promtool is not installed (Debian package prometheus)");
    };
    let (recorder, page) = recorder::recorder().expect("builds");
    record_all(&recorder);
    let text = metrics::with_local_recorder(&recorder, || page.render_with_process());
    assert!(text.contains("process_resident_memory_bytes"), "{text}");
    let mut child = Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool starts");
    child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("ends");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.trim().is_empty(), "{said}\n{text}");
}
