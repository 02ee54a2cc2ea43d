//! Functions of well-known crates: the first sentence of a function's documentation is the query, and its code,
//! without the documentation, what is to be found.
//!
//! The crates are those that the lock file names, so a lock file gives one collection. The idea is that of
//! `CodeSearchNet` (Husain et al., 2019).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ExprLit, ImplItemFn, ItemFn, Lit, Meta, Visibility};

use super::dataset::{Collection, Document, Judgement, Query};
use crate::workspace::Workspace;

/// Crates that are read; large, and documented by many hands.
const CRATES: [&str; 8] =
    ["aho-corasick", "axum", "clap_builder", "hyper", "jiff", "regex-automata", "sqlx-core", "tokio"];
/// Shortest body in lines: less says nothing that its name does not.
const LEAST_LINES: usize = 4;
/// Fewest words of a query.
const LEAST_WORDS: usize = 5;

/// Reads the crates from where cargo keeps them.
pub(crate) fn read(workspace: &Workspace) -> Result<Collection> {
    let metadata = workspace.metadata()?;
    let mut functions = Vec::new();
    for name in CRATES {
        let packages = metadata.packages.iter().filter(|package| package.name.as_str() == name);
        let package = packages.max_by(|left, right| left.version.cmp(&right.version));
        let package = package.with_context(|| format!("the lock file names no crate {name}"))?;
        let root = package.manifest_path.parent().context("a manifest lies in no folder")?;
        read_folder(name, root.as_std_path(), &root.join("src").into_std_path_buf(), &mut functions)?;
    }
    Ok(collection(functions))
}

/// A documented function.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    /// Crate and file.
    place: String,
    /// First sentence of its documentation.
    sentence: String,
    code: String,
}

/// Every function is a document, and a query where none before it is described alike: every second one for training.
fn collection(functions: Vec<Function>) -> Collection {
    let mut collection = Collection::default();
    let mut asked = BTreeSet::new();
    for (number, function) in functions.into_iter().enumerate() {
        let id = number.to_string();
        let is_new = asked.insert(function.sentence.clone());
        if is_new {
            collection.queries.push(Query { id: id.clone(), text: function.sentence });
            let judgements =
                if number % 2 == 0 { &mut collection.judgements } else { &mut collection.training };
            judgements.push(Judgement { query: id.clone(), document: id.clone(), grade: 1 });
        }
        collection.documents.push(Document { id, title: function.place, text: function.code });
    }
    collection
}

// ---- Files ----

fn read_folder(name: &str, root: &Path, folder: &Path, functions: &mut Vec<Function>) -> Result<()> {
    let context = || format!("cannot read {}", folder.display());
    let entries = fs::read_dir(folder).with_context(context)?.collect::<Result<Vec<_>, _>>();
    let mut paths: Vec<_> = entries.with_context(context)?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_folder(name, root, &path, functions)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let inner = path.strip_prefix(root).unwrap_or(&path);
            functions.extend(of_file(&format!("{name}/{}", inner.display()), &text));
        }
    }
    Ok(())
}

/// The documented public functions of a file; one that does not parse has none.
fn of_file(place: &str, text: &str) -> Vec<Function> {
    let mut reader = Reader { place, lines: text.lines().collect(), functions: Vec::new() };
    if let Ok(file) = syn::parse_file(text) {
        reader.visit_file(&file);
    }
    reader.functions
}

struct Reader<'a> {
    place: &'a str,
    lines: Vec<&'a str>,
    functions: Vec<Function>,
}

impl Reader<'_> {
    fn function(&mut self, attributes: &[Attribute], visibility: &Visibility, body: &Block) {
        let Visibility::Public(public) = visibility else { return };
        let Some(sentence) = sentence(attributes) else { return };
        let lines = public.span.start().line.saturating_sub(1)..body.brace_token.span.close().end().line;
        let Some(code) = self.lines.get(lines).filter(|lines| lines.len() >= LEAST_LINES) else { return };
        self.functions.push(Function { place: self.place.to_owned(), sentence, code: code.join("\n") });
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(&item.attrs, &item.vis, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.attrs, &item.vis, &item.block);
        visit::visit_impl_item_fn(self, item);
    }
}

// ---- Documentation ----

/// The first sentence, where it has enough words.
fn sentence(attributes: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attributes.iter().filter_map(doc).collect();
    let paragraph: Vec<&str> = lines
        .iter()
        .map(|line| line.trim())
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect();
    let paragraph = paragraph.join(" ");
    let sentence = paragraph.split_once(". ").map_or(paragraph.as_str(), |(first, _)| first);
    let sentence = sentence.trim_end_matches('.').replace(['`', '[', ']'], "");
    (sentence.split_whitespace().count() >= LEAST_WORDS).then_some(sentence)
}

/// The text of a documentation attribute.
fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
    pair.path.is_ident("doc").then(|| text.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
/// Opens a [`File`] and reads it to its end. More is said here.
///
/// # Errors
#[must_use]
pub fn read(
    path: &str,
) -> String {
    todo!()
}

/// Does nothing at all that matters.
fn hidden() {
    // a
    // b
}

impl File {
    /// Too short.
    pub fn short() {
        // a
        // b
    }
}
";

    #[test]
    fn documented_public_functions_are_read_without_their_documentation() {
        let expected = Function {
            place: "a/src/lib.rs".into(),
            sentence: "Opens a File and reads it to its end".into(),
            code: "pub fn read(\n    path: &str,\n) -> String {\n    todo!()\n}".into(),
        };
        assert_eq!(of_file("a/src/lib.rs", FILE), [expected]);
    }

    #[test]
    fn a_sentence_that_describes_two_functions_is_asked_once() {
        let function = |sentence: &str| Function {
            place: String::new(),
            sentence: sentence.to_owned(),
            code: String::new(),
        };
        let functions = ["a", "b", "b"].map(function).into_iter().collect();
        let Collection { documents, queries, judgements, training } = collection(functions);
        let judgement = |id: &str| Judgement { query: id.to_owned(), document: id.to_owned(), grade: 1 };
        assert_eq!(documents.len(), 3);
        assert_eq!(queries.iter().map(|query| query.text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((judgements, training), (vec![judgement("0")], vec![judgement("1")]));
    }
}
