//! A server that is measured, and requests over connections that stay open.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process;

/// Last line before the server does nothing but serve.
const READY: &str = "Ctrl-C stops the server.";

/// A running server; dropped, it is killed.
pub(super) struct Serving {
    child: Child,
    address: String,
    token: String,
}

impl Serving {
    pub(super) fn start(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Result<Self> {
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
        Ok(Self { child, address, token: token.trim().to_owned() })
    }

    /// Ends the server in order, so that its data can be copied.
    pub(super) fn stop(mut self) -> Result<()> {
        process::run(Command::new("kill").arg(self.pid().to_string()))?;
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ends with {status}");
        Ok(())
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn connect(&self) -> Result<BufReader<TcpStream>> {
        connect_to(&self.address)
    }

    /// One request on a connection that stays open; anything but a success is an error.
    pub(super) fn call(
        &self,
        connection: &mut BufReader<TcpStream>,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<String> {
        let body = body.to_string();
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

pub(super) fn connect_to(address: &str) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(BufReader::new(stream))
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
