//! Word documents of Office Open XML.

use std::collections::HashMap;

use self::body::Body;
use self::notes::Notes;
use self::numbering::Numbering;
use self::styles::Styles;
use super::block::Block;
use super::blocks::BlockReader as _;
use super::chart;
use super::package::{Package, Relationships};
use super::writer::Writer;
use super::xml::{Node, Xml};
use crate::document::Source;
use crate::extract::{ExtractError, Extracted};

mod body;
mod notes;
mod numbering;
mod styles;

/// Reads the body with its notes and comments; headers and footers, which repeat on every page, are left out.
pub(super) fn read(source: Source<'_>) -> Result<Extracted, ExtractError> {
    let mut package = Package::open(source)?;
    let main = package.main_part("word/document.xml")?;
    let relationships = package.relationships(&main)?;
    let (title, properties) = package.properties()?;
    let styles = part(&mut package, &relationships, "styles")?;
    let numbering = part(&mut package, &relationships, "numbering")?;
    let mut body = Body {
        styles: Styles::read(Xml::new(&styles, source))?,
        numbering: Numbering::read(Xml::new(&numbering, source))?,
        footnotes: notes(&mut package, &relationships, "footnotes", source)?,
        endnotes: notes(&mut package, &relationships, "endnotes", source)?,
        comments: notes(&mut package, &relationships, "comments", source)?,
        charts: charts(&mut package, &relationships)?,
        title: None,
    };
    let text = package.part(&main)?.unwrap_or_default();
    let mut writer = Writer::new(source);
    let mut xml = Xml::new(&text, source);
    while let Some(node) = xml.next()? {
        if let Node::Start(element) = node
            && element.name() == "body"
        {
            body.write(&mut xml, &mut writer)?;
        }
    }
    Ok(writer.finish(title.or(body.title), properties))
}

fn charts(
    package: &mut Package<'_>,
    relationships: &Relationships,
) -> Result<HashMap<String, Vec<Block>>, ExtractError> {
    let mut charts = HashMap::new();
    for (id, name) in relationships.ids_by_kind("chart") {
        charts.insert(id.to_owned(), chart::read(package, name)?);
    }
    Ok(charts)
}

/// The part of a kind as text, empty where there is none.
fn part(
    package: &mut Package<'_>,
    relationships: &Relationships,
    kind: &str,
) -> Result<String, ExtractError> {
    match relationships.by_kind(kind).next() {
        Some(name) => Ok(package.part(name)?.unwrap_or_default()),
        None => Ok(String::new()),
    }
}

fn notes(
    package: &mut Package<'_>,
    relationships: &Relationships,
    kind: &str,
    source: Source<'_>,
) -> Result<Notes, ExtractError> {
    let text = part(package, relationships, kind)?;
    Notes::read(Xml::new(&text, source))
}
