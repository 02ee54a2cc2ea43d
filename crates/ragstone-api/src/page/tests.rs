//! Tests of cursors.

use proptest::prelude::*;
use ragstone_core::ErrorKind;

use super::*;

fn page(next: Option<&str>) -> Page<()> {
    Page { items: Vec::new(), next: next.map(str::to_owned) }
}

fn query(cursor: Option<String>) -> PageQuery {
    PageQuery { page_size: None, cursor }
}

#[test]
fn the_last_page_has_no_cursor() {
    assert_eq!(CursorKey::derive(b"secret").seal("a", &page(None)), None);
}

#[test]
fn page_sizes_out_of_range_are_refused() {
    for size in [0, 1001, u32::MAX] {
        let query = PageQuery { page_size: Some(size), cursor: None };
        let kind = CursorKey::derive(b"secret").open("a", query).map_err(|error| error.kind());
        assert_eq!(kind, Err(ErrorKind::InvalidArgument));
    }
}

#[test]
fn a_cursor_of_another_listing_or_key_is_refused() {
    let key = CursorKey::derive(b"secret");
    let cursor = key.seal("a", &page(Some("last")));
    assert!(key.open("b", query(cursor.clone())).is_err());
    assert!(CursorKey::derive(b"other").open("a", query(cursor)).is_err());
}

#[test]
fn the_key_is_not_shown() {
    assert_eq!(format!("{:?}", CursorKey([7; 32])), "CursorKey(..)");
}

proptest! {
    #[test]
    fn a_cursor_leads_back_to_its_key(listing in ".{0,40}", last in ".{0,200}") {
        let key = CursorKey::derive(b"secret");
        let request = key.open(&listing, query(key.seal(&listing, &page(Some(&last))))).expect("own cursor");
        prop_assert_eq!(request.after_key(), Some(last.as_str()));
    }

    #[test]
    fn any_changed_byte_is_noticed(last in ".{0,40}", at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let key = CursorKey::derive(b"secret");
        let cursor = key.seal("a", &page(Some(&last))).expect("more");
        let mut bytes = URL_SAFE_NO_PAD.decode(cursor).expect("base64");
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(key.open("a", query(Some(URL_SAFE_NO_PAD.encode(bytes)))).is_err());
    }

    #[test]
    fn any_text_is_refused_without_a_panic(cursor in "\\PC*") {
        prop_assert!(CursorKey::derive(b"secret").open("a", query(Some(cursor))).is_err());
    }
}
