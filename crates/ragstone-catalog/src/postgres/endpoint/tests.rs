//! URLs, good and bad.

use super::*;

fn endpoint(url: &str) -> Endpoint {
    Endpoint::from_url(url).expect("a URL")
}

#[test]
fn a_url_has_all_parts() {
    let endpoint = endpoint(
        "postgresql://us%40er:p%23%2F%C3%A4@db.example:5433/cat%20alog?sslmode=verify-full&sslrootcert=/ca.pem",
    );
    assert_eq!((endpoint.host(), endpoint.port()), ("db.example", 5433));
    assert_eq!((endpoint.user.as_str(), endpoint.database.as_str()), ("us@er", "cat alog"));
    assert_eq!(endpoint.password.expose_secret(), "p#/ä");
    assert!(matches!(endpoint.ssl_mode, PgSslMode::VerifyFull));
    let options = endpoint.options();
    assert_eq!((options.get_host(), options.get_port()), ("db.example", 5433));
    assert_eq!((options.get_username(), options.get_database()), ("us@er", Some("cat alog")));
}

#[test]
fn what_a_url_leaves_out_has_a_default() {
    let endpoint = endpoint("postgres://user@[::1]/catalog");
    assert_eq!((endpoint.host(), endpoint.port()), ("::1", 5432));
    assert_eq!(endpoint.password.expose_secret(), "");
    assert!(matches!(endpoint.ssl_mode, PgSslMode::Prefer));
}

#[test]
fn sockets_have_a_folder() {
    for url in [
        "postgres://user@localhost/catalog?host=/run/postgresql",
        "postgres://user@%2Frun%2Fpostgresql/catalog",
    ] {
        let options = endpoint(url).options();
        assert_eq!(
            options.get_socket().map(|path| path.display().to_string()),
            Some("/run/postgresql".to_owned())
        );
    }
}

#[test]
fn a_bad_url_is_refused_without_being_shown() {
    let table = [
        "",
        "secret",
        "mysql://user:secret@host/db",
        "postgres://user:sec#ret@host/db",
        "postgres://user:secret%zz@host/db",
        "postgres://user:secret%f@host/db",
        "postgres://user:secret%ff@host/db",
        "postgres://:secret@host/db",
        "postgres://user:secret@host",
        "postgres://user:secret@/db",
        "postgres://user:secret@host:99999/db",
        "postgres://user:secret@host/db?sslmode=secret",
        "postgres://user:secret@host/db?secret=1",
        "postgres://user:secret@host/db?sslcert=secret",
    ];
    for url in table {
        let error = Endpoint::from_url(url).expect_err(url);
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{url}");
        assert!(!format!("{error:#?}").contains("sec"), "{error:?}");
    }
}

#[test]
fn what_cannot_be_honoured_is_refused() {
    let error = Endpoint::from_url("postgres://user@host/db?sslmode=allow").expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn the_password_is_not_shown() {
    let endpoint = endpoint("postgres://user:hunter2@host/db");
    assert!(!format!("{endpoint:?}").contains("hunter2"));
}
