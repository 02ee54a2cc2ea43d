//! What the grammars call their symbols, scopes and comments.

use tree_sitter::{Language, Node};

use crate::format::CodeLanguage;

/// Declarators within declarators that are followed to a name in C and C++.
const MAX_DECLARATORS: usize = 16;

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
}

/// A kind of node that is a symbol.
pub(super) struct Symbol {
    kind: &'static str,
    keyword: &'static str,
    name: Name,
    pub(super) is_container: bool,
}

/// Where a symbol has its name.
#[derive(Clone, Copy)]
enum Name {
    /// In the field `name`.
    Field,
    /// In the innermost declarator.
    Declarator,
    /// In the first child that has one.
    FirstChild,
    /// Everything before the body, such as `impl Display for Error`.
    Header,
}

const fn leaf(kind: &'static str, keyword: &'static str) -> Symbol {
    Symbol { kind, keyword, name: Name::Field, is_container: false }
}

const fn container(kind: &'static str, keyword: &'static str) -> Symbol {
    Symbol { kind, keyword, name: Name::Field, is_container: true }
}

const fn named(symbol: Symbol, name: Name) -> Symbol {
    Symbol { name, ..symbol }
}

const RUST: &[Symbol] = &[
    leaf("function_item", "fn"),
    leaf("function_signature_item", "fn"),
    leaf("struct_item", "struct"),
    leaf("enum_item", "enum"),
    leaf("union_item", "union"),
    leaf("type_item", "type"),
    leaf("const_item", "const"),
    leaf("static_item", "static"),
    leaf("macro_definition", "macro"),
    container("trait_item", "trait"),
    container("mod_item", "mod"),
    named(container("impl_item", ""), Name::Header),
];

const PYTHON: &[Symbol] = &[leaf("function_definition", "def"), container("class_definition", "class")];

const JAVASCRIPT: &[Symbol] = &[
    leaf("function_declaration", "function"),
    leaf("generator_function_declaration", "function*"),
    leaf("method_definition", "method"),
    named(leaf("lexical_declaration", "const"), Name::FirstChild),
    leaf("interface_declaration", "interface"),
    leaf("enum_declaration", "enum"),
    leaf("type_alias_declaration", "type"),
    container("class_declaration", "class"),
    container("abstract_class_declaration", "class"),
    container("internal_module", "namespace"),
    container("module", "module"),
];

const GO: &[Symbol] = &[
    leaf("function_declaration", "func"),
    named(leaf("method_declaration", ""), Name::Header),
    named(leaf("type_declaration", "type"), Name::FirstChild),
];

const JAVA: &[Symbol] = &[
    leaf("method_declaration", "method"),
    leaf("constructor_declaration", "constructor"),
    container("class_declaration", "class"),
    container("interface_declaration", "interface"),
    container("enum_declaration", "enum"),
    container("record_declaration", "record"),
    container("annotation_type_declaration", "@interface"),
];

const C: &[Symbol] = &[
    named(leaf("function_definition", "fn"), Name::Declarator),
    named(leaf("type_definition", "typedef"), Name::Declarator),
    leaf("struct_specifier", "struct"),
    leaf("union_specifier", "union"),
    leaf("enum_specifier", "enum"),
    leaf("preproc_def", "#define"),
    leaf("preproc_function_def", "#define"),
];

const CPP: &[Symbol] = &[
    named(leaf("function_definition", "fn"), Name::Declarator),
    named(leaf("type_definition", "typedef"), Name::Declarator),
    leaf("alias_declaration", "using"),
    leaf("concept_definition", "concept"),
    leaf("union_specifier", "union"),
    leaf("enum_specifier", "enum"),
    leaf("preproc_def", "#define"),
    leaf("preproc_function_def", "#define"),
    container("struct_specifier", "struct"),
    container("class_specifier", "class"),
    container("namespace_definition", "namespace"),
];

const C_SCOPES: &[&str] =
    &["preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "linkage_specification"];

impl Grammar {
    pub(super) fn of(language: CodeLanguage) -> Self {
        let (function, symbols) = match language {
            CodeLanguage::Rust => (tree_sitter_rust::LANGUAGE, RUST),
            CodeLanguage::Python => (tree_sitter_python::LANGUAGE, PYTHON),
            CodeLanguage::TypeScript => (tree_sitter_typescript::LANGUAGE_TYPESCRIPT, JAVASCRIPT),
            CodeLanguage::Tsx => (tree_sitter_typescript::LANGUAGE_TSX, JAVASCRIPT),
            CodeLanguage::JavaScript => (tree_sitter_javascript::LANGUAGE, JAVASCRIPT),
            CodeLanguage::Go => (tree_sitter_go::LANGUAGE, GO),
            CodeLanguage::Java => (tree_sitter_java::LANGUAGE, JAVA),
            CodeLanguage::C => (tree_sitter_c::LANGUAGE, C),
            CodeLanguage::Cpp => (tree_sitter_cpp::LANGUAGE, CPP),
        };
        let (wrappers, scopes, leading): (&[&str], &[&str], &[&str]) = match language {
            CodeLanguage::Rust => (&[], &[], &["line_comment", "block_comment", "attribute_item"]),
            CodeLanguage::Python => (&["decorated_definition"], &[], &["comment"]),
            CodeLanguage::TypeScript | CodeLanguage::Tsx | CodeLanguage::JavaScript => (
                &["export_statement", "ambient_declaration", "expression_statement"],
                &[],
                &["comment", "decorator"],
            ),
            CodeLanguage::Go => (&[], &[], &["comment"]),
            CodeLanguage::Java => (&[], &["enum_body_declarations"], &["line_comment", "block_comment"]),
            CodeLanguage::C | CodeLanguage::Cpp => (&["template_declaration"], C_SCOPES, &["comment"]),
        };
        Self { language: function.into(), symbols, wrappers, scopes, leading }
    }

    /// The symbol that a node is or wraps, with the node that carries its name.
    pub(super) fn symbol<'tree>(&self, node: Node<'tree>) -> Option<(&'static Symbol, Node<'tree>)> {
        let mut node = node;
        for _ in 0..=MAX_WRAPPERS {
            if let Some(symbol) = self.find(node) {
                return Some((symbol, node));
            }
            if !self.wrappers.contains(&node.kind()) {
                return None;
            }
            let mut cursor = node.walk();
            let inner = node
                .named_children(&mut cursor)
                .find(|child| self.find(*child).is_some() || self.wrappers.contains(&child.kind()))?;
            node = inner;
        }
        None
    }

    fn find(&self, node: Node<'_>) -> Option<&'static Symbol> {
        self.symbols.iter().find(|symbol| symbol.kind == node.kind())
    }
}

impl Symbol {
    /// What the symbol is called in a path, such as `fn parse` or `impl Display for Error`.
    pub(super) fn label(&self, node: Node<'_>, text: &str) -> String {
        let name = match self.name {
            Name::Field => node.child_by_field_name("name"),
            Name::Declarator => innermost_declarator(node),
            Name::FirstChild => {
                let mut cursor = node.walk();
                node.named_children(&mut cursor).find_map(|child| child.child_by_field_name("name"))
            }
            Name::Header => return header(node, text),
        };
        let name = name.and_then(|name| text.get(name.byte_range())).unwrap_or_default();
        format!("{} {name}", self.keyword)
    }
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

fn header(node: Node<'_>, text: &str) -> String {
    let end = node.child_by_field_name("body").map_or(node.end_byte(), |body| body.start_byte());
    text.get(node.start_byte()..end).unwrap_or_default().trim_end().to_owned()
}
