//! Tests of tokens.

use super::*;

#[test]
fn a_minted_token_reads_back() {
    let token = BearerToken::mint().expect("randomness");
    let read = BearerToken::parse(token.expose()).expect("own form");
    assert_eq!(read.id(), token.id());
    assert!(token.hash().matches(&read));
}

#[test]
fn two_tokens_differ() {
    let (one, two) = (BearerToken::mint().expect("randomness"), BearerToken::mint().expect("randomness"));
    assert_ne!(one.expose(), two.expose());
    assert!(!one.hash().matches(&two));
}

#[test]
fn the_hash_is_sha_256_of_the_text() {
    let text = format!("rgs_00000000000000ff_{}", "A".repeat(43));
    let token = BearerToken::parse(&text).expect("form");
    assert_eq!(token.hash().as_bytes(), &<[u8; 32]>::from(Sha256::digest(text)));
    assert_eq!(token.id().to_string(), "00000000000000ff");
}

#[test]
fn texts_of_another_form_are_refused() {
    let secret = "A".repeat(43);
    for text in [
        String::new(),
        "rgs".to_owned(),
        "rgs__".to_owned(),
        format!("rgs_00000000000000FF_{secret}"),
        format!("rgs_+0000000000000ff_{secret}"),
        format!("rgs_0ff_{secret}"),
        format!("rgs_00000000000000ff_{secret}A"),
        format!("rgs_00000000000000ff_{}=", &secret[1..]),
        format!(" rgs_00000000000000ff_{secret}"),
        format!("rgs_00000000000000ff_{}é", &secret[2..]),
        format!("xyz_00000000000000ff_{secret}"),
    ] {
        let kind = BearerToken::parse(&text).map_err(|error| error.kind());
        assert_eq!(kind.err(), Some(ErrorKind::Unauthenticated), "{text}");
    }
}

#[test]
fn nothing_that_is_formatted_shows_the_secret() {
    let token = BearerToken::mint().expect("randomness");
    let secret = token.expose().rsplit('_').next().expect("parts").to_owned();
    let hash = format!("{:?}", token.hash().as_bytes());
    let record = TokenRecord::new(&token, "ada", TenantId::default(), Scope::Admin);
    let tampered = format!("{}!", token.expose());
    let error = BearerToken::parse(&tampered).expect_err("form");
    let shown = format!(
        "{token:?} {token:#?} {record:?} {record:#?} {:?} {error} {error:?} {error:#?} {}",
        record.principal(),
        error.public_message()
    );
    assert!(!shown.contains(&secret) && !shown.contains(&hash), "{shown}");
}
