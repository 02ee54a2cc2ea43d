//! Rules that need the syntax tree: length of functions, names of inline modules, ignored tests.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, ItemFn, ItemMod, Meta, Signature, TraitItemFn};

use super::finding::{Finding, Rule};
use super::names;
use super::tree::{Tree, is_test};

const FUNCTION_LIMIT: usize = 80;

/// Parses every Rust file and reports what its syntax tree breaks.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.texts_with("rs").flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let mut reader = Reader { path, in_tests: is_test(path), findings: Vec::new() };
    match syn::parse_file(text) {
        Ok(file) => reader.visit_file(&file),
        Err(error) => {
            let line = error.span().start().line;
            reader.findings.push(Finding::new(Rule::Syntax, path, line, format!("does not parse: {error}")));
        }
    }
    reader.findings
}

struct Reader<'a> {
    path: &'a str,
    in_tests: bool,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn function(&mut self, attributes: &[Attribute], signature: &Signature, body: &Block) {
        let line = signature.fn_token.span.start().line;
        let name = signature.ident.to_string();
        if attributes.iter().any(is_ignore) {
            let message =
                format!("`{name}` is ignored: skip by capability or environment and report the skip");
            self.findings.push(Finding::new(Rule::IgnoredTest, self.path, line, message));
        }
        let braces = body.brace_token.span;
        let length = braces.close().end().line.saturating_sub(braces.open().start().line) + 1;
        let exempt = self.in_tests || attributes.iter().any(is_test_attribute);
        if length > FUNCTION_LIMIT && !exempt {
            let message = format!("`{name}` has {length} lines, the limit is {FUNCTION_LIMIT}");
            let finding = Finding::new(Rule::FunctionLength, self.path, line, message);
            self.findings.push(finding.with_item(name).with_measure(length));
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.function(&item.attrs, &item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.attrs, &item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.attrs, &item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if names::is_forbidden(&item.ident.to_string()) {
            let line = item.mod_token.span.start().line;
            self.findings.push(names::forbidden(self.path, line, &item.ident.to_string()));
        }
        let outside = self.in_tests;
        self.in_tests |= item.attrs.iter().any(is_test_attribute);
        visit::visit_item_mod(self, item);
        self.in_tests = outside;
    }
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`, `#[cfg(all(test, …))]` and the like.
fn is_test_attribute(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == "test")
        || attribute.path().is_ident("cfg") && mentions(&attribute.meta, "test")
}

fn is_ignore(attribute: &Attribute) -> bool {
    attribute.path().is_ident("ignore")
        || attribute.path().is_ident("cfg_attr") && mentions(&attribute.meta, "ignore")
}

fn mentions(meta: &Meta, word: &str) -> bool {
    matches!(meta, Meta::List(list) if has_word(list.tokens.clone(), word))
}

fn has_word(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => has_word(group.stream(), word),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function whose block spans `lines` lines.
    fn function(lines: usize) -> String {
        format!("fn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
    }

    fn rules(path: &str, text: &str) -> Vec<Rule> {
        check_file(path, text).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn function_limit_is_inclusive() {
        assert_eq!(check_file("src/a.rs", &function(80)), []);
        let findings = check_file("src/a.rs", &function(81));
        assert_eq!((findings[0].item.as_str(), findings[0].measure), ("long", 81));
    }

    #[test]
    fn methods_and_default_bodies_are_measured() {
        for head in ["impl A", "trait A"] {
            let text = format!("{head} {{\n{}}}\n", function(90));
            assert_eq!(rules("src/a.rs", &text), [Rule::FunctionLength], "{head}");
        }
    }

    #[test]
    fn tests_are_exempt_from_the_function_limit() {
        let long = function(200);
        assert_eq!(rules("tests/it/a.rs", &long), []);
        assert_eq!(rules("src/a.rs", &format!("#[tokio::test]\n{long}")), []);
        assert_eq!(rules("src/a.rs", &format!("#[cfg(all(test, unix))]\nmod tests {{\n{long}}}\n")), []);
        assert_eq!(
            rules("src/a.rs", &format!("#[cfg(test)]\nmod tests {{}}\n{long}")),
            [Rule::FunctionLength]
        );
    }

    #[test]
    fn ignored_tests_are_reported() {
        let text =
            "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n#[test]\n#[cfg_attr(windows, ignore)]\nfn b() {}\n";
        assert_eq!(rules("src/a.rs", text), [Rule::IgnoredTest, Rule::IgnoredTest]);
        assert_eq!(rules("src/a.rs", "// #[ignore]\nconst A: &str = \"#[ignore]\";\n"), []);
    }

    #[test]
    fn inline_modules_obey_the_names() {
        assert_eq!(rules("src/a.rs", "mod helpers {}\n"), [Rule::ModuleName]);
    }

    #[test]
    fn broken_syntax_is_reported() {
        assert_eq!(rules("src/a.rs", "fn {"), [Rule::Syntax]);
    }
}
