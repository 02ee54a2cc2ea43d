//! Where a server is and how to log in, taken from a URL.

use ragstone_core::{Error, ErrorKind, Result};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

/// A server, a database and a login.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    host: String,
    port: u16,
    user: String,
    /// Empty where the URL has none.
    password: SecretString,
    database: String,
    ssl_mode: PgSslMode,
    ssl_root_cert: Option<String>,
    ssl_cert: Option<String>,
    ssl_key: Option<String>,
}

impl Endpoint {
    /// Takes a URL apart. No part of it is in an error, because any part may hold the password.
    pub(super) fn from_url(url: &str) -> Result<Self> {
        let url =
            Url::parse(url).map_err(|_| invalid("must be postgres://user:password@host:port/database"))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(invalid("must start with postgres://"));
        }
        if url.fragment().is_some() {
            return Err(invalid("must not have a fragment: write # in a password as %23"));
        }
        let host = url.host_str().unwrap_or_default();
        let mut endpoint = Self {
            host: decoded(host.trim_start_matches('[').trim_end_matches(']'))?,
            port: url.port().unwrap_or(5432),
            user: decoded(url.username())?,
            password: decoded(url.password().unwrap_or_default())?.into(),
            database: decoded(url.path().trim_start_matches('/'))?,
            ssl_mode: PgSslMode::Prefer,
            ssl_root_cert: None,
            ssl_cert: None,
            ssl_key: None,
        };
        for (key, value) in url.query_pairs() {
            endpoint.set(&key, value.into_owned())?;
        }
        endpoint.check()?;
        Ok(endpoint)
    }

    fn set(&mut self, key: &str, value: String) -> Result<()> {
        match key {
            "host" => self.host = value,
            "sslmode" => self.ssl_mode = ssl_mode(&value)?,
            "sslrootcert" => self.ssl_root_cert = Some(value),
            "sslcert" => self.ssl_cert = Some(value),
            "sslkey" => self.ssl_key = Some(value),
            _ => {
                return Err(invalid(
                    "has a parameter that is not known; known are host, sslmode, sslrootcert, sslcert and sslkey",
                ));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        let missing = [
            (self.host.is_empty(), "must name a host"),
            (self.user.is_empty(), "must name a user"),
            (self.database.is_empty(), "must name a database"),
            (self.ssl_cert.is_some() != self.ssl_key.is_some(), "must have sslcert and sslkey, or neither"),
        ];
        match missing.into_iter().find(|(is_missing, _)| *is_missing) {
            Some((_, what)) => Err(invalid(what)),
            None => Ok(()),
        }
    }

    /// Options of the driver, with each of its own defaults from the environment replaced where it lets one.
    pub(super) fn options(&self) -> PgConnectOptions {
        let mut options = PgConnectOptions::new_without_pgpass()
            .port(self.port)
            .username(&self.user)
            .password(self.password.expose_secret())
            .database(&self.database)
            .ssl_mode(self.ssl_mode);
        options =
            if self.host.starts_with('/') { options.socket(&self.host) } else { options.host(&self.host) };
        if let Some(file) = &self.ssl_root_cert {
            options = options.ssl_root_cert(file);
        }
        if let (Some(cert), Some(key)) = (&self.ssl_cert, &self.ssl_key) {
            options = options.ssl_client_cert(cert).ssl_client_key(key);
        }
        options
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

fn ssl_mode(value: &str) -> Result<PgSslMode> {
    match value {
        "disable" => Ok(PgSslMode::Disable),
        "prefer" => Ok(PgSslMode::Prefer),
        "require" => Ok(PgSslMode::Require),
        "verify-ca" => Ok(PgSslMode::VerifyCa),
        "verify-full" => Ok(PgSslMode::VerifyFull),
        "allow" => Err(Error::new(ErrorKind::Unsupported, "sslmode=allow is not supported")
            .with_help("choose disable, prefer, require, verify-ca or verify-full")),
        _ => Err(invalid("must have a sslmode of disable, prefer, require, verify-ca or verify-full")),
    }
}

/// Undoes percent-encoding (RFC 3986 §2.1).
fn decoded(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, behind) = rest.split_at_checked(2).ok_or_else(badly_encoded)?;
        let digits = std::str::from_utf8(digits).map_err(|_| badly_encoded())?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| badly_encoded())?);
        rest = behind;
    }
    String::from_utf8(bytes).map_err(|_| badly_encoded())
}

fn badly_encoded() -> Error {
    invalid("has a % that is not followed by two hexadecimal digits of UTF-8")
}

fn invalid(what: &'static str) -> Error {
    Error::invalid("url", what)
}

#[cfg(test)]
mod tests;
