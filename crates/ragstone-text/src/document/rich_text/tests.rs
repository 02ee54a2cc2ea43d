//! Small documents of RTF and what is read from them.

use crate::extract::{ExtractError, ExtractLimits, Extracted, Input, extract};

fn read(rtf: &str) -> Extracted {
    let input = Input { bytes: rtf.as_bytes(), file_name: Some("a.rtf"), media_type: None };
    extract(&input, &ExtractLimits::default()).unwrap()
}

#[test]
fn paragraphs_headings_and_items_are_told_apart() {
    let extracted = read(
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\stylesheet{\s0 Normal;}{\s1 heading 1;}}
{\info{\title Guide}{\author Ann}{\creatim\yr2024\mo5\dy6\hr7\min8}}
\pard\s1 First\par\pard A paragraph\line of two lines.\par
{\listtext\bullet\tab}An item\par{\listtext 2.\tab}Another\par}",
    );
    assert_eq!(extracted.title.as_deref(), Some("Guide"));
    assert_eq!(extracted.properties.authors, ["Ann"]);
    assert_eq!(extracted.properties.created.as_deref(), Some("2024-05-06T07:08:00"));
    assert_eq!(extracted.text, "# First\n\nA paragraph\nof two lines.\n\n- An item\n2. Another\n");
}

#[test]
fn characters_come_from_code_pages_and_from_unicode() {
    let rtf = r"{\rtf1\ansi{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}\f0 caf\'e9 {\f1\'ef\'f0}\u8364? \uc0\u8212 x}";
    assert_eq!(read(rtf).text, "café пр€ —x\n");
    assert_eq!(read(r"{\rtf1 \u-10179?\u-8704? ok}").text, "😀 ok\n");
}

#[test]
fn tables_have_rows_and_notes_follow() {
    let rtf = r"{\rtf1 Before{\footnote Said elsewhere.}\par\trowd\intbl a\cell b\cell\row\intbl c\par d\cell\cell\row\pard after\par}";
    assert_eq!(read(rtf).text, "Before[^1]\n\n[^1]: Said elsewhere.\n\n| a | b |\n| c d |\n\nafter\n");
}

#[test]
fn hidden_text_fields_and_pictures_are_left_out() {
    let rtf = r"{\rtf1 shown{\v hidden}{\*\unknown secret}{\pict 0102}{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\bin3 {{{} end}";
    assert_eq!(read(rtf).text, "shownlink end\n");
}

#[test]
fn groups_nest_no_deeper_than_the_limit() {
    let rtf = format!("{{\\rtf1 {}x", "{".repeat(1000));
    let input = Input { bytes: rtf.as_bytes(), file_name: None, media_type: None };
    let limits = ExtractLimits::default();
    assert_eq!(extract(&input, &limits).unwrap_err(), ExtractError::TooDeep { limit: limits.max_nesting });
}
