//! Encodings of text: by the number of a code page, or by the character set of a font.

use encoding_rs::Encoding;

/// Encoding of a code page; that of western Windows where it is unknown.
pub(super) fn of_code_page(number: i32) -> &'static Encoding {
    let label = match number {
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1250..=1258 => return Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(DEFAULT),
        10000 => "macintosh",
        65001 => "utf-8",
        _ => return DEFAULT,
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(DEFAULT)
}

/// Encoding of the character set of a font; `None` where the font says nothing of it.
pub(super) fn of_font(charset: i32) -> Option<&'static Encoding> {
    let code_page = match charset {
        0 => 1252,
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    };
    Some(of_code_page(code_page))
}

const DEFAULT: &Encoding = encoding_rs::WINDOWS_1252;
