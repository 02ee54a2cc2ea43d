//! Packages of Office Open XML: parts, the relationships between them, and the properties of the whole.

use super::archive::Archive;
use super::xml::{Node, Xml};
use crate::document::Source;
use crate::extract::{ExtractError, Properties};

/// A part that another one refers to.
struct Relationship {
    id: String,
    /// Last word of the kind, such as `slide`; the words before it depend on the edition of the standard.
    kind: String,
    /// Name of the part in the archive.
    target: String,
}

/// What a part refers to.
pub(super) struct Relationships(Vec<Relationship>);

impl Relationships {
    pub(super) fn by_id(&self, id: &str) -> Option<&str> {
        self.0.iter().find(|found| found.id == id).map(|found| found.target.as_str())
    }

    pub(super) fn by_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.ids_by_kind(kind).map(|(_, target)| target)
    }

    /// Ids and targets of a kind.
    pub(super) fn ids_by_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let found = self.0.iter().filter(move |found| found.kind == kind);
        found.map(|found| (found.id.as_str(), found.target.as_str()))
    }
}

pub(super) struct Package<'a> {
    archive: Archive<'a>,
}

impl<'a> Package<'a> {
    pub(super) fn open(source: Source<'a>) -> Result<Self, ExtractError> {
        Ok(Self { archive: Archive::open(source)? })
    }

    pub(super) const fn source(&self) -> Source<'a> {
        self.archive.source()
    }

    /// A part as text; `None` where it is missing.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, ExtractError> {
        self.archive.text(name)
    }

    /// Unpacks everything once, to prove that it is within the limits.
    pub(super) fn measure(&mut self) -> Result<(), ExtractError> {
        self.archive.measure()
    }

    /// Names of the parts that end with `end`, in whatever case.
    pub(super) fn parts_ending_with(&self, end: &str) -> Vec<String> {
        let mut names = self.archive.names();
        names.retain(|name| name.to_ascii_lowercase().ends_with(end));
        names
    }

    /// Name of the part that holds the document.
    pub(super) fn main_part(&mut self, default: &str) -> Result<String, ExtractError> {
        let relationships = self.relationships("")?;
        let main = relationships.by_kind("officeDocument").next().unwrap_or(default).to_owned();
        if self.archive.has(&main) {
            Ok(main)
        } else {
            Err(self.source().damaged("its main part is missing"))
        }
    }

    /// What the part `name` refers to, the package itself where the name is empty; links outside are left out.
    pub(super) fn relationships(&mut self, name: &str) -> Result<Relationships, ExtractError> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let path = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let mut found = Vec::new();
        let Some(text) = self.part(&path)? else {
            return Ok(Relationships(found));
        };
        let mut xml = Xml::new(&text, self.source());
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            let is_outside = element.attribute("TargetMode").as_deref() == Some("External");
            if element.name() != "Relationship" || is_outside {
                continue;
            }
            let attribute = |name: &str| element.attribute(name).unwrap_or_default();
            let kind = attribute("Type").rsplit('/').next().unwrap_or_default().to_owned();
            let target = resolve(folder, &attribute("Target"));
            found.push(Relationship { id: attribute("Id"), kind, target });
        }
        Ok(Relationships(found))
    }

    /// Title and properties of the document.
    pub(super) fn properties(&mut self) -> Result<(Option<String>, Properties), ExtractError> {
        let relationships = self.relationships("")?;
        let name = relationships.by_kind("core-properties").next().unwrap_or("docProps/core.xml");
        match self.part(name)? {
            Some(text) => properties(Xml::new(&text, self.source())),
            None => Ok((None, Properties::default())),
        }
    }
}

/// Reads elements of the Dublin Core, which office formats and books share.
pub(super) fn properties(mut xml: Xml<'_>) -> Result<(Option<String>, Properties), ExtractError> {
    let mut title = None;
    let mut properties = Properties::default();
    while let Some(node) = xml.next()? {
        let Node::Start(element) = node else { continue };
        let field = match element.name() {
            "title" => &mut title,
            "subject" | "description" => &mut properties.subject,
            "keywords" | "keyword" => &mut properties.keywords,
            "language" => &mut properties.language,
            "created" | "creation-date" => &mut properties.created,
            "modified" | "date" => &mut properties.modified,
            "creator" | "initial-creator" => {
                let author = xml.text()?.trim().to_owned();
                if !author.is_empty() && !properties.authors.contains(&author) {
                    properties.authors.push(author);
                }
                continue;
            }
            _ => continue,
        };
        let value = xml.text()?.trim().to_owned();
        if field.is_none() && !value.is_empty() {
            *field = Some(value);
        }
    }
    Ok((title, properties))
}

/// The name of a part that a part in `folder` calls `target`.
fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    if !target.starts_with('/') {
        parts.extend(folder.split('/').filter(|part| !part.is_empty()));
    }
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn targets_are_relative_to_their_part() {
        assert_eq!(
            resolve("ppt/slides", "../notesSlides/notesSlide1.xml"),
            "ppt/notesSlides/notesSlide1.xml"
        );
        assert_eq!(resolve("word", "/word/styles.xml"), "word/styles.xml");
        assert_eq!(resolve("", "../../x"), "x");
    }
}
