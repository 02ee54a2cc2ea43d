//! `token`: makes and shows access tokens.

use ragstone_auth::{BearerToken, StoredToken, token_file};
use ragstone_core::access::AccessEntry;
use ragstone_core::{Error, ErrorKind, Result, Scope, TenantId};

use crate::cli::{Place, TokenCommand};
use crate::data_dir::DataDir;
use crate::render;

/// Runs one of the words of `token`.
pub(crate) fn run(place: &Place, words: TokenCommand) -> Result<()> {
    match words {
        TokenCommand::Create { name, scope, tenant, groups } => create(&name, scope, &tenant, &groups),
        TokenCommand::Show => show(place),
    }
}

fn create(name: &str, scope: Scope, tenant: &TenantId, groups: &[String]) -> Result<()> {
    let groups = group_line(groups)?;
    let token = BearerToken::mint()?;
    let hash = StoredToken::of(&token);
    // A TOML basic string has the escapes of a JSON string.
    let name = serde_json::Value::from(name);
    let lines = format!(
        "[[auth.tokens]]\nname = {name}\ntenant = \"{tenant}\"\nscope = \"{scope}\"\n{groups}hash = \"{hash}\"\n"
    );
    render::token(token.expose(), &lines);
    Ok(())
}

/// The line that names the groups; nothing where there are none.
fn group_line(groups: &[String]) -> Result<String> {
    for group in groups {
        AccessEntry::group(group)?;
    }
    if groups.is_empty() {
        Ok(String::new())
    } else {
        Ok(format!("groups = {}\n", serde_json::Value::from(groups)))
    }
}

fn show(place: &Place) -> Result<()> {
    let dir = DataDir::open(place.data_dir.as_deref())?;
    let token = token_file::load(&dir.admin_token())?.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "there is no admin token yet")
            .with_help("start the server once; it makes the token")
    })?;
    render::done(token.expose());
    Ok(())
}
