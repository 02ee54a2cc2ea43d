//! Reading the configuration: defaults, file, environment.

use std::path::Path;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use ragstone_core::{Error, ErrorKind, Result};

use super::Config;

/// Prefix of environment variables; `RAGSTONE_SERVER__BIND` sets `server.bind`.
const PREFIX: &str = "RAGSTONE_";
/// Stands between the section and the key in the name of a variable.
const SEPARATOR: &str = "__";

/// The one key outside of all sections.
const OFFLINE: &str = "offline";

/// Reads and checks the configuration. An unknown key is an error, wherever it stands.
pub(crate) fn load(file: Option<&Path>) -> Result<Config> {
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(file) = file {
        if !file.is_file() {
            return Err(Error::new(ErrorKind::NotFound, "cannot find the configuration file")
                .with_context("file", file.display()));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    // Other variables without a section belong to other parts, such as RAGSTONE_DATA_DIR.
    let is_key = |name: &str| name.contains(SEPARATOR) || name.eq_ignore_ascii_case(OFFLINE);
    let variables = Env::prefixed(PREFIX).filter(move |key| is_key(key.as_str())).split(SEPARATOR);
    let config: Config = figment.merge(variables).extract().map_err(unusable)?;
    config.check()?;
    Ok(config)
}

fn unusable(error: figment::Error) -> Error {
    let mut text = Error::new(ErrorKind::InvalidArgument, "cannot use the configuration");
    for problem in error {
        let path = problem.path.join(".");
        let place =
            problem.metadata.as_ref().map_or_else(String::new, |metadata| format!(" ({})", metadata.name));
        text = text.with_violation(path, format!("{}{place}", problem.kind));
    }
    text.with_help("`ragstone config show` prints every key with its value")
}
