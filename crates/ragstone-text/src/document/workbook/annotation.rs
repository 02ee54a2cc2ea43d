//! What hangs on a sheet beside its cells: comments and charts.

use crate::document::chart;
use crate::document::package::{Package, Relationships};
use crate::document::writer::Writer;
use crate::document::xml::{Node, Xml};
use crate::extract::ExtractError;

/// Writes comments and charts of the sheet of a name.
pub(super) fn write(package: &mut Package<'_>, sheet: &str, writer: &mut Writer) -> Result<(), ExtractError> {
    let main = package.main_part("xl/workbook.xml")?;
    let workbook = package.relationships(&main)?;
    let Some(part) = part(package, &main, &workbook, sheet)? else {
        return Ok(());
    };
    let relationships = package.relationships(&part)?;
    let persons = persons(package, &workbook)?;
    let threads: Vec<&str> = relationships.by_kind("threadedComment").collect();
    for name in &threads {
        write_thread(package, name, &persons, writer)?;
    }
    for name in relationships.by_kind("comments") {
        write_comments(package, name, !threads.is_empty(), writer)?;
    }
    for drawing in relationships.by_kind("drawing") {
        let drawn = package.relationships(drawing)?;
        for name in drawn.by_kind("chart") {
            for block in chart::read(package, name)? {
                block.write(writer)?;
            }
        }
    }
    Ok(())
}

/// Name of the part with a sheet.
fn part(
    package: &mut Package<'_>,
    main: &str,
    workbook: &Relationships,
    sheet: &str,
) -> Result<Option<String>, ExtractError> {
    let text = package.part(main)?.unwrap_or_default();
    let mut xml = Xml::new(&text, package.source());
    while let Some(node) = xml.next()? {
        if let Node::Start(element) = node
            && element.name() == "sheet"
            && element.attribute("name").as_deref() == Some(sheet)
        {
            let id = element.attribute("id").unwrap_or_default();
            return Ok(workbook.by_id(&id).map(str::to_owned));
        }
    }
    Ok(None)
}

/// Names of those who comment, by their ids.
fn persons(
    package: &mut Package<'_>,
    workbook: &Relationships,
) -> Result<Vec<(String, String)>, ExtractError> {
    let mut persons = Vec::new();
    for name in workbook.by_kind("person") {
        let text = package.part(name)?.unwrap_or_default();
        let mut xml = Xml::new(&text, package.source());
        while let Some(node) = xml.next()? {
            if let Node::Start(element) = node
                && let Some(id) = element.attribute("id")
            {
                persons.push((id, element.attribute("displayName").unwrap_or_default()));
            }
        }
    }
    Ok(persons)
}

fn write_thread(
    package: &mut Package<'_>,
    name: &str,
    persons: &[(String, String)],
    writer: &mut Writer,
) -> Result<(), ExtractError> {
    let text = package.part(name)?.unwrap_or_default();
    let mut xml = Xml::new(&text, package.source());
    let (mut place, mut author) = (String::new(), String::new());
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "threadedComment" => {
                place = element.attribute("ref").unwrap_or_default();
                let id = element.attribute("personId").unwrap_or_default();
                let person = persons.iter().find(|(known, _)| *known == id);
                person.map_or("unknown", |(_, name)| name).clone_into(&mut author);
            }
            "text" => {
                let text = xml.text()?;
                writer.paragraph(&format!("Comment on {place} by {author}: {text}"))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes plain comments; those that only repeat a thread for old programs are left out.
fn write_comments(
    package: &mut Package<'_>,
    name: &str,
    has_threads: bool,
    writer: &mut Writer,
) -> Result<(), ExtractError> {
    let text = package.part(name)?.unwrap_or_default();
    let mut xml = Xml::new(&text, package.source());
    let mut authors = Vec::new();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "author" => authors.push(xml.text()?),
            "comment" => {
                let place = element.attribute("ref").unwrap_or_default();
                let at = element.attribute("authorId").and_then(|at| at.parse::<usize>().ok());
                let author = at.and_then(|at| authors.get(at)).map_or("unknown", String::as_str).to_owned();
                let text = runs(&mut xml)?;
                let repeats = has_threads && author.starts_with("tc=");
                if !repeats && !text.trim().is_empty() {
                    writer.paragraph(&format!("Comment on {place} by {author}: {text}"))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Text of the runs of the element that was started last.
fn runs(xml: &mut Xml<'_>) -> Result<String, ExtractError> {
    let depth = xml.depth();
    let mut text = String::new();
    while let Some(node) = xml.next_inside(depth)? {
        if let Node::Start(element) = node
            && element.name() == "t"
        {
            let part = xml.text()?;
            text.push_str(&part);
        }
    }
    Ok(text)
}
