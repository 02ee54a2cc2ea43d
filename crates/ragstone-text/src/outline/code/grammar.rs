//! What the grammars call their symbols, scopes and comments.

use tree_sitter::{Language, Node};

use super::symbol::{Symbol, child};
use super::symbols;
use crate::format::CodeLanguage;

/// Wrappers such as `export` or a decorator that are looked through.
const MAX_WRAPPERS: usize = 4;

/// The parts of a grammar that the outline needs.
pub(super) struct Grammar {
    pub(super) language: Language,
    symbols: &'static [Symbol],
    /// Nodes around one symbol, which begin with what belongs to it.
    wrappers: &'static [&'static str],
    /// Nodes around several symbols that have no name of their own.
    pub(super) scopes: &'static [&'static str],
    /// Comments and attributes, which belong to what follows.
    pub(super) leading: &'static [&'static str],
    /// Bodies of containers that are no field `body`, or containers that hold their symbols themselves.
    bodies: &'static [&'static str],
}

const C_SCOPES: &[&str] =
    &["preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "linkage_specification"];

impl Grammar {
    pub(super) fn of(language: CodeLanguage) -> Self {
        let (function, symbols) = match language {
            CodeLanguage::Rust => (tree_sitter_rust::LANGUAGE, symbols::RUST),
            CodeLanguage::Python => (tree_sitter_python::LANGUAGE, symbols::PYTHON),
            CodeLanguage::TypeScript => (tree_sitter_typescript::LANGUAGE_TYPESCRIPT, symbols::JAVASCRIPT),
            CodeLanguage::Tsx => (tree_sitter_typescript::LANGUAGE_TSX, symbols::JAVASCRIPT),
            CodeLanguage::JavaScript => (tree_sitter_javascript::LANGUAGE, symbols::JAVASCRIPT),
            CodeLanguage::Go => (tree_sitter_go::LANGUAGE, symbols::GO),
            CodeLanguage::Java => (tree_sitter_java::LANGUAGE, symbols::JAVA),
            CodeLanguage::C => (tree_sitter_c::LANGUAGE, symbols::C),
            CodeLanguage::Cpp => (tree_sitter_cpp::LANGUAGE, symbols::CPP),
            CodeLanguage::Ruby => (tree_sitter_ruby::LANGUAGE, symbols::RUBY),
            CodeLanguage::Php => (tree_sitter_php::LANGUAGE_PHP, symbols::PHP),
            CodeLanguage::Bash => (tree_sitter_bash::LANGUAGE, symbols::BASH),
            CodeLanguage::Lua => (tree_sitter_lua::LANGUAGE, symbols::LUA),
            CodeLanguage::Elixir => (tree_sitter_elixir::LANGUAGE, symbols::ELIXIR),
            CodeLanguage::R => (tree_sitter_r::LANGUAGE, symbols::R),
            CodeLanguage::Zig => (tree_sitter_zig::LANGUAGE, symbols::ZIG),
            CodeLanguage::Dart => (tree_sitter_dart::LANGUAGE, symbols::DART),
            CodeLanguage::PowerShell => (tree_sitter_powershell::LANGUAGE, symbols::POWERSHELL),
            CodeLanguage::Hcl => (tree_sitter_hcl::LANGUAGE, symbols::HCL),
            CodeLanguage::Protobuf => (tree_sitter_proto::LANGUAGE, symbols::PROTOBUF),
        };
        let Parts { wrappers, scopes, leading, bodies } = Parts::of(language);
        Self { language: function.into(), symbols, wrappers, scopes, leading, bodies }
    }

    /// The symbol that a node is or wraps, with the node that carries its name.
    pub(super) fn symbol<'tree>(
        &self,
        node: Node<'tree>,
        text: &str,
    ) -> Option<(&'static Symbol, Node<'tree>)> {
        let mut node = node;
        for _ in 0..=MAX_WRAPPERS {
            if let Some(symbol) = self.find(node, text) {
                return Some((symbol, node));
            }
            if !self.wrappers.contains(&node.kind()) {
                return None;
            }
            let mut cursor = node.walk();
            let inner = node
                .named_children(&mut cursor)
                .find(|child| self.find(*child, text).is_some() || self.wrappers.contains(&child.kind()))?;
            node = inner;
        }
        None
    }

    /// The node whose children are what is inside a symbol.
    pub(super) fn body<'tree>(&self, node: Node<'tree>) -> Option<Node<'tree>> {
        node.child_by_field_name("body")
            .or_else(|| child(node, self.bodies))
            .or_else(|| self.bodies.contains(&node.kind()).then_some(node))
    }

    fn find(&self, node: Node<'_>, text: &str) -> Option<&'static Symbol> {
        self.symbols.iter().find(|symbol| symbol.matches(node, text))
    }
}

/// Kinds of nodes that are no symbols but have a role.
struct Parts {
    wrappers: &'static [&'static str],
    scopes: &'static [&'static str],
    leading: &'static [&'static str],
    bodies: &'static [&'static str],
}

impl Parts {
    const fn of(language: CodeLanguage) -> Self {
        let parts = Self { wrappers: &[], scopes: &[], leading: &["comment"], bodies: &[] };
        match language {
            CodeLanguage::Rust => {
                Self { leading: &["line_comment", "block_comment", "attribute_item"], ..parts }
            }
            CodeLanguage::Python => Self { wrappers: &["decorated_definition"], ..parts },
            CodeLanguage::TypeScript | CodeLanguage::Tsx | CodeLanguage::JavaScript => Self {
                wrappers: &["export_statement", "ambient_declaration", "expression_statement"],
                leading: &["comment", "decorator"],
                ..parts
            },
            CodeLanguage::Java => Self {
                scopes: &["enum_body_declarations"],
                leading: &["line_comment", "block_comment"],
                ..parts
            },
            CodeLanguage::C | CodeLanguage::Cpp => {
                Self { wrappers: &["template_declaration"], scopes: C_SCOPES, ..parts }
            }
            CodeLanguage::Lua => Self { wrappers: &["variable_declaration"], ..parts },
            CodeLanguage::Elixir => {
                Self { leading: &["comment", "unary_operator"], bodies: &["do_block"], ..parts }
            }
            CodeLanguage::Zig => Self { bodies: symbols::ZIG_TYPES, ..parts },
            CodeLanguage::Dart => Self {
                wrappers: &["member_declaration", "declaration"],
                leading: &["comment", "documentation_comment", "annotation"],
                ..parts
            },
            CodeLanguage::PowerShell => {
                Self { scopes: &["statement_list"], bodies: &["class_statement"], ..parts }
            }
            CodeLanguage::Hcl => Self { scopes: &["body"], bodies: &["body"], ..parts },
            CodeLanguage::Protobuf => Self { bodies: &["message_body", "service"], ..parts },
            CodeLanguage::Go
            | CodeLanguage::Ruby
            | CodeLanguage::Php
            | CodeLanguage::Bash
            | CodeLanguage::R => parts,
        }
    }
}
