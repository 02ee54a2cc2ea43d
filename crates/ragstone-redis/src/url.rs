//! Reads the URL of one server, of sentinels or of a cluster; no part of it gets into an error.

use ragstone_core::{Error, Result};
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::{Credentials, Server, Servers};

/// What a URL says.
pub(crate) struct Parts {
    pub(crate) servers: Servers,
    pub(crate) is_tls: bool,
    pub(crate) database: u32,
    pub(crate) credentials: Credentials,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Single,
    Sentinel,
    Cluster,
}

const SCHEMES: [(&str, Kind, bool); 6] = [
    ("redis", Kind::Single, false),
    ("rediss", Kind::Single, true),
    ("redis+sentinel", Kind::Sentinel, false),
    ("rediss+sentinel", Kind::Sentinel, true),
    ("redis+cluster", Kind::Cluster, false),
    ("rediss+cluster", Kind::Cluster, true),
];

const PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

pub(crate) fn parse(url: &SecretString) -> Result<Parts> {
    let url = url.expose_secret();
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong_scheme)?;
    let (_, kind, is_tls) =
        SCHEMES.into_iter().find(|(name, _, _)| *name == scheme).ok_or_else(wrong_scheme)?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, hosts) = authority.rsplit_once('@').map_or((None, authority), |(l, h)| (Some(l), h));
    let credentials = login.map(credentials).transpose()?.unwrap_or_default();
    let database = database(path)?;
    if kind == Kind::Cluster && database != 0 {
        return Err(wrong("names a database, which a cluster does not have"));
    }
    let primary = primary(query, kind)?;
    let default_port = if kind == Kind::Sentinel { SENTINEL_PORT } else { PORT };
    let nodes = hosts.split(',').map(|host| server(host, default_port)).collect::<Result<Vec<_>>>()?;
    let servers = match (kind, primary) {
        (Kind::Sentinel, Some(primary)) => Servers::Sentinel { sentinels: nodes, primary },
        (Kind::Sentinel, None) => return Err(wrong("must name the primary, as in ?master=mymaster")),
        (Kind::Cluster, _) => Servers::Cluster(nodes),
        (Kind::Single, _) => Servers::Single(the_only(nodes)?),
    };
    Ok(Parts { servers, is_tls, database, credentials })
}

fn the_only(mut nodes: Vec<Server>) -> Result<Server> {
    match (nodes.pop(), nodes.is_empty()) {
        (Some(server), true) => Ok(server),
        _ => Err(wrong("names several servers").with_help("use redis+sentinel:// or redis+cluster://")),
    }
}

fn credentials(login: &str) -> Result<Credentials> {
    let (username, password) = login.split_once(':').map_or((login, None), |(u, p)| (u, Some(p)));
    let username = decoded(username)?;
    let password = password.map(decoded).transpose()?;
    Ok(Credentials {
        username: Some(username).filter(|name| !name.is_empty()),
        password: password.filter(|text| !text.is_empty()).map(SecretString::from),
    })
}

fn database(path: &str) -> Result<u32> {
    if path.is_empty() {
        return Ok(0);
    }
    path.parse().map_err(|_| wrong("has a path that is not the number of a database"))
}

/// Reads the options; one that is not known is refused.
fn primary(query: &str, kind: Kind) -> Result<Option<String>> {
    let mut primary = None;
    for option in query.split('&').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("master", name)) if kind == Kind::Sentinel && !name.is_empty() => {
                primary = Some(decoded(name)?);
            }
            _ => {
                return Err(wrong("has an option that is not known")
                    .with_help("the only one is master=NAME, of redis+sentinel://"));
            }
        }
    }
    Ok(primary)
}

fn server(text: &str, default_port: u16) -> Result<Server> {
    let (host, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((address, ""))) => (address, None),
        Some(Some((address, rest))) => (address, Some(rest.strip_prefix(':').unwrap_or("?"))),
        Some(None) => return Err(wrong("has a bracket without its end")),
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
    if host.is_empty() || !host.chars().all(is_allowed) {
        return Err(wrong("must name a host"));
    }
    let port = match port {
        None => default_port,
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or_else(|| wrong("has a bad port"))?,
    };
    Ok(Server { host: host.to_owned(), port })
}

/// Undoes percent-encoding (RFC 3986 §2.1).
fn decoded(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(rest.next()), digit(rest.next())) else {
            return Err(wrong("has a % that two hexadecimal digits do not follow"));
        };
        bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
    }
    String::from_utf8(bytes).map_err(|_| wrong("has percent-encoded bytes that are not UTF-8"))
}

fn wrong_scheme() -> Error {
    wrong("must begin with redis://, redis+sentinel:// or redis+cluster://")
        .with_help("write rediss in place of redis for TLS")
}

fn wrong(rule: &'static str) -> Error {
    Error::invalid("redis URL", rule)
}
