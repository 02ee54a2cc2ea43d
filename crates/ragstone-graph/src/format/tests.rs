//! What formats are called, and what they hold.

use super::*;

#[test]
fn format_is_known_by_name_extension_and_media_type() {
    for format in GraphFormat::ALL {
        assert_eq!(GraphFormat::from_name(format.name()), Some(format));
        assert_eq!(GraphFormat::from_media_type(format.media_type()), Some(format));
        for extension in format.extensions() {
            assert_eq!(GraphFormat::from_file_name(&format!("a.b.{extension}")), Some(format));
        }
    }
    assert_eq!(GraphFormat::from_file_name("KARATE.MTX"), Some(GraphFormat::MatrixMarket));
    assert_eq!(GraphFormat::from_file_name("karate"), None);
    assert_eq!(GraphFormat::from_media_type("Text/CSV; charset=utf-8"), Some(GraphFormat::Csv));
    assert_eq!(GraphFormat::from_media_type("image/png"), None);
}
