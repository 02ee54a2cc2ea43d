//! PgBouncer in transaction mode, in front of the PostgreSQL that is started here.

use std::path::Path;

use anyhow::{Context, Result};

use super::account::Account;
use super::postgres::{USER, login_of};
use super::server::{free_port, wait_for_port};
use crate::process::quietly;

/// Starts PgBouncer; every database of the cluster can be reached through it, with the cluster's password.
pub(super) fn start(program: &Path, folder: &Path, postgres_url: Option<&str>) -> Result<String> {
    let url = postgres_url.context(
        "it stands in front of the PostgreSQL that is started here; \
         where RAGSTONE_TEST_POSTGRES_URL is your own, set RAGSTONE_TEST_PGBOUNCER_URL too",
    )?;
    let (password, backend_port) = login_of(url).context("the URL of PostgreSQL is not one from here")?;
    let account = Account::of_this_process()?;
    account.give(folder)?;
    let port = free_port()?;
    account.write_secret(&folder.join("users"), &format!("\"{USER}\" \"{password}\"\n"))?;
    let file = |name: &str| folder.join(name).display().to_string();
    let settings = format!(
        "[databases]\n* = host=127.0.0.1 port={backend_port}\n\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
         listen_port = {port}\nunix_socket_dir =\nstats_users = {USER}\nauth_type = scram-sha-256\nauth_file = {}\n\
         server_tls_sslmode = disable\n\
         pool_mode = transaction\nmax_client_conn = 500\ndefault_pool_size = 8\nautodb_idle_timeout = 5\n\
         logfile = {}\npidfile = {}\n",
        file("users"),
        file("log"),
        file("pid"),
    );
    let settings_file = folder.join("pgbouncer.ini");
    account.write_secret(&settings_file, &settings)?;
    quietly(account.command(program, folder).args(["--quiet", "--daemon"]).arg(&settings_file))?;
    wait_for_port(port)?;
    Ok(format!("postgres://{USER}:{password}@127.0.0.1:{port}/postgres"))
}
