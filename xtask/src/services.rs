//! `services`: the servers that tests use besides the embedded engines, from Debian's packages.
//!
//! Each runs on a free loopback port, with a password and a folder of its own, in memory where there is room; what
//! runs is written down below the target directory, so that several calls and `cargo xtask test` share it.
//! A server that the user names in a variable `RAGSTONE_TEST_*_URL` is used instead of one from here.

mod account;
mod debian;
mod pgbouncer;
mod postgres;
mod redis;
mod server;
mod state;
mod tools;

use std::env;

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

pub(crate) use self::debian::Install;
use self::server::Server;
pub(crate) use self::server::{free_port, wait_for_port};
use self::state::State;
pub(crate) use self::tools::{prepare as prepare_tools, variables as tool_variables};
use crate::workspace::Workspace;

/// Arguments of `services`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// What to do
    action: Action,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Action {
    /// Install what is missing, start what does not run, and print the variables for `eval`
    Up,
    /// Stop what `up` started and remove its data
    Down,
    /// Say what runs
    Status,
}

/// Starts, stops or lists the servers. What is meant for a shell goes to standard output, the rest to standard error.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    match options.action {
        Action::Up => up(workspace),
        Action::Down => down(workspace),
        Action::Status => status(workspace),
    }
}

fn up(workspace: &Workspace) -> Result<()> {
    let session = Session::start(workspace, Install::IfMissing)?;
    for (name, url) in session.variables() {
        println!("export {name}='{url}'");
    }
    let tools = prepare_tools(workspace, Install::IfMissing);
    for (name, program) in tool_variables(workspace) {
        println!("export {name}='{}'", program.display());
    }
    let failures: Vec<String> = session.failures().chain(tools).collect();
    ensure!(failures.is_empty(), "{}", failures.join("; "));
    Ok(())
}

fn down(workspace: &Workspace) -> Result<()> {
    let state = State::load(workspace)?;
    let known: Vec<Server> =
        Server::ALL.into_iter().filter(|server| state.existing_folder(*server).is_some()).collect();
    if known.is_empty() {
        eprintln!("nothing to stop");
    }
    stop(state, &known)
}

fn status(workspace: &Workspace) -> Result<()> {
    let state = State::load(workspace)?;
    let runs =
        |server: Server| state.existing_folder(server).is_some_and(|folder| server.is_running(&folder));
    for server in Server::ALL {
        let name = server.name();
        match (own_url(server), state.url(server)) {
            (Some(_), _) => println!("{name}: {} is set, nothing is started for it", server.variable()),
            (None, Some(url)) if runs(server) => {
                println!("{name}: runs, {}={url}", server.variable());
            }
            (None, Some(_)) => println!("{name}: was started and has ended; `up` starts it again"),
            (None, None) if server.program().is_some() => println!("{name}: installed, does not run"),
            (None, None) => println!("{name}: not installed (package {})", server.package()),
        }
    }
    Ok(())
}

/// The user's own server, which wins.
fn own_url(server: Server) -> Option<String> {
    env::var(server.variable()).ok().filter(|url| !url.is_empty())
}

/// Stops servers, the ones that lean on others first, and forgets them.
fn stop(mut state: State, servers: &[Server]) -> Result<()> {
    for server in Server::ALL.into_iter().rev().filter(|server| servers.contains(server)) {
        if let Some(folder) = state.existing_folder(server) {
            server.stop(&folder)?;
        }
        state.forget(server)?;
        eprintln!("{} is stopped", server.name());
    }
    Ok(())
}

/// Servers that run for somebody: which were found, which were started, and which cannot be had.
pub(crate) struct Session {
    workspace: Workspace,
    variables: Vec<(&'static str, String)>,
    own: Vec<Server>,
    started: Vec<Server>,
    failed: Vec<(Server, String)>,
}

impl Session {
    /// Sees to it that every server runs that the user does not run himself.
    ///
    /// A server that cannot be had does not keep the others from starting; it is among the [`Session::failures`].
    pub(crate) fn start(workspace: &Workspace, install: Install) -> Result<Self> {
        let (own, wanted): (Vec<Server>, Vec<Server>) =
            Server::ALL.into_iter().partition(|server| own_url(*server).is_some());
        for server in &own {
            eprintln!("{}: {} is set, nothing is started for it", server.name(), server.variable());
        }
        let missing: Vec<Server> =
            wanted.iter().copied().filter(|server| server.program().is_none()).collect();
        let unavailable = debian::install(&missing, install).err().map(|error| format!("{error:#}"));
        let mut session = Self {
            workspace: workspace.clone(),
            variables: Vec::new(),
            own,
            started: Vec::new(),
            failed: Vec::new(),
        };
        let mut state = State::load(workspace)?;
        for server in wanted {
            match unavailable.as_ref().filter(|_| missing.contains(&server)) {
                Some(reason) => session.failed.push((server, reason.clone())),
                None => session.ensure_running(&mut state, server),
            }
        }
        Ok(session)
    }

    fn ensure_running(&mut self, state: &mut State, server: Server) {
        match self.find_or_start(state, server) {
            Ok(url) => self.variables.push((server.variable(), url)),
            Err(error) => self.failed.push((server, format!("{error:#}"))),
        }
    }

    fn find_or_start(&mut self, state: &mut State, server: Server) -> Result<String> {
        if let Some(url) = state.url(server)
            && !self.leans_on_a_new_one(server)
            && state.existing_folder(server).is_some_and(|folder| server.is_running(&folder))
        {
            return Ok(url.to_owned());
        }
        if let Some(folder) = state.existing_folder(server) {
            server.stop(&folder)?;
        }
        state.forget(server)?;
        let folder = state.folder_of(server)?;
        let url = match server.start(&folder, state.url(Server::Postgres)) {
            Ok(url) => url,
            Err(error) => {
                server.stop(&folder)?;
                return Err(error);
            }
        };
        state.remember(server, &url)?;
        self.started.push(server);
        eprintln!("{} is started", server.name());
        Ok(url)
    }

    /// Whether what the server leans on was started anew, on another port with another password.
    fn leans_on_a_new_one(&self, server: Server) -> bool {
        server.leans_on_postgres() && self.started.contains(&Server::Postgres)
    }

    /// What tests have to be told, without what the environment says already.
    pub(crate) fn variables(&self) -> &[(&'static str, String)] {
        &self.variables
    }

    /// How many servers there are, the user's own included.
    pub(crate) fn count(&self) -> usize {
        self.variables.len() + self.own.len()
    }

    /// A line for each server that cannot be had.
    pub(crate) fn failures(&self) -> impl Iterator<Item = String> {
        self.failed.iter().map(|(server, reason)| format!("{}: {reason}", server.name()))
    }

    /// Stops what this session started, and nothing that ran before.
    pub(crate) fn end(self) -> Result<()> {
        if self.started.is_empty() {
            return Ok(());
        }
        stop(State::load(&self.workspace)?, &self.started)
    }
}
