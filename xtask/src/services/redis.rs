//! Redis: with a password, in memory only.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::account::Account;
use super::server::{free_port, fresh_password, wait_for_port};
use crate::process::quietly;

/// Starts Redis in an empty folder.
pub(super) fn start(program: &Path, folder: &Path) -> Result<String> {
    let (port, password) = (free_port()?, fresh_password()?);
    let file = |name: &str| folder.join(name).display().to_string();
    let settings = format!(
        "bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir {}\nsave \"\"\nappendonly no\n\
         daemonize yes\npidfile {}\nlogfile {}\n",
        folder.display(),
        file("pid"),
        file("log"),
    );
    let settings_file = folder.join("redis.conf");
    Account::Own.write_secret(&settings_file, &settings)?;
    quietly(Command::new(program).current_dir(folder).arg(&settings_file))?;
    wait_for_port(port)?;
    Ok(format!("redis://:{password}@127.0.0.1:{port}/"))
}
