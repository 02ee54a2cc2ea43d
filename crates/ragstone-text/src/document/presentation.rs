//! Presentations of Office Open XML: slides with titles, lists, tables, charts, diagrams, notes and comments.

use self::slide::Slide;
use super::block::Block;
use super::chart;
use super::package::{Package, Relationships};
use super::writer::Writer;
use super::xml::{Node, Xml};
use crate::document::Source;
use crate::extract::{ExtractError, Extracted};

mod slide;

/// Reads the slides in their order; hidden ones are left out.
pub(super) fn read(source: Source<'_>) -> Result<Extracted, ExtractError> {
    let mut package = Package::open(source)?;
    let main = package.main_part("ppt/presentation.xml")?;
    let relationships = package.relationships(&main)?;
    let (title, properties) = package.properties()?;
    let authors = authors(&mut package, &relationships)?;
    let mut writer = Writer::new(source);
    for name in slides(&mut package, &main, &relationships)? {
        write_slide(&mut package, &name, &authors, &mut writer)?;
    }
    Ok(writer.finish(title, properties))
}

/// Names of the parts with slides, in the order in which they are shown.
fn slides(
    package: &mut Package<'_>,
    main: &str,
    relationships: &Relationships,
) -> Result<Vec<String>, ExtractError> {
    let text = package.part(main)?.unwrap_or_default();
    let mut xml = Xml::new(&text, package.source());
    let mut names = Vec::new();
    while let Some(node) = xml.next()? {
        if let Node::Start(element) = node
            && element.name() == "sldId"
            && let Some(id) = element.prefixed("r:id").or_else(|| element.attribute("id"))
            && let Some(name) = relationships.by_id(&id)
        {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn write_slide(
    package: &mut Package<'_>,
    name: &str,
    authors: &[(String, String)],
    writer: &mut Writer,
) -> Result<(), ExtractError> {
    let text = package.part(name)?.unwrap_or_default();
    let Some(slide) = Slide::read(Xml::new(&text, package.source()))? else {
        return Ok(());
    };
    let relationships = package.relationships(name)?;
    writer.page()?;
    writer.close_sections();
    if let Some(title) = &slide.title {
        writer.heading(1, title)?;
    }
    for block in &slide.blocks {
        block.write(writer)?;
    }
    for id in &slide.charts {
        if let Some(name) = relationships.by_id(id) {
            for block in chart::read(package, name)? {
                block.write(writer)?;
            }
        }
    }
    for name in relationships.by_kind("diagramData") {
        for paragraph in paragraphs(package, name)? {
            writer.item(0, "-", &paragraph)?;
        }
    }
    for name in relationships.by_kind("notesSlide") {
        write_notes(package, name, writer)?;
    }
    for name in relationships.by_kind("comments") {
        write_comments(package, name, authors, writer)?;
    }
    Ok(())
}

/// Paragraphs of a part that has no shapes, such as a diagram.
fn paragraphs(package: &mut Package<'_>, name: &str) -> Result<Vec<String>, ExtractError> {
    let text = package.part(name)?.unwrap_or_default();
    let mut xml = Xml::new(&text, package.source());
    let mut paragraphs = Vec::new();
    while let Some(node) = xml.next()? {
        if let Node::Start(element) = node
            && element.name() == "p"
        {
            paragraphs.push(slide::paragraph(&mut xml)?.text);
        }
    }
    Ok(paragraphs)
}

fn write_notes(package: &mut Package<'_>, name: &str, writer: &mut Writer) -> Result<(), ExtractError> {
    let text = package.part(name)?.unwrap_or_default();
    let Some(notes) = Slide::read(Xml::new(&text, package.source()))? else {
        return Ok(());
    };
    for block in notes.blocks {
        match block {
            Block::Paragraph(text) | Block::Item { text, .. } => {
                writer.paragraph(&format!("Note: {text}"))?;
            }
            block => block.write(writer)?,
        }
    }
    Ok(())
}

/// Names of the authors of comments by their ids.
fn authors(
    package: &mut Package<'_>,
    relationships: &Relationships,
) -> Result<Vec<(String, String)>, ExtractError> {
    let mut authors = Vec::new();
    let parts = relationships.by_kind("commentAuthors").chain(relationships.by_kind("authors"));
    for name in parts {
        let text = package.part(name)?.unwrap_or_default();
        let mut xml = Xml::new(&text, package.source());
        while let Some(node) = xml.next()? {
            if let Node::Start(element) = node
                && let Some(id) = element.attribute("id")
                && let Some(name) = element.attribute("name")
            {
                authors.push((id, name));
            }
        }
    }
    Ok(authors)
}

fn write_comments(
    package: &mut Package<'_>,
    name: &str,
    authors: &[(String, String)],
    writer: &mut Writer,
) -> Result<(), ExtractError> {
    let text = package.part(name)?.unwrap_or_default();
    let mut xml = Xml::new(&text, package.source());
    let mut author = String::from("unknown");
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        let text = match element.name() {
            "cm" | "reply" => {
                let id = element.attribute("authorId");
                let found = authors.iter().find(|(known, _)| Some(known) == id.as_ref());
                found.map_or("unknown", |(_, name)| name).clone_into(&mut author);
                continue;
            }
            "text" => xml.text()?,
            "p" => slide::paragraph(&mut xml)?.text,
            _ => continue,
        };
        if !text.trim().is_empty() {
            writer.paragraph(&format!("Comment by {author}: {text}"))?;
        }
    }
    Ok(())
}
