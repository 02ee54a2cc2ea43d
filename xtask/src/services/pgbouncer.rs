//! PgBouncer in transaction mode, in front of the PostgreSQL that is started here.

use std::path::Path;

use anyhow::{Context, Result};

use super::account::Account;
use super::postgres::USER;
use super::server::{free_port, quietly, wait_for_port};

/// Starts PgBouncer; every database of the cluster can be reached through it, with the cluster's password.
pub(super) fn start(program: &Path, folder: &Path, postgres_url: Option<&str>) -> Result<String> {
    let url = postgres_url.context(
        "it stands in front of the PostgreSQL that is started here; \
         where RAGSTONE_TEST_POSTGRES_URL is your own, set RAGSTONE_TEST_PGBOUNCER_URL too",
    )?;
    let (password, backend_port) = parts(url).context("the URL of PostgreSQL is not one from here")?;
    let account = Account::of_this_process()?;
    account.give(folder)?;
    let port = free_port()?;
    account.write_secret(&folder.join("users"), &format!("\"{USER}\" \"{password}\"\n"))?;
    let file = |name: &str| folder.join(name).display().to_string();
    let settings = format!(
        "[databases]\n* = host=127.0.0.1 port={backend_port}\n\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
         listen_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {}\n\
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

/// Password and port of a URL that `postgres::start` wrote.
fn parts(url: &str) -> Option<(&str, u16)> {
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
        assert_eq!(parts("postgres://ragstone:abc@127.0.0.1:5433/postgres"), Some(("abc", 5433)));
        assert_eq!(parts("postgres://else:abc@127.0.0.1:5433/postgres"), None);
        assert_eq!(parts("redis://:abc@127.0.0.1:5433/"), None);
    }
}
