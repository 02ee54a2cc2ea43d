//! What URLs and options mean, and what is refused.

use ragstone_core::ErrorKind;
use secrecy::ExposeSecret as _;

use super::*;

fn read(url: &str) -> Result<RedisConfig> {
    RedisConfig::try_from_url(&SecretString::from(url))
}

fn server(host: &str, port: u16) -> Server {
    Server { host: host.to_owned(), port }
}

#[test]
fn a_url_names_one_server() {
    let config = read("redis://localhost").expect("is a URL");
    assert_eq!(config.servers, Servers::Single(server("localhost", 6379)));
    assert_eq!((config.is_tls, config.database), (false, 0));
    let config = read("rediss://ada:p%40ss%3A%2F@[::1]:7000/3").expect("is a URL");
    assert_eq!(config.servers, Servers::Single(server("::1", 7000)));
    assert_eq!((config.is_tls, config.database), (true, 3));
    assert_eq!(config.credentials.username.as_deref(), Some("ada"));
    assert_eq!(config.credentials.password.map(|p| p.expose_secret().to_owned()).as_deref(), Some("p@ss:/"));
}

#[test]
fn a_url_names_sentinels_or_a_cluster() {
    let config = read("redis+sentinel://:pw@a,b:7001/2?master=mymaster").expect("is a URL");
    let sentinels = vec![server("a", 26379), server("b", 7001)];
    assert_eq!(config.servers, Servers::Sentinel { sentinels, primary: "mymaster".to_owned() });
    assert_eq!((config.database, config.credentials.username.is_none()), (2, true));
    let config = read("rediss+cluster://a:1,[::1]").expect("is a URL");
    assert_eq!(config.servers, Servers::Cluster(vec![server("a", 1), server("::1", 6379)]));
    assert!(config.is_tls);
}

#[test]
fn wrong_urls_are_refused_without_repeating_them() {
    for wrong in [
        "",
        "canary",
        "http://canary",
        "unix:///canary",
        "redis://",
        "redis://canary:99999",
        "redis://canary:0",
        "redis://canary:port",
        "redis://canary/name",
        "redis://a,canary",
        "redis://canary?db=1",
        "redis://[::1canary",
        "redis://u:canary%zz@host",
        "redis://u:canary%ff@host",
        "redis+sentinel://canary",
        "redis+sentinel://canary?master=",
        "redis+sentinel://canary?master=a&tls=1",
        "redis+cluster://canary/1",
        "redis+cluster://canary?master=a",
    ] {
        let error = read(wrong).expect_err(wrong);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{wrong}");
        assert!(!format!("{error:?} {:?}", error.help()).contains("canary"), "{error:?}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let key = SecretString::from("-----BEGIN PRIVATE KEY-----canary");
    let config = read("rediss+sentinel://u:canary@host?master=m")
        .expect("is a URL")
        .with_password(SecretString::from("canary"))
        .with_sentinel_login(None, SecretString::from("canary"))
        .expect("has sentinels")
        .with_client_certificate(b"-----BEGIN CERTIFICATE-----".to_vec(), key)
        .expect("uses TLS");
    assert!(!format!("{config:?} {config:#?}").contains("canary"));
}

#[test]
fn options_that_mean_nothing_are_refused() {
    let plain = read("redis://localhost").expect("is a URL");
    let tls = read("rediss://localhost").expect("is a URL");
    let pem = b"-----BEGIN CERTIFICATE-----".to_vec();
    let zero = RedisTimeouts { wait: Duration::ZERO, ..RedisTimeouts::default() };
    let long = RedisTimeouts { answer: Duration::from_secs(301), ..RedisTimeouts::default() };
    let refused = [
        plain.clone().with_root_certificates(pem),
        tls.clone().with_root_certificates(b"no certificate".to_vec()),
        tls.with_client_certificate(b"none".to_vec(), SecretString::from("none")),
        plain.clone().with_sentinel_login(None, SecretString::from("pw")),
        plain.clone().with_prefix(""),
        plain.clone().with_prefix("a{b}"),
        plain.clone().with_pool_size(0),
        plain.clone().with_pool_size(RedisConfig::MAX_POOL_SIZE + 1),
        plain.clone().with_timeouts(zero),
        plain.with_timeouts(long),
    ];
    for (number, refused) in refused.into_iter().enumerate() {
        let kind = refused.map(|_| ()).map_err(|error| error.kind());
        assert_eq!(kind, Err(ErrorKind::InvalidArgument), "option {number}");
    }
}
