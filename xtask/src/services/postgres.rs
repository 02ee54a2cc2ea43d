//! PostgreSQL: a cluster of its own, with passwords, TLS and durable commits, as in production.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::account::Account;
use super::server::{free_port, fresh_password, quietly};

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

    let port = free_port()?;
    let settings = format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\nmax_connections = 300\n\
         shared_buffers = '128MB'\nwal_level = replica\nssl = on\n"
    );
    let own_settings = data.join("ragstone.conf");
    account.write_secret(&own_settings, &settings)?;
    let main_settings = data.join("postgresql.conf");
    let mut text = fs::read_to_string(&main_settings).context("the cluster has no postgresql.conf")?;
    text.push_str("\ninclude 'ragstone.conf'\n");
    fs::write(&main_settings, text).context("cannot write postgresql.conf")?;

    let mut start = account.command(bin.join("pg_ctl"), folder);
    start.arg("--pgdata").arg(&data).arg("--log").arg(folder.join("log"));
    start.args(["--wait", "--timeout=60", "start"]);
    quietly(&mut start)?;
    Ok(format!("postgres://{USER}:{password}@127.0.0.1:{port}/postgres"))
}
