//! What settings are refused, and that no secret is shown.

use ragstone_core::ErrorKind;

use super::*;

fn local() -> QdrantConfig {
    QdrantConfig::try_new("http://127.0.0.1:6334").expect("is a URL")
}

#[test]
fn urls_that_cannot_be_honoured_are_refused() {
    for url in
        ["", "localhost:6334", "ftp://host", "http://a:b@host:6334", "http://host/path", "http://host/?a=b"]
    {
        let refused = QdrantConfig::try_new(url).expect_err(url);
        assert_eq!(refused.kind(), ErrorKind::InvalidArgument, "{url}");
        assert!(!refused.public_message().contains("a:b"), "{url}");
    }
    for url in ["http://localhost:6334", "https://qdrant.example:6334/", " http://[::1]:6334 "] {
        assert!(QdrantConfig::try_new(url).is_ok(), "{url}");
    }
}

#[test]
fn keys_are_neither_shown_nor_sent_in_clear() {
    let config = local().with_api_key(SecretString::from("planted-secret")).expect("is a key");
    assert!(!format!("{config:?}").contains("planted"));
    let far = QdrantConfig::try_new("http://qdrant.example:6334").expect("is a URL");
    let refused = far.with_api_key(SecretString::from("planted-secret")).expect_err("is in clear");
    assert!(!format!("{refused:?}").contains("planted"));
    assert!(local().with_api_key(SecretString::from("line\nbreak")).is_err());
    assert!(local().with_api_key(SecretString::from("")).is_err());
}

#[test]
fn numbers_out_of_range_are_refused() {
    let one = NonZeroU32::MIN;
    let two = one.saturating_add(1);
    assert!(local().with_replication(two, one).is_ok());
    assert!(local().with_replication(one, two).is_err());
    assert!(local().with_shards(NonZeroU32::MAX).is_err());
    assert!(local().with_connections(NonZeroUsize::MAX).is_err());
    assert!(local().with_batches(NonZeroUsize::MIN, NonZeroUsize::MIN).is_err());
    assert!(local().with_max_message(0).is_err());
    assert!(local().with_timeouts(Duration::ZERO, Duration::from_secs(1)).is_err());
    for prefix in ["", "Upper", "dot.ted", &"x".repeat(33)] {
        assert!(local().with_prefix(prefix).is_err(), "{prefix}");
    }
}
