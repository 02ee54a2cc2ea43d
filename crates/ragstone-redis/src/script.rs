//! Scripts that run inside Redis, each as one atomic step.

use deadpool_redis::redis::{Cmd, Script as Source, cmd};

/// A script and the hash by which Redis knows it once it has run.
pub(crate) struct Script {
    code: &'static str,
    hash: String,
}

/// One run of a script: its keys, which are all in one hash slot, and its arguments.
pub(crate) struct Run<'a> {
    pub(crate) script: &'a Script,
    pub(crate) keys: Vec<String>,
    pub(crate) arguments: Vec<String>,
}

impl Script {
    pub(crate) fn new(code: &'static str) -> Self {
        Self { code, hash: Source::new(code).get_hash().to_owned() }
    }
}

impl Run<'_> {
    /// Runs the script by its hash, which Redis may not know.
    pub(crate) fn by_hash(&self) -> Cmd {
        self.command("EVALSHA", &self.script.hash)
    }

    /// Runs the script by its text, from which Redis learns the hash.
    pub(crate) fn by_text(&self) -> Cmd {
        self.command("EVAL", self.script.code)
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = cmd(name);
        command.arg(script).arg(self.keys.len()).arg(&self.keys).arg(&self.arguments);
        command
    }
}
