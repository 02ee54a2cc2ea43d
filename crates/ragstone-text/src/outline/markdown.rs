//! The outline of Markdown: sections by headings, blocks by paragraphs, lists, tables and fences.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use super::{BlockKind, Outline, SectionId, line_start};

/// Level of a paragraph; the six heading levels are above it.
const PARAGRAPH_LEVEL: u8 = 6;

/// The outline and the title: of the front matter, else the first heading.
pub(crate) fn outline(text: &str) -> (Outline, Option<String>) {
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader::new(text);
    reader.read_part(skipped..text.len());
    reader.finish()
}

/// The outline and the title of parts that are documents of their own, but share their headings; each is a block.
#[cfg_attr(not(feature = "notebook"), expect(dead_code, reason = "only notebooks have parts"))]
pub(crate) fn outline_of_parts(text: &str, parts: &[Range<usize>]) -> (Outline, Option<String>) {
    let mut reader = Reader { paragraph_level: PARAGRAPH_LEVEL + 1, ..Reader::new(text) };
    for part in parts {
        reader.outline.block(part.start, reader.section(), PARAGRAPH_LEVEL, BlockKind::Text);
        reader.read_part(part.clone());
        reader.depth = 0;
        reader.heading = None;
    }
    reader.finish()
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
}

struct Reader<'t> {
    text: &'t str,
    outline: Outline,
    /// Open sections with their heading level, outermost first.
    open: Vec<(u8, SectionId)>,
    /// Level of what no other block is around.
    paragraph_level: u8,
    /// Number of block containers around the current event.
    depth: u8,
    heading: Option<(usize, String)>,
    in_front_matter: Option<MetadataBlockKind>,
    front_matter_title: Option<String>,
    first_heading: Option<String>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            outline: Outline::new(),
            open: Vec::new(),
            paragraph_level: PARAGRAPH_LEVEL,
            depth: 0,
            heading: None,
            in_front_matter: None,
            front_matter_title: None,
            first_heading: None,
        }
    }

    fn read_part(&mut self, part: Range<usize>) {
        let start = part.start;
        let body = self.text.get(part).unwrap_or_default();
        for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
            self.read(event, start + range.start);
        }
    }

    fn finish(self) -> (Outline, Option<String>) {
        (self.outline, self.front_matter_title.or(self.first_heading))
    }

    fn read(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(Tag::Heading { .. }) if self.depth == 0 => {
                self.heading = Some((line_start(self.text, at), String::new()));
                self.depth += 1;
            }
            Event::End(TagEnd::Heading(level)) => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.end_heading(level);
                }
            }
            Event::Start(Tag::MetadataBlock(kind)) => {
                self.start_block(at, BlockKind::Lines);
                self.in_front_matter = Some(kind);
            }
            Event::End(TagEnd::MetadataBlock(_)) => {
                self.depth = self.depth.saturating_sub(1);
                self.in_front_matter = None;
            }
            Event::Start(tag) => {
                if let Some(kind) = block_kind(&tag) {
                    self.start_block(at, kind);
                }
            }
            Event::End(end) if is_block_end(end) => self.depth = self.depth.saturating_sub(1),
            Event::Rule if self.depth == 0 => {
                self.outline.block(at, self.section(), self.paragraph_level, BlockKind::Text);
            }
            Event::Text(text) => self.read_text(&text),
            Event::Code(text) => self.push_heading(&text),
            Event::SoftBreak | Event::HardBreak => self.push_heading(" "),
            _ => {}
        }
    }

    fn start_block(&mut self, at: usize, kind: BlockKind) {
        let at = line_start(self.text, at);
        self.outline.block(at, self.section(), self.paragraph_level.saturating_add(self.depth), kind);
        self.depth = self.depth.saturating_add(1);
    }

    fn end_heading(&mut self, level: HeadingLevel) {
        let Some((start, heading)) = self.heading.take() else {
            return;
        };
        let level = level as u8;
        while self.open.last().is_some_and(|(open, _)| *open >= level) {
            self.open.pop();
        }
        let heading = super::fold_heading(&heading);
        let section =
            if heading.is_empty() { self.section() } else { self.outline.section(self.section(), &heading) };
        self.open.push((level, section));
        self.outline.block(start, section, level - 1, BlockKind::Heading);
        if self.first_heading.is_none() && !heading.is_empty() {
            self.first_heading = Some(heading);
        }
    }

    fn read_text(&mut self, text: &str) {
        match self.in_front_matter {
            Some(kind) if self.front_matter_title.is_none() => {
                self.front_matter_title = front_matter_title(text, kind);
            }
            Some(_) => {}
            None => self.push_heading(text),
        }
    }

    fn push_heading(&mut self, text: &str) {
        if let Some((_, heading)) = &mut self.heading {
            heading.push_str(text);
        }
    }

    fn section(&self) -> SectionId {
        self.open.last().map_or(0, |(_, section)| *section)
    }
}

fn block_kind(tag: &Tag<'_>) -> Option<BlockKind> {
    match tag {
        Tag::Paragraph
        | Tag::Heading { .. }
        | Tag::BlockQuote(_)
        | Tag::List(_)
        | Tag::Item
        | Tag::FootnoteDefinition(_) => Some(BlockKind::Text),
        Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Table(_) => Some(BlockKind::Lines),
        _ => None,
    }
}

fn is_block_end(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Paragraph
            | TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::Table
    )
}

/// Value of the top-level key `title`, without its quotes.
fn front_matter_title(text: &str, kind: MetadataBlockKind) -> Option<String> {
    let separator = match kind {
        MetadataBlockKind::YamlStyle => ':',
        MetadataBlockKind::PlusesStyle => '=',
    };
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(separator)?;
        let value = value.trim();
        let unquoted = [('"', '"'), ('\'', '\'')]
            .into_iter()
            .find_map(|(open, close)| value.strip_prefix(open)?.strip_suffix(close))
            .unwrap_or(value);
        (key.trim_end() == "title" && !unquoted.is_empty()).then(|| super::fold_heading(unquoted))
    })
}
