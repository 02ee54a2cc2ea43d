//! Passwords: right, wrong and missing.

use ragstone_core::{ErrorKind, Retry};
use ragstone_redis::{RedisReport, RedisRole};
use secrecy::SecretString;

use crate::bench::{config, open};
use crate::server::{RedisServer, has_servers};

#[tokio::test]
async fn password_is_needed_and_wrong_ones_are_named_as_such() {
    if !has_servers("login::password_is_needed_and_wrong_ones_are_named_as_such") {
        return;
    }
    let server = RedisServer::start(&["--requirepass", "right-canary"]);
    let right = config(&server.url()).with_password(SecretString::from("right-canary"));
    let report = open(&right).check().await.expect("logs in");
    assert!(matches!(report, RedisReport { role: RedisRole::Primary, .. }), "{report:?}");

    let in_url = format!("redis://:right-canary@127.0.0.1:{}/1", server.port());
    open(&config(&in_url)).check().await.expect("logs in by the URL, to another database");

    let none = config(&server.url());
    let wrong = config(&server.url()).with_password(SecretString::from("wrong-canary"));
    for (settings, word) in [(none, "wants a password"), (wrong, "refused the user or the password")] {
        let store = open(&settings);
        let error = store.check().await.expect_err("is refused");
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Never), "{error}");
        assert!(error.to_string().contains(word), "{error}");
        assert!(error.help().is_some_and(|help| help.contains("redis URL")), "{error}");
        assert!(!format!("{error:#?} {store:?} {settings:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn user_without_rights_is_told_so() {
    if !has_servers("login::user_without_rights_is_told_so") {
        return;
    }
    let server = RedisServer::start(&[]);
    server.command(&["ACL", "SETUSER", "reader", "on", ">pw", "~*", "+@read", "+info", "+ping", "+client"]);
    let url = format!("redis://reader:pw@127.0.0.1:{}", server.port());
    let error = open(&config(&url)).check().await.expect_err("may not write");
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Never), "{error}");
    assert!(error.to_string().contains("may not"), "{error}");
}
