//! Books in EPUB: the chapters in the order of their spine, read like other pages of HTML.

use self::navigation::Navigation;
use self::spine::Spine;
use super::archive::Archive;
use super::writer::Writer;
use super::xml::{Node, Xml};
use crate::document::Source;
use crate::extract::{ExtractError, Extracted};
use crate::outline::{fold_heading, html};

mod navigation;
mod spine;

/// Level of the section of a chapter, which the headings of its page are below.
const CHAPTER_LEVEL: u8 = 1;

pub(super) fn read(source: Source<'_>) -> Result<Extracted, ExtractError> {
    let mut archive = Archive::open(source)?;
    let name = package_name(&mut archive)?;
    let package = archive.text(&name)?.ok_or(source.damaged("its package is missing"))?;
    let spine = Spine::read(Xml::new(&package, source), &name)?;
    let navigation = Navigation::read(&mut archive, &spine)?;
    let encrypted = encrypted(&mut archive)?;
    let mut writer = Writer::new(source);
    for chapter in &spine.chapters {
        if encrypted.contains(chapter) {
            return Err(ExtractError::Encrypted { format: source.format });
        }
        if let Some(text) = archive.text(chapter)? {
            write_chapter(&text, navigation.title(chapter), &mut writer)?;
        }
    }
    Ok(writer.finish(spine.title, spine.properties))
}

/// Writes a chapter below its title in the navigation, unless it begins with a heading of its own.
fn write_chapter(text: &str, title: Option<&str>, writer: &mut Writer) -> Result<(), ExtractError> {
    let page = html::read(text);
    writer.close_sections();
    let title = title.map(fold_heading).unwrap_or_default();
    if !title.is_empty() && !page.text.trim().is_empty() {
        let first_line = page.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        if !first_line.starts_with("# ") && !first_line.starts_with("## ") {
            writer.heading(CHAPTER_LEVEL, &title)?;
        }
    }
    writer.append(&page.text, &page.outline)
}

/// Name of the file that describes the book.
fn package_name(archive: &mut Archive<'_>) -> Result<String, ExtractError> {
    let source = archive.source();
    let container =
        archive.text("META-INF/container.xml")?.ok_or(source.damaged("its container is missing"))?;
    let mut xml = Xml::new(&container, source);
    while let Some(node) = xml.next()? {
        if let Node::Start(element) = node
            && element.name() == "rootfile"
            && let Some(name) = element.attribute("full-path")
        {
            return Ok(name);
        }
    }
    Err(source.damaged("its container names no package"))
}

/// Names of the files that only somebody with a key can read; fonts are often among them.
fn encrypted(archive: &mut Archive<'_>) -> Result<Vec<String>, ExtractError> {
    let text = archive.text("META-INF/encryption.xml")?.unwrap_or_default();
    let mut xml = Xml::new(&text, archive.source());
    let mut names = Vec::new();
    while let Some(node) = xml.next()? {
        if let Node::Start(element) = node
            && element.name() == "CipherReference"
        {
            names.extend(element.attribute("URI"));
        }
    }
    Ok(names)
}
