//! One slide: its title, and the text of its shapes in the order in which they lie on one another.

use crate::document::block::{Block, flatten};
use crate::document::xml::{Element, Node, Xml};
use crate::extract::ExtractError;

#[derive(Default)]
pub(super) struct Slide {
    pub(super) title: Option<String>,
    pub(super) blocks: Vec<Block>,
    /// Ids of relationships to charts.
    pub(super) charts: Vec<String>,
}

/// A paragraph of a shape.
#[derive(Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    depth: u8,
    has_bullet: Option<bool>,
    /// First number of a numbered list that the paragraph belongs to.
    starts_at: Option<u32>,
}

/// What a shape is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Title,
    /// A list, unless its paragraphs say otherwise.
    Body,
    /// Number, date, header or footer, which every slide repeats.
    Furniture,
    Other,
}

impl Slide {
    /// Reads a slide; `None` where it is hidden.
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Option<Self>, ExtractError> {
        let mut slide = Self::default();
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "sld" if element.attribute("show").as_deref() == Some("0") => return Ok(None),
                "sp" => slide.read_shape(&mut xml)?,
                "tbl" => {
                    let rows = table(&mut xml)?;
                    slide.blocks.push(Block::Table(rows));
                }
                "chart" => slide.charts.extend(element.attribute("id")),
                "cNvPr" => slide.describe(&element),
                "Fallback" => xml.skip()?,
                _ => {}
            }
        }
        Ok(Some(slide))
    }

    /// Keeps what somebody wrote about a picture.
    fn describe(&mut self, element: &Element<'_>) {
        let is_hidden = element.attribute("hidden").is_some_and(|hidden| hidden == "1" || hidden == "true");
        if let Some(description) = element.attribute("descr").filter(|_| !is_hidden) {
            self.blocks.push(Block::Paragraph(description));
        }
    }

    fn read_shape(&mut self, xml: &mut Xml<'_>) -> Result<(), ExtractError> {
        let depth = xml.depth();
        let mut place = Place::Other;
        let mut paragraphs = Vec::new();
        let mut is_hidden = false;
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "cNvPr" => is_hidden = element.attribute("hidden").as_deref() == Some("1"),
                "ph" => place = Place::of(element.attribute("type").as_deref()),
                "p" => paragraphs.push(paragraph(xml)?),
                _ => {}
            }
        }
        paragraphs.retain(|paragraph| !paragraph.text.trim().is_empty());
        if is_hidden || place == Place::Furniture || paragraphs.is_empty() {
            return Ok(());
        }
        if place == Place::Title && self.title.is_none() {
            let lines: Vec<String> = paragraphs.into_iter().map(|paragraph| paragraph.text).collect();
            self.title = Some(lines.join(" "));
            return Ok(());
        }
        let mut numbers = Numbers::default();
        self.blocks.extend(paragraphs.into_iter().map(|paragraph| {
            let marker = numbers.marker(&paragraph);
            paragraph.block(place, marker)
        }));
        Ok(())
    }
}

/// Numbers of the items of a shape, by their depth.
#[derive(Default)]
struct Numbers {
    counts: [u32; 9],
}

impl Numbers {
    /// The marker of the next paragraph; one that has no number ends the lists at its depth and below.
    fn marker(&mut self, paragraph: &Paragraph) -> String {
        let depth = usize::from(paragraph.depth);
        for count in self.counts.iter_mut().skip(depth + 1) {
            *count = 0;
        }
        match (self.counts.get_mut(depth), paragraph.starts_at) {
            (Some(count), Some(start)) => {
                *count = (*count).max(start.saturating_sub(1)).saturating_add(1);
                format!("{count}.")
            }
            (Some(count), None) => {
                *count = 0;
                "-".to_owned()
            }
            (None, _) => "-".to_owned(),
        }
    }
}

impl Place {
    fn of(kind: Option<&str>) -> Self {
        match kind {
            Some("title" | "ctrTitle") => Self::Title,
            Some("sldNum" | "dt" | "ftr" | "hdr") => Self::Furniture,
            Some("body" | "obj") | None => Self::Body,
            Some(_) => Self::Other,
        }
    }
}

impl Paragraph {
    fn block(self, place: Place, marker: String) -> Block {
        if self.has_bullet.unwrap_or(place == Place::Body || self.depth > 0) {
            Block::Item { depth: self.depth, marker, text: self.text }
        } else {
            Block::Paragraph(self.text)
        }
    }
}

/// Reads the paragraph that was started last.
pub(super) fn paragraph(xml: &mut Xml<'_>) -> Result<Paragraph, ExtractError> {
    let depth = xml.depth();
    let mut paragraph = Paragraph::default();
    while let Some(node) = xml.next_inside(depth)? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "pPr" => {
                paragraph.depth = element.attribute("lvl").and_then(|level| level.parse().ok()).unwrap_or(0);
            }
            "buNone" => paragraph.has_bullet = Some(false),
            "buChar" | "buBlip" => paragraph.has_bullet = Some(true),
            "buAutoNum" => {
                paragraph.has_bullet = Some(true);
                let start = element.attribute("startAt").and_then(|start| start.parse().ok());
                paragraph.starts_at = Some(start.unwrap_or(1));
            }
            "t" => {
                let text = xml.text()?;
                paragraph.text.push_str(&text);
            }
            "br" => paragraph.text.push('\n'),
            "tab" => paragraph.text.push(' '),
            "Fallback" => xml.skip()?,
            _ => {}
        }
    }
    Ok(paragraph)
}

/// Rows of the table that was started last; cells that a merged one covers are empty.
fn table(xml: &mut Xml<'_>) -> Result<Vec<Vec<String>>, ExtractError> {
    let depth = xml.depth();
    let mut rows: Vec<Vec<String>> = Vec::new();
    while let Some(node) = xml.next_inside(depth)? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "tr" => rows.push(Vec::new()),
            "tc" => {
                let cell = cell(xml)?;
                if let Some(row) = rows.last_mut() {
                    row.push(cell);
                }
            }
            _ => {}
        }
    }
    Ok(rows)
}

fn cell(xml: &mut Xml<'_>) -> Result<String, ExtractError> {
    let depth = xml.depth();
    let mut blocks = Vec::new();
    while let Some(node) = xml.next_inside(depth)? {
        if let Node::Start(element) = node
            && element.name() == "p"
        {
            blocks.push(Block::Paragraph(paragraph(xml)?.text));
        }
    }
    Ok(flatten(&blocks))
}
