//! What was extracted as JSON, for a process that extracts on behalf of another one.

use serde::{Deserialize, Serialize};

use super::{Extracted, Pages, Properties};
use crate::format::Format;
use crate::outline::{BlockKind, Outline};

#[derive(Serialize, Deserialize)]
struct Form {
    text: String,
    is_verbatim: bool,
    format: String,
    title: Option<String>,
    /// Heading and parent of each section but the first, which is the whole text.
    sections: Vec<(String, u32)>,
    /// Start, section, level and kind of each block.
    blocks: Vec<(usize, u32, u8, BlockKind)>,
    pages: Vec<usize>,
    properties: Properties,
}

impl Extracted {
    /// Writes everything as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        let form = Form {
            text: self.text.clone(),
            is_verbatim: self.is_verbatim,
            format: self.format.name().to_owned(),
            title: self.title.clone(),
            sections: self.outline.sections().map(|(heading, parent)| (heading.to_owned(), parent)).collect(),
            blocks: self
                .outline
                .blocks()
                .iter()
                .map(|block| (block.start, block.section, block.level, block.kind))
                .collect(),
            pages: self.pages.starts().to_vec(),
            properties: self.properties.clone(),
        };
        // Strings, numbers and lists of them have no way to fail.
        serde_json::to_vec(&form).unwrap_or_default()
    }

    /// Reads what [`to_json`](Self::to_json) wrote; `None` for anything else.
    ///
    /// Whatever wrote it need not be trusted: places that are not in the text are refused.
    pub fn from_json(json: &[u8]) -> Option<Self> {
        let form: Form = serde_json::from_slice(json).ok()?;
        let is_place = |at: usize| form.text.is_char_boundary(at);
        let are_places = form.blocks.iter().map(|block| block.0).chain(form.pages.iter().copied());
        if !are_places.into_iter().all(is_place) || !form.pages.is_sorted() {
            return None;
        }
        let mut outline = Outline::new();
        for (id, (heading, parent)) in (1..).zip(&form.sections) {
            if *parent >= id || outline.section(*parent, heading) != id {
                return None;
            }
        }
        let sections = u32::try_from(form.sections.len()).ok()?;
        for (start, section, level, kind) in form.blocks {
            if section > sections {
                return None;
            }
            outline.block(start, section, level, kind);
        }
        Some(Self {
            text: form.text,
            is_verbatim: form.is_verbatim,
            format: Format::from_name(&form.format)?,
            title: form.title,
            outline,
            pages: Pages::new(form.pages),
            properties: form.properties,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunk::{ChunkOptions, chunk};
    use crate::extract::{ExtractLimits, Input, extract};

    fn sample() -> Extracted {
        let text = "# Birds\n\nÄ text.\n\n## Storks\n\nThey clatter.\n\n- one\n- two\n";
        let input = Input { bytes: text.as_bytes(), file_name: Some("a.md"), media_type: None };
        let mut extracted = extract(&input, &ExtractLimits::default()).unwrap();
        extracted.pages = Pages::new(vec![0, 20]);
        extracted.properties.authors = vec!["Ann".to_owned()];
        extracted
    }

    #[test]
    fn what_was_written_is_read_with_the_same_chunks() {
        let sample = sample();
        let read = Extracted::from_json(&sample.to_json()).unwrap();
        assert_eq!((&read.text, &read.title, read.format), (&sample.text, &sample.title, sample.format));
        assert_eq!((&read.pages, &read.properties), (&sample.pages, &sample.properties));
        let options = ChunkOptions::try_new(64, 64).unwrap();
        assert_eq!(chunk(&read, &options), chunk(&sample, &options));
    }

    #[test]
    fn places_outside_of_the_text_are_refused() {
        let json = String::from_utf8(sample().to_json()).unwrap();
        let cases = [
            json.replace("\"pages\":[0,20]", "\"pages\":[0,20000]"),
            json.replace("\"pages\":[0,20]", "\"pages\":[20,0]"),
            json.replace("[[0,", "[[10,"),
            json.replace("\"format\":\"markdown\"", "\"format\":\"x\""),
            json.replace("[\"Storks\",1]", "[\"Storks\",2]"),
        ];
        for changed in &cases {
            assert_ne!(*changed, json);
            assert!(Extracted::from_json(changed.as_bytes()).is_none(), "{changed}");
        }
        assert!(Extracted::from_json(b"").is_none());
    }
}
