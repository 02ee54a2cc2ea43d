//! Documents of OpenDocument: texts, spreadsheets and presentations, which share one vocabulary.

use std::collections::HashMap;

use self::content::Content;
use self::style::Styles;
use super::archive::Archive;
use super::blocks::BlockReader as _;
use super::package::properties;
use super::writer::Writer;
use super::xml::{Node, Xml};
use crate::document::Source;
use crate::extract::{ExtractError, Extracted, Properties};

mod content;
mod sheet;
mod style;

pub(super) fn read(source: Source<'_>) -> Result<Extracted, ExtractError> {
    let mut archive = Archive::open(source)?;
    if is_encrypted(&mut archive)? {
        return Err(ExtractError::Encrypted { format: source.format });
    }
    let content = archive.text("content.xml")?.ok_or(source.damaged("its content is missing"))?;
    let styles = archive.text("styles.xml")?.unwrap_or_default();
    let (title, properties) = match archive.text("meta.xml")? {
        Some(meta) => properties(Xml::new(&meta, source))?,
        None => (None, Properties::default()),
    };
    let styles = Styles::read([Xml::new(&styles, source), Xml::new(&content, source)])?;
    let mut writer = Writer::new(source);
    let mut reader = Content { styles, title: None, notes: Vec::new(), next_numbers: HashMap::new() };
    let mut xml = Xml::new(&content, source);
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "text" => reader.write(&mut xml, &mut writer)?,
            "spreadsheet" => sheet::write_sheets(&mut reader, &mut xml, &mut writer)?,
            "presentation" | "drawing" => reader.write_slides(&mut xml, &mut writer)?,
            "automatic-styles" | "scripts" => xml.skip()?,
            _ => {}
        }
    }
    Ok(writer.finish(title.or(reader.title), properties))
}

fn is_encrypted(archive: &mut Archive<'_>) -> Result<bool, ExtractError> {
    let manifest = archive.text("META-INF/manifest.xml")?.unwrap_or_default();
    let mut xml = Xml::new(&manifest, archive.source());
    while let Some(node) = xml.next()? {
        if let Node::Start(element) = node
            && element.name() == "encryption-data"
        {
            return Ok(true);
        }
    }
    Ok(false)
}
