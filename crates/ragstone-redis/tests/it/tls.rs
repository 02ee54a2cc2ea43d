//! TLS with an authority of one's own, and with client certificates.

use ragstone_core::{ErrorKind, Retry};
use secrecy::SecretString;

use crate::bench::{config, open, try_laws};
use crate::server::{Authority, RedisServer, free_port, has_program, has_servers};

fn start(authority: &Authority, clients: &str) -> RedisServer {
    let port = free_port().expect("a port");
    let paths = ["server.crt", "server.key", "ca.crt"].map(|name| authority.path(name).display().to_string());
    let tls_port = port.to_string();
    RedisServer::start_at(
        port,
        &[
            "--port",
            "0",
            "--tls-port",
            &tls_port,
            "--tls-cert-file",
            &paths[0],
            "--tls-key-file",
            &paths[1],
            "--tls-ca-cert-file",
            &paths[2],
            "--tls-auth-clients",
            clients,
        ],
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_works_with_the_authority_and_not_without() {
    let test = "tls::tls_works_with_the_authority_and_not_without";
    if !has_servers(test) || !has_program(test, "openssl") {
        return;
    }
    let authority = Authority::create();
    let server = start(&authority, "no");
    let url = format!("rediss://localhost:{}", server.port());
    let trusting = config(&url).with_root_certificates(authority.read("ca.crt")).expect("uses TLS");
    open(&trusting).check().await.expect("is trusted");
    try_laws(&trusting).await;

    let by_address = config(&format!("rediss://127.0.0.1:{}", server.port()));
    let other_host = by_address.with_root_certificates(authority.read("ca.crt")).expect("uses TLS");
    let other_authority =
        config(&url).with_root_certificates(Authority::create().read("ca.crt")).expect("uses TLS");
    for (settings, what) in [(config(&url), "system's"), (other_authority, "other"), (other_host, "host")] {
        let error = open(&settings).check().await.expect_err(what);
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Never), "{what}: {error}");
        assert!(error.to_string().contains("TLS handshake"), "{what}: {error}");
    }
    let plain = config(&format!("redis://localhost:{}", server.port()));
    let error = open(&plain).check().await.expect_err("needs TLS");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
}

#[tokio::test]
async fn client_certificate_is_shown() {
    let test = "tls::client_certificate_is_shown";
    if !has_servers(test) || !has_program(test, "openssl") {
        return;
    }
    let authority = Authority::create();
    let server = start(&authority, "yes");
    let url = format!("rediss://localhost:{}", server.port());
    let anonymous = config(&url).with_root_certificates(authority.read("ca.crt")).expect("uses TLS");
    let error = open(&anonymous).check().await.expect_err("shows no certificate");
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    let key = String::from_utf8(authority.read("client.key")).expect("is PEM");
    let known = anonymous.with_client_certificate(authority.read("client.crt"), SecretString::from(key));
    open(&known.expect("uses TLS")).check().await.expect("is known");
}

#[tokio::test]
async fn certificates_that_cannot_be_read_are_refused() {
    let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec();
    let settings = config("rediss://localhost").with_root_certificates(broken).expect("looks like PEM");
    let refused = ragstone_redis::RedisStore::try_new(&settings).map(|_| ()).map_err(|error| error.kind());
    assert_eq!(refused, Err(ErrorKind::Unavailable));
}
