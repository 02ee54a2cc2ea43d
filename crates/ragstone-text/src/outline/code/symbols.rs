//! The kinds of nodes that are symbols, for each grammar.

use super::symbol::{Condition, Name, Symbol, container, leaf, named, only_if};

pub(super) const RUST: &[Symbol] = &[
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

pub(super) const PYTHON: &[Symbol] =
    &[leaf("function_definition", "def"), container("class_definition", "class")];

pub(super) const JAVASCRIPT: &[Symbol] = &[
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

pub(super) const GO: &[Symbol] = &[
    leaf("function_declaration", "func"),
    named(leaf("method_declaration", ""), Name::Header),
    named(leaf("type_declaration", "type"), Name::FirstChild),
];

pub(super) const JAVA: &[Symbol] = &[
    leaf("method_declaration", "method"),
    leaf("constructor_declaration", "constructor"),
    container("class_declaration", "class"),
    container("interface_declaration", "interface"),
    container("enum_declaration", "enum"),
    container("record_declaration", "record"),
    container("annotation_type_declaration", "@interface"),
];

pub(super) const C: &[Symbol] = &[
    named(leaf("function_definition", "fn"), Name::Declarator),
    named(leaf("type_definition", "typedef"), Name::Declarator),
    leaf("struct_specifier", "struct"),
    leaf("union_specifier", "union"),
    leaf("enum_specifier", "enum"),
    leaf("preproc_def", "#define"),
    leaf("preproc_function_def", "#define"),
];

pub(super) const CPP: &[Symbol] = &[
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

pub(super) const RUBY: &[Symbol] = &[
    leaf("method", "def"),
    named(leaf("singleton_method", "def"), Name::Until("parameters")),
    container("class", "class"),
    container("module", "module"),
    named(container("singleton_class", ""), Name::Header),
];

pub(super) const PHP: &[Symbol] = &[
    leaf("function_definition", "function"),
    leaf("method_declaration", "method"),
    container("class_declaration", "class"),
    container("interface_declaration", "interface"),
    container("trait_declaration", "trait"),
    container("enum_declaration", "enum"),
    only_if(container("namespace_definition", "namespace"), Condition::Holds(&["compound_statement"])),
];

pub(super) const BASH: &[Symbol] = &[leaf("function_definition", "function")];

pub(super) const LUA: &[Symbol] = &[
    leaf("function_declaration", "function"),
    only_if(
        named(leaf("assignment_statement", "function"), Name::First),
        Condition::Holds(&["function_definition"]),
    ),
];

pub(super) const ELIXIR: &[Symbol] = &[
    only_if(
        named(container("call", ""), Name::FirstArgument),
        Condition::Calls(&["defmodule", "defprotocol", "defimpl", "describe"]),
    ),
    only_if(
        named(leaf("call", ""), Name::FirstArgument),
        Condition::Calls(&["def", "defp", "defmacro", "defmacrop", "defguard", "defdelegate", "test"]),
    ),
];

pub(super) const R: &[Symbol] = &[only_if(
    named(leaf("binary_operator", "function"), Name::Field("lhs")),
    Condition::Holds(&["function_definition"]),
)];

/// A type of Zig is a constant whose value is one of these.
pub(super) const ZIG_TYPES: &[&str] =
    &["struct_declaration", "enum_declaration", "union_declaration", "opaque_declaration"];

pub(super) const ZIG: &[Symbol] = &[
    leaf("function_declaration", "fn"),
    named(leaf("test_declaration", "test"), Name::First),
    only_if(named(container("variable_declaration", "const"), Name::First), Condition::Holds(ZIG_TYPES)),
];

pub(super) const DART: &[Symbol] = &[
    named(leaf("function_declaration", ""), Name::Field("signature")),
    named(leaf("method_declaration", ""), Name::Field("signature")),
    named(leaf("function_signature", ""), Name::Header),
    named(leaf("constructor_signature", ""), Name::Header),
    leaf("type_alias", "typedef"),
    leaf("enum_declaration", "enum"),
    container("class_declaration", "class"),
    container("mixin_declaration", "mixin"),
    container("extension_declaration", "extension"),
];

pub(super) const POWERSHELL: &[Symbol] = &[
    named(leaf("function_statement", "function"), Name::First),
    named(leaf("class_method_definition", "method"), Name::Child("simple_name")),
    named(leaf("enum_statement", "enum"), Name::First),
    named(container("class_statement", "class"), Name::First),
];

pub(super) const HCL: &[Symbol] = &[named(container("block", ""), Name::Header)];

pub(super) const PROTOBUF: &[Symbol] = &[
    named(leaf("enum", "enum"), Name::First),
    named(leaf("rpc", "rpc"), Name::First),
    named(container("message", "message"), Name::First),
    named(container("service", "service"), Name::First),
];
