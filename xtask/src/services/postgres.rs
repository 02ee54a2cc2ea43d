//! PostgreSQL: a cluster of its own, with passwords and TLS as in production.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::account::Account;
use super::server::{free_port, fresh_password};
use crate::process::quietly;

/// The superuser of the cluster.
pub(super) const USER: &str = "ragstone";

/// The programs of the newest installed version; those on the path may be wrappers for other clusters.
pub(super) fn bin_folder() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let versions = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let folders =
        versions.map(|version| (version, PathBuf::from(format!("/usr/lib/postgresql/{version}/bin"))));
    folders
        .filter(|(_, folder)| folder.join("postgres").is_file() && folder.join("initdb").is_file())
        .max()
        .map(|(_, folder)| folder)
}

/// Makes a cluster in an empty folder and starts it.
pub(super) fn start(folder: &Path) -> Result<String> {
    let bin = bin_folder().context("there is no /usr/lib/postgresql/*/bin/postgres")?;
    let account = Account::of_this_process()?;
    account.give(folder)?;
    let password = fresh_password()?;
    let data = folder.join("data");

    let password_file = folder.join("password");
    account.write_secret(&password_file, &password)?;
    let mut initdb = account.command(bin.join("initdb"), folder);
    initdb.arg("--pgdata").arg(&data).arg("--pwfile").arg(&password_file);
    initdb.args(["--username", USER, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]);
    quietly(&mut initdb)?;
    fs::remove_file(&password_file).context("cannot remove the file of the password")?;

    let mut certificate = account.command("openssl", folder);
    certificate.args(["req", "-new", "-x509", "-nodes", "-batch", "-days", "365", "-subj", "/CN=localhost"]);
    certificate.args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
    certificate.arg("-keyout").arg(data.join("server.key")).arg("-out").arg(data.join("server.crt"));
    quietly(&mut certificate)?;

    let main_settings = data.join("postgresql.conf");
    let mut text = fs::read_to_string(&main_settings).context("the cluster has no postgresql.conf")?;
    text.push_str("\ninclude 'ragstone.conf'\n");
    fs::write(&main_settings, text).context("cannot write postgresql.conf")?;
    let port = launch(account, folder, &bin)?;
    Ok(url(&password, port))
}

/// Makes a standby of the PostgreSQL that is started here, and starts it.
pub(super) fn start_standby(folder: &Path, primary_url: Option<&str>) -> Result<String> {
    let primary = primary_url.context(
        "it follows the PostgreSQL that is started here; \
         where RAGSTONE_TEST_POSTGRES_URL is your own, set RAGSTONE_TEST_POSTGRES_REPLICA_URL too",
    )?;
    let (password, port) = login_of(primary).context("the URL of PostgreSQL is not one from here")?;
    let bin = bin_folder().context("there is no /usr/lib/postgresql/*/bin/postgres")?;
    let account = Account::of_this_process()?;
    account.give(folder)?;
    let mut copy = account.command(bin.join("pg_basebackup"), folder);
    copy.env("PGPASSWORD", password).args(["--host=127.0.0.1", "--username", USER]);
    copy.arg(format!("--port={port}")).arg("--pgdata").arg(folder.join("data"));
    copy.args(["--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync"]);
    quietly(&mut copy)?;
    let port = launch(account, folder, &bin)?;
    Ok(url(password, port))
}

/// Starts the cluster in a folder on a free port and waits until it takes connections.
fn launch(account: Account, folder: &Path, bin: &Path) -> Result<u16> {
    let data = folder.join("data");
    let port = free_port()?;
    // Tests make and drop hundreds of databases, each with a checkpoint. What this gives up is only lost with the
    // power, not with the process.
    let settings = format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\nmax_connections = 300\n\
         shared_buffers = '128MB'\nhot_standby_feedback = on\nssl = on\nfsync = off\n\
         max_wal_size = '256MB'\n"
    );
    account.write_secret(&data.join("ragstone.conf"), &settings)?;
    let mut start = account.command(bin.join("pg_ctl"), folder);
    start.arg("--pgdata").arg(&data).arg("--log").arg(folder.join("log"));
    start.args(["--wait", "--timeout=60", "start"]);
    quietly(&mut start)?;
    Ok(port)
}

fn url(password: &str, port: u16) -> String {
    format!("postgres://{USER}:{password}@127.0.0.1:{port}/postgres")
}

/// Password and port of a URL from here.
pub(super) fn login_of(url: &str) -> Option<(&str, u16)> {
    let (login, place) = url.strip_prefix("postgres://")?.split_once('@')?;
    let (user, password) = login.split_once(':')?;
    let port = place.split_once(':')?.1.split('/').next()?.parse().ok()?;
    (user == USER).then_some((password, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_a_password_and_a_port() {
        assert_eq!(login_of(&url("abc", 5433)), Some(("abc", 5433)));
        assert_eq!(login_of("postgres://else:abc@127.0.0.1:5433/postgres"), None);
        assert_eq!(login_of("redis://:abc@127.0.0.1:5433/"), None);
    }
}
