//! Charts of Office Open XML as tables of the values that they show.

use super::block::Block;
use super::package::Package;
use super::xml::{Node, Xml};
use crate::extract::ExtractError;

/// One row of the table that a chart stands for.
#[derive(Default)]
struct Series {
    name: String,
    categories: Vec<String>,
    values: Vec<String>,
}

/// Title and table of the chart in a part.
pub(super) fn read(package: &mut Package<'_>, name: &str) -> Result<Vec<Block>, ExtractError> {
    let text = package.part(name)?.unwrap_or_default();
    let mut xml = Xml::new(&text, package.source());
    let mut blocks = Vec::new();
    let mut series = Vec::new();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "title" => {
                let title = runs(&mut xml)?;
                blocks.push(Block::Paragraph(title));
            }
            "ser" => series.push(Series::read(&mut xml)?),
            _ => {}
        }
    }
    blocks.push(Block::Table(table(&series)));
    Ok(blocks)
}

impl Series {
    fn read(xml: &mut Xml<'_>) -> Result<Self, ExtractError> {
        let depth = xml.depth();
        let mut series = Self::default();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "tx" => series.name = values(xml)?.join(" "),
                "cat" | "xVal" => series.categories = values(xml)?,
                "val" | "yVal" => series.values = values(xml)?,
                _ => {}
            }
        }
        Ok(series)
    }
}

/// Categories in rows and series in columns.
fn table(series: &[Series]) -> Vec<Vec<String>> {
    let Some(first) = series.first() else {
        return Vec::new();
    };
    let header = std::iter::once(String::new()).chain(series.iter().map(|series| series.name.clone()));
    let mut rows = vec![header.collect()];
    let len = series.iter().map(|series| series.values.len()).max().unwrap_or(0);
    for at in 0..len {
        let cell = |cells: &[String]| cells.get(at).cloned().unwrap_or_default();
        let values = series.iter().map(|series| cell(&series.values));
        rows.push(std::iter::once(cell(&first.categories)).chain(values).collect());
    }
    rows
}

/// The values that a chart keeps of the cells it refers to.
fn values(xml: &mut Xml<'_>) -> Result<Vec<String>, ExtractError> {
    let depth = xml.depth();
    let mut values = Vec::new();
    while let Some(node) = xml.next_inside(depth)? {
        if let Node::Start(element) = node
            && matches!(element.name(), "v" | "t")
        {
            values.push(xml.text()?);
        }
    }
    Ok(values)
}

/// Text of the runs of the element that was started last.
fn runs(xml: &mut Xml<'_>) -> Result<String, ExtractError> {
    Ok(values(xml)?.concat())
}
