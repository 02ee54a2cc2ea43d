//! `config`: shows and checks the configuration.

use ragstone_core::{Error, ErrorKind, Result};

use crate::cli::{ConfigCommand, Place};
use crate::config;
use crate::render;

/// Runs one of the words of `config`.
pub(crate) fn run(place: &Place, words: &ConfigCommand) -> Result<()> {
    let config = config::load(place.config.as_deref())?;
    match words {
        ConfigCommand::Show => {
            let text = toml::to_string(&config).map_err(|source| {
                Error::new(ErrorKind::Unexpected, "cannot write the configuration").with_source(source)
            })?;
            render::text(&text)
        }
        ConfigCommand::Check => {
            render::done("the configuration is valid");
            Ok(())
        }
    }
}
