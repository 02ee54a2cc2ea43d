//! Runs blocks: in the foreground to their end, or in the background until the page ends.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::block::Block;
use super::checkout::Checkout;

const STOP_LIMIT: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);

/// Runs the blocks of a page in order, then stops what is still in the background.
pub(crate) fn run_page(checkout: &Checkout, blocks: &[Block]) -> Result<()> {
    let mut servers = Vec::new();
    for block in blocks {
        if block.mark.after_stop {
            stop(&mut servers)?;
        }
        let place = || format!("line {}", block.line);
        let session = Session::start(checkout.shell(), &block.script).with_context(place)?;
        match &block.mark.background {
            None => session.finish(block).with_context(place)?,
            Some(ready) => servers.push((block.line, session.until_ready(block, ready).with_context(place)?)),
        }
    }
    stop(&mut servers)
}

/// Ctrl-C for each server, the last started first.
fn stop(servers: &mut Vec<(usize, Session)>) -> Result<()> {
    while let Some((line, server)) = servers.pop() {
        server.interrupt().with_context(|| format!("stopping line {line}"))?;
    }
    Ok(())
}

/// A shell that runs one script in a process group of its own; what is left of the group is killed on drop.
struct Session {
    child: Child,
    leash: Leash,
    lines: Receiver<String>,
    output: Vec<String>,
}

impl Session {
    /// The trap keeps the shell itself alive through Ctrl-C, so that it reports how the program ended.
    fn start(mut shell: Command, script: &str) -> Result<Self> {
        for line in script.lines() {
            println!("$ {line}");
        }
        let script = format!("set -eu\ntrap : INT\n{script}");
        let mut child = shell
            .args(["-c", &script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("cannot start a shell")?;
        let leash = Leash::new(&child)?;
        let (sender, lines) = mpsc::channel();
        forward(child.stdout.take().context("stdout is not piped")?, sender.clone());
        forward(child.stderr.take().context("stderr is not piped")?, sender);
        Ok(Self { child, leash, lines, output: Vec::new() })
    }

    fn finish(mut self, block: &Block) -> Result<()> {
        let deadline = Instant::now() + block.mark.limit;
        self.read_until(deadline, |_| false)?;
        let status = self.wait(deadline)?;
        let code = status.code().context("the block was killed")?;
        ensure!(code == block.mark.exit, "the block exited with {code} instead of {}", block.mark.exit);
        if let Some(missing) =
            block.expectation.as_ref().and_then(|expected| expected.first_missing(&self.output))
        {
            bail!("the output does not show `{missing}` where it should");
        }
        Ok(())
    }

    /// Waits for the ready text, and for the expected lines, which may come later.
    fn until_ready(mut self, block: &Block, ready: &str) -> Result<Self> {
        let deadline = Instant::now() + block.mark.limit;
        let is_enough = |output: &[String]| {
            let is_ready = output.iter().any(|line| line.contains(ready));
            is_ready
                && block.expectation.as_ref().is_none_or(|expected| expected.first_missing(output).is_none())
        };
        let is_up = self.read_until(deadline, is_enough)?;
        ensure!(is_up, "the program ended before its output showed `{ready}` and what is expected");
        Ok(self)
    }

    fn interrupt(mut self) -> Result<()> {
        let ended = self.child.try_wait().context("cannot ask for the shell")?;
        ensure!(ended.is_none(), "the program had ended by itself before Ctrl-C");
        signal(&self.child, "INT");
        let deadline = Instant::now() + STOP_LIMIT;
        self.read_until(deadline, |_| false).context("after Ctrl-C")?;
        let status = self.wait(deadline).context("after Ctrl-C")?;
        ensure!(status.success(), "after Ctrl-C the program ended with {status} instead of 0");
        Ok(())
    }

    /// Reads output until it satisfies a condition (true) or ends (false); too late is an error.
    fn read_until(&mut self, deadline: Instant, is_enough: impl Fn(&[String]) -> bool) -> Result<bool> {
        loop {
            if is_enough(&self.output) {
                return Ok(true);
            }
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    println!("{line}");
                    self.output.push(line);
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
                Err(RecvTimeoutError::Timeout) => bail!("the time limit is over"),
            }
        }
    }

    /// A program may close its output before it ends.
    fn wait(&mut self, deadline: Instant) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.child.try_wait().context("cannot wait for the shell")? {
                return Ok(status);
            }
            ensure!(Instant::now() < deadline, "the time limit is over");
            thread::sleep(POLL);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.leash.pull();
        // Collects a child that was killed; one that ended has been collected.
        let _ = self.child.wait();
    }
}

/// Kills a process group once this process lets go of it, which it also does when it is itself killed: a server
/// of an interrupted run would hold its port and its data.
struct Leash {
    watcher: Child,
}

impl Leash {
    fn new(leader: &Child) -> Result<Self> {
        let script = format!("read -r _; kill -s KILL -- -{} 2>/dev/null", leader.id());
        let mut command = Command::new("sh");
        command.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0);
        Ok(Self { watcher: command.spawn().context("cannot start a shell")? })
    }

    fn pull(&mut self) {
        drop(self.watcher.stdin.take());
        // Without a group left to kill the watcher fails, which is well.
        let _ = self.watcher.wait();
    }
}

fn forward(stream: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            // A program may redraw a line; what counts is what stands there in the end.
            let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
            if lines.send(line).is_err() {
                return;
            }
        }
    });
}

/// Signals the whole process group, as a terminal does.
fn signal(child: &Child, name: &str) {
    let script = format!("kill -s {name} -- -{}", child.id());
    if let Err(error) = Command::new("sh").args(["-c", &script]).stderr(Stdio::null()).status() {
        println!("cannot send {name}: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::Mark;
    use super::super::expectation::Expectation;
    use super::*;

    fn block(script: &str) -> Block {
        Block { line: 1, script: script.to_owned(), mark: Mark::default(), expectation: None }
    }

    fn start(block: &Block) -> Session {
        Session::start(Command::new("sh"), &block.script).unwrap()
    }

    fn finish(block: &Block) -> Result<()> {
        start(block).finish(block)
    }

    #[test]
    fn exit_code_decides() {
        assert!(finish(&block("echo fine\n")).is_ok());
        assert!(finish(&block("false\necho not reached\n")).is_err());
        let refused = Block { mark: Mark { exit: 3, ..Mark::default() }, ..block("exit 3\n") };
        assert!(finish(&refused).is_ok());
    }

    #[test]
    fn expected_lines_decide() {
        let with = |text: &str| Block {
            expectation: Some(Expectation::parse(text).unwrap()),
            ..block("echo one\necho two >&2\n")
        };
        assert!(finish(&with("one\n")).is_ok());
        assert!(finish(&with("three\n")).is_err());
    }

    #[test]
    fn a_block_beyond_its_limit_is_stopped() {
        let slow = Block {
            mark: Mark { limit: Duration::from_millis(50), ..Mark::default() },
            ..block("sleep 60\n")
        };
        let error = finish(&slow).unwrap_err();
        assert!(error.to_string().contains("time limit"), "{error}");
    }

    #[test]
    fn a_server_that_drains_stops_well() {
        // Like a server: says that it is ready, then waits, and exits with 0 on Ctrl-C.
        let server = block(
            "exec sh -c 'trap \"echo drained; exit 0\" INT; echo ready; while :; do sleep 0.02; done'\n",
        );
        let session = start(&server).until_ready(&server, "ready").unwrap();
        session.interrupt().unwrap();
    }

    #[test]
    fn a_server_that_fails_on_ctrl_c_is_reported() {
        let server = block("sh -c 'trap \"exit 7\" INT; echo ready; while :; do sleep 0.02; done'\n");
        let session = start(&server).until_ready(&server, "ready").unwrap();
        assert!(session.interrupt().is_err());
    }

    #[test]
    fn a_server_that_is_gone_before_ctrl_c_is_reported() {
        let server = block("echo ready\n");
        let mut session = start(&server).until_ready(&server, "ready").unwrap();
        session.wait(Instant::now() + STOP_LIMIT).unwrap();
        assert!(session.interrupt().is_err());
    }

    #[test]
    fn a_server_that_ends_early_is_reported() {
        let server = block("echo sorry\n");
        assert!(start(&server).until_ready(&server, "ready").is_err());
    }
}
