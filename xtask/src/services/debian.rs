//! Installing servers from Debian's packages.

use std::process::Command;

use anyhow::{Result, bail, ensure};

use super::account::{is_on_path, is_root};
use super::server::Server;
use crate::process::quietly;

/// Whether packages may be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Install {
    /// What is not there is installed.
    IfMissing,
    /// What is not there stays away.
    Never,
}

/// Installs the packages of servers. Servers that a package starts on its own stay as they are.
pub(super) fn install(servers: &[Server], install: Install) -> Result<()> {
    if servers.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<&str> = servers.iter().map(|server| server.package()).collect();
    packages.dedup();
    install_packages(&packages, install)?;
    for server in servers {
        ensure!(server.program().is_some(), "the package {} brought no server", server.package());
    }
    Ok(())
}

/// Installs packages by name.
pub(super) fn install_packages(packages: &[&str], install: Install) -> Result<()> {
    let by_hand = format!("run `apt-get install {}` as root", packages.join(" "));
    ensure!(install == Install::IfMissing, "not installed: run `cargo xtask services up`, or {by_hand}");
    ensure!(is_on_path("apt-get"), "not installed, and this is not a Debian system: install it by hand");
    let apt = |words: &[&str]| -> Result<Command> {
        let mut command = if is_root()? {
            Command::new("env")
        } else if is_on_path("sudo") {
            let mut sudo = Command::new("sudo");
            sudo.args(["-n", "env"]);
            sudo
        } else {
            bail!("not installed, and this user is not root and has no sudo: {by_hand}");
        };
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]).args(words);
        Ok(command)
    };
    eprintln!("installing {}", packages.join(", "));
    // Lists may be old or absent; where they cannot be had, the packages may still be in the cache.
    if let Err(error) = quietly(&mut apt(&["update"])?) {
        eprintln!("the lists of packages are not up to date: {error:#}");
    }
    let mut words = vec!["install", "--yes", "--no-install-recommends"];
    words.extend(packages);
    quietly(&mut apt(&words)?)
}
