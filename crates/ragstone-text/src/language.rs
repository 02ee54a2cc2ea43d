//! The language of a text.

use whatlang::Lang;

use crate::extract::Extracted;
use crate::format::{CodeLanguage, Format};
use crate::outline::BlockKind;

/// Bytes of prose that are looked at.
const MOST_PROSE: usize = 4 * 1024;
/// Bytes of prose below which nothing is said: a few words look like many languages.
const LEAST_PROSE: usize = 48;

/// Language of an extracted text, where it can be told.
///
/// A programming language by the format; of prose in text with or without markup and in documents, the two letters of ISO 639-1, where
/// the words of its first 4 KiB leave no doubt. `None` for data, for code in plain text, and for short texts. Cost: a
/// fraction of a millisecond.
pub fn language(extracted: &Extracted) -> Option<&'static str> {
    match extracted.format {
        Format::Code(CodeLanguage::Tsx) => Some(CodeLanguage::TypeScript.name()),
        Format::Code(language) => Some(language.name()),
        Format::Json
        | Format::Csv
        | Format::Yaml
        | Format::Toml
        | Format::Ini
        | Format::Xlsx
        | Format::Xlsb
        | Format::Xls
        | Format::Ods => None,
        Format::Markdown
        | Format::Html
        | Format::PlainText
        | Format::AsciiDoc
        | Format::ReStructuredText
        | Format::Latex
        | Format::Org
        | Format::Notebook
        | Format::Subtitles
        | Format::Xml
        | Format::Pdf
        | Format::Docx
        | Format::Pptx
        | Format::Odt
        | Format::Odp
        | Format::Epub
        | Format::Rtf
        | Format::Email => of_prose(&prose(extracted)),
    }
}

/// The first sentences and headings, without code and data between them.
fn prose(extracted: &Extracted) -> String {
    let mut prose = String::new();
    let text = extracted.text.as_str();
    let blocks = extracted.outline.blocks();
    for (at, block) in blocks.iter().enumerate() {
        if !matches!(block.kind, BlockKind::Text | BlockKind::Heading) {
            continue;
        }
        let end = blocks.get(at + 1).map_or(text.len(), |next| next.start);
        let most = text.floor_char_boundary(end.min(block.start + MOST_PROSE - prose.len()));
        prose.push_str(text.get(block.start..most).unwrap_or_default());
        prose.push(' ');
        if prose.len() >= MOST_PROSE {
            break;
        }
    }
    prose
}

fn of_prose(prose: &str) -> Option<&'static str> {
    if prose.trim().len() < LEAST_PROSE {
        return None;
    }
    whatlang::detect(prose).filter(whatlang::Info::is_reliable).map(|found| code(found.lang()))
}

/// Code of ISO 639-1.
const fn code(language: Lang) -> &'static str {
    match language {
        Lang::Epo => "eo",
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Yid => "yi",
        Lang::Pol => "pl",
        Lang::Amh => "am",
        Lang::Jav => "jv",
        Lang::Kor => "ko",
        Lang::Nob => "nb",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mar => "mr",
        Lang::Kan => "kn",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Tam => "ta",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Guj => "gu",
        Lang::Uzb => "uz",
        Lang::Pan => "pa",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Tel => "te",
        Lang::Pes => "fa",
        Lang::Mal => "ml",
        Lang::Ori => "or",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Khm => "km",
        Lang::Tuk => "tk",
        Lang::Aka => "ak",
        Lang::Zul => "zu",
        Lang::Sna => "sn",
        Lang::Afr => "af",
        Lang::Lat => "la",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Hye => "hy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{ExtractLimits, Input, extract};

    #[track_caller]
    fn check(file_name: &str, text: &str, expected: Option<&str>) {
        let input = Input { bytes: text.as_bytes(), file_name: Some(file_name), media_type: None };
        let extracted = extract(&input, &ExtractLimits::default()).expect("is extracted");
        assert_eq!(language(&extracted), expected, "{file_name}: {text}");
    }

    #[test]
    fn prose_has_the_language_of_its_words() {
        let english = "Ownership is the most unique feature of the language, and it has deep implications for the rest.";
        let german =
            "Der Anspruch auf Urlaub verjährt nach drei Jahren, wenn der Arbeitgeber darauf hingewiesen hat.";
        let french =
            "La liberté consiste à pouvoir faire tout ce qui ne nuit pas à autrui, selon la déclaration.";
        check("a.md", english, Some("en"));
        check("a.txt", german, Some("de"));
        check("a.md", &format!("# Titre\n\n{french}\n"), Some("fr"));
        check(
            "a.txt",
            "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
            Some("zh"),
        );
    }

    #[test]
    fn code_and_data_in_prose_do_not_count() {
        let german =
            "Der Anspruch auf Urlaub verjährt nach drei Jahren, wenn der Arbeitgeber darauf hingewiesen hat.";
        let code = "    let the_value = that_is_the_one_and_only(of_this_kind);\n".repeat(20);
        check("a.md", &format!("```\n{code}```\n\n{german}\n"), Some("de"));
    }

    #[test]
    fn code_has_the_language_of_its_format_and_data_has_none() {
        check("a.rs", "fn main() {}", Some("rust"));
        check("a.tsx", "const a = 1;", Some("typescript"));
        check("a.json", "{\"a\": \"Der Anspruch auf Urlaub verjährt nach drei Jahren\"}", None);
        check("a.csv", "a,b\n1,2\n", None);
        check("a.log", "the quick brown fox jumps over the lazy dog and then the other one as well", None);
    }

    #[test]
    fn doubtful_texts_have_no_language() {
        check("a.txt", "ok", None);
        check("a.txt", "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890", None);
        check("a.txt", &"\u{1f426} ".repeat(100), None);
    }
}
