//! The laws as they are written: the lists that suites are stamped from, and what each law says of itself.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Attribute, Expr, Item, Lit, Meta};

use super::ports::PORTS;
use crate::tidy::Tree;

const FOLDER: &str = "crates/ragstone-conformance/src";
/// What the lists are used for: these are no suites.
const USES: [&str; 3] = ["stamp", "name", "compile"];

/// The laws of one port, in the order of their list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Suite {
    pub(super) name: String,
    pub(super) laws: Vec<Law>,
}

/// One law.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Law {
    /// `group::law`.
    pub(super) name: String,
    /// What it says, from its documentation.
    pub(super) meaning: String,
}

/// Reads the suites of all ports, in the order of the table of ports; a suite that is not in that table is an error.
pub(super) fn read(tree: &Tree) -> Result<Vec<Suite>> {
    for (path, text) in tree.texts_with("rs").filter(|(path, _)| path.starts_with(FOLDER)) {
        for line in text.lines() {
            let name = line.strip_prefix("macro_rules! ").and_then(|rest| rest.split_once("_laws {"));
            if let Some((name, _)) = name.filter(|(name, _)| !USES.contains(name)) {
                let is_known = PORTS.iter().any(|port| port.suite == name);
                ensure!(is_known, "{path}: the suite `{name}` belongs to no port that xtask knows");
            }
        }
    }
    PORTS.iter().map(|port| suite(tree, port.suite)).collect()
}

fn suite(tree: &Tree, name: &str) -> Result<Suite> {
    let path = format!("{FOLDER}/{name}.rs");
    let file = parse(tree, &path)?;
    let mut list = Vec::new();
    for item in file.items {
        if let Item::Macro(found) = item
            && found.ident.as_ref().is_some_and(|ident| ident == &format!("{name}_laws"))
        {
            collect(found.mac.tokens, &mut list);
        }
    }
    ensure!(!list.is_empty(), "{path}: there is no list of laws");
    let mut laws = Vec::new();
    for (group, names) in list {
        let path = format!("{FOLDER}/{name}/{group}.rs");
        let meanings = meanings(&parse(tree, &path)?);
        for law in names {
            let meaning = meanings.get(&law).filter(|meaning| !meaning.is_empty());
            let meaning = meaning.with_context(|| format!("{path}: `{law}` does not say what it means"))?;
            laws.push(Law { name: format!("{group}::{law}"), meaning: meaning.clone() });
        }
    }
    Ok(Suite { name: name.to_owned(), laws })
}

fn parse(tree: &Tree, path: &str) -> Result<syn::File> {
    let text = tree.text(path).with_context(|| format!("there is no {path}"))?;
    syn::parse_file(text).with_context(|| format!("{path} does not parse"))
}

/// Finds `group { law, law, }` at any depth.
fn collect(tokens: TokenStream, list: &mut Vec<(String, Vec<String>)>) {
    let mut previous = None;
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            match (&previous, names(group.stream())) {
                (Some(TokenTree::Ident(name)), Some(names)) if group.delimiter() == Delimiter::Brace => {
                    list.push((name.to_string(), names));
                }
                _ => collect(group.stream(), list),
            }
        }
        previous = Some(token);
    }
}

/// The names of a list `a, b,`; of anything else, or of nothing, `None`.
fn names(tokens: TokenStream) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut is_behind_name = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if !is_behind_name => names.push(ident.to_string()),
            TokenTree::Punct(comma) if is_behind_name && comma.as_char() == ',' => {}
            _ => return None,
        }
        is_behind_name = !is_behind_name;
    }
    (!names.is_empty()).then_some(names)
}

/// The first paragraph of the documentation of each function.
fn meanings(file: &syn::File) -> BTreeMap<String, String> {
    let functions = file.items.iter().filter_map(|item| match item {
        Item::Fn(function) => Some(function),
        _ => None,
    });
    functions.map(|function| (function.sig.ident.to_string(), first_paragraph(&function.attrs))).collect()
}

fn first_paragraph(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "//! Laws.\npub mod entries;\n#[macro_export]\nmacro_rules! cache_laws {\n\
        ($callback:ident, $stamp:tt) => {\n$crate::$callback! { $stamp, cache,\n\
        entries { a_is_b, c_is_d, }\nexpiry { e_is_f, }\n} };\n}\n";

    fn tree(list: &str, entries: &str) -> Tree {
        Tree::of(&[
            ("crates/ragstone-conformance/src/cache.rs", list),
            ("crates/ragstone-conformance/src/cache/entries.rs", entries),
            ("crates/ragstone-conformance/src/cache/expiry.rs", "/// F.\npub async fn e_is_f() {}\n"),
        ])
    }

    #[test]
    fn laws_come_in_the_order_of_the_list_with_their_first_paragraph() {
        let entries = "/// Late.\npub async fn c_is_d() {}\n/// An A\n/// is a B.\n///\n/// More.\n\
                       pub async fn a_is_b() {}\n";
        let suite = suite(&tree(LIST, entries), "cache").unwrap();
        let laws: Vec<_> = suite.laws.iter().map(|law| (law.name.as_str(), law.meaning.as_str())).collect();
        assert_eq!(
            laws,
            [("entries::a_is_b", "An A is a B."), ("entries::c_is_d", "Late."), ("expiry::e_is_f", "F.")]
        );
    }

    #[test]
    fn a_law_without_a_meaning_is_an_error() {
        let entries = "pub async fn a_is_b() {}\n/// Late.\npub async fn c_is_d() {}\n";
        assert!(suite(&tree(LIST, entries), "cache").is_err());
    }

    #[test]
    fn a_suite_of_no_known_port_is_an_error() {
        let error = read(&tree(&LIST.replace("cache_laws", "queue_laws"), "")).unwrap_err();
        assert!(error.to_string().contains("queue"), "{error}");
    }
}
