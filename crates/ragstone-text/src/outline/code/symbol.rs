//! How a kind of node is a symbol, and what the symbol is called.

use tree_sitter::Node;

/// Declarators within declarators that are followed to a name in C and C++.
const MAX_DECLARATORS: usize = 16;

/// A kind of node that is a symbol.
pub(super) struct Symbol {
    pub(super) kind: &'static str,
    keyword: &'static str,
    name: Name,
    condition: Condition,
    pub(super) is_container: bool,
}

/// Where a symbol has its name.
#[derive(Clone, Copy)]
pub(super) enum Name {
    /// In a field.
    Field(&'static str),
    /// In the innermost declarator.
    Declarator,
    /// In the first child that has one.
    FirstChild,
    /// The first child itself.
    First,
    /// The first child of a kind.
    Child(&'static str),
    /// Everything up to the first argument, as in `defmodule Shop.Cart`.
    FirstArgument,
    /// Everything behind the keyword and before a field, such as `self.parse`.
    Until(&'static str),
    /// Everything before the body, such as `impl Display for Error`.
    Header,
}

/// What a node of the right kind must have, to be a symbol.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    Always,
    /// The target of the call is one of these words.
    Calls(&'static [&'static str]),
    /// A child, or a child of one, is of one of these kinds.
    Holds(&'static [&'static str]),
}

pub(super) const fn leaf(kind: &'static str, keyword: &'static str) -> Symbol {
    let (name, condition) = (Name::Field("name"), Condition::Always);
    Symbol { kind, keyword, name, condition, is_container: false }
}

pub(super) const fn container(kind: &'static str, keyword: &'static str) -> Symbol {
    Symbol { is_container: true, ..leaf(kind, keyword) }
}

pub(super) const fn named(symbol: Symbol, name: Name) -> Symbol {
    Symbol { name, ..symbol }
}

pub(super) const fn only_if(symbol: Symbol, condition: Condition) -> Symbol {
    Symbol { condition, ..symbol }
}

impl Symbol {
    /// Whether a node is such a symbol.
    pub(super) fn matches(&self, node: Node<'_>, text: &str) -> bool {
        node.kind() == self.kind
            && match self.condition {
                Condition::Always => true,
                Condition::Calls(words) => node
                    .child_by_field_name("target")
                    .and_then(|target| text.get(target.byte_range()))
                    .is_some_and(|target| words.contains(&target)),
                Condition::Holds(kinds) => holds(node, kinds),
            }
    }

    /// What the symbol is called in a path, such as `fn parse` or `impl Display for Error`.
    pub(super) fn label(&self, node: Node<'_>, body: Option<Node<'_>>, text: &str) -> String {
        let until = |end: Option<usize>| {
            let end = end.unwrap_or(node.end_byte());
            text.get(node.start_byte()..end).unwrap_or_default().trim_end().to_owned()
        };
        let name = match self.name {
            Name::Field(field) => node.child_by_field_name(field),
            Name::Declarator => innermost_declarator(node),
            Name::FirstChild => {
                let mut cursor = node.walk();
                node.named_children(&mut cursor).find_map(|child| child.child_by_field_name("name"))
            }
            Name::First => node.named_child(0),
            Name::Child(kind) => child(node, &[kind]),
            Name::FirstArgument => {
                let argument = child(node, &["arguments"]).and_then(|arguments| arguments.named_child(0));
                return until(argument.map(|argument| argument.end_byte()));
            }
            Name::Until(field) => {
                let end = node.child_by_field_name(field).or(body).map(|end| end.start_byte());
                return until(end).lines().next().unwrap_or_default().to_owned();
            }
            Name::Header => {
                let header = until(body.map(|body| body.start_byte()));
                return header.trim_end_matches('{').trim_end().to_owned();
            }
        };
        let name = name.and_then(|name| text.get(name.byte_range())).unwrap_or_default();
        format!("{} {name}", self.keyword)
    }
}

/// The first child of one of some kinds.
pub(super) fn child<'tree>(node: Node<'tree>, kinds: &[&str]) -> Option<Node<'tree>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| kinds.contains(&child.kind()))
}

fn holds(node: Node<'_>, kinds: &[&str]) -> bool {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .any(|inner| kinds.contains(&inner.kind()) || child(inner, kinds).is_some())
}

fn innermost_declarator(node: Node<'_>) -> Option<Node<'_>> {
    let mut found = None;
    let mut at = node;
    for _ in 0..MAX_DECLARATORS {
        // A parenthesised or reference declarator has its inner one without a field.
        let inner = at
            .child_by_field_name("declarator")
            .or_else(|| at.kind().ends_with("declarator").then(|| at.named_child(0)).flatten());
        let Some(inner) = inner else { break };
        found = Some(inner);
        at = inner;
    }
    found
}
