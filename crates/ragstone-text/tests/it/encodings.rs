//! Bytes in other encodings become text, or are refused where they cannot be told.

use ragstone_text::{ExtractError, ExtractLimits, Input};

use crate::extract;

#[track_caller]
fn check(bytes: &[u8], media_type: Option<&str>, expected: Result<(&str, bool), ExtractError>) {
    let input = Input { bytes, file_name: Some("a.txt"), media_type };
    let found = ragstone_text::extract(&input, &ExtractLimits::default());
    let found = found.as_ref().map(|found| (found.text.as_str(), found.is_verbatim)).map_err(Clone::clone);
    assert_eq!(found, expected);
}

#[test]
fn utf8_is_kept_byte_for_byte_with_its_mark() {
    check("\u{feff}# é\r\n".as_bytes(), None, Ok(("\u{feff}# é\r\n", true)));
}

#[test]
fn utf16_is_told_by_its_mark() {
    check(b"\xff\xfeh\0i\0", None, Ok(("hi", false)));
    check(b"\xfe\xff\0h\0i", None, Ok(("hi", false)));
    check(b"\xff\xfe\0\xd8", None, Err(ExtractError::Encoding));
    check(b"\xff\xfe\0\0h\0\0\0", None, Err(ExtractError::Encoding));
}

#[test]
fn declared_charset_is_believed_where_it_fits() {
    check(b"caf\xe9", Some("text/plain; charset=ISO-8859-1"), Ok(("café", false)));
    check(b"\x82\xa0", Some("text/plain; charset=\"shift_jis\""), Ok(("あ", false)));
}

#[test]
fn undeclared_encodings_of_running_text_are_detected() {
    check(
        b"Le caf\xe9 est tr\xe8s bon, et la cr\xe8me br\xfbl\xe9e aussi.",
        None,
        Ok(("Le café est très bon, et la crème brûlée aussi.", false)),
    );
    let russian = "Это обычный русский текст, который нужно прочитать.";
    let (windows_1251, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
    check(&windows_1251, None, Ok((russian, false)));
}

#[test]
fn noise_is_no_encoding() {
    let noise: Vec<u8> =
        (0..400_u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[1] | 0x80).collect();
    assert_eq!(extract("a.txt", &noise).unwrap_err(), ExtractError::Encoding);
}
