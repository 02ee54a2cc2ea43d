//! The outline of source code: symbols with their comments and attributes, found by tree-sitter.

use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree, TreeCursor};

use self::grammar::Grammar;
use self::symbol::Symbol;
use super::{BlockKind, Outline, SectionId, line_start};
use crate::format::CodeLanguage;

mod grammar;
mod symbol;
mod symbols;

/// Largest source that is parsed: what is larger is mostly generated, and the parser's recovery from errors
/// costs more than linear time.
const MAX_PARSED_BYTES: usize = 128 * 1024;

/// Scopes within scopes that are followed.
const MAX_SCOPE_DEPTH: usize = 10;

/// Parser steps that are granted per byte, and for any text; ordinary code takes 0.6, and 2.2 at most.
const STEPS_PER_BYTE: usize = 3;
const FREE_STEPS: usize = 20_000;

/// Steps between two calls of the progress callback, as tree-sitter has it.
const STEPS_PER_CALLBACK: usize = 100;

/// The outline; `None` where the text is too large or costs too much to parse.
///
/// Broken code still has an outline: what the grammar does not know is between the symbols it knows.
pub(crate) fn outline(text: &str, language: CodeLanguage) -> Option<Outline> {
    let grammar = Grammar::of(language);
    let tree = parse(text, &grammar)?;
    let mut reader = Reader { text, grammar, outline: Outline::new() };
    reader.read(&tree);
    Some(reader.outline)
}

fn parse(text: &str, grammar: &Grammar) -> Option<Tree> {
    if text.len() > MAX_PARSED_BYTES {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&grammar.language).ok()?;
    let mut steps_left = text.len().saturating_mul(STEPS_PER_BYTE).saturating_add(FREE_STEPS);
    let mut progress = |_: &ParseState| {
        steps_left = steps_left.saturating_sub(STEPS_PER_CALLBACK);
        if steps_left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut read = |at: usize, _| text.as_bytes().get(at..).unwrap_or_default();
    let options = ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(&mut read, None, Some(options))
}

/// A list of siblings that is being read.
struct Scope<'tree> {
    cursor: TreeCursor<'tree>,
    section: SectionId,
    /// Number of symbols around.
    depth: u8,
    /// Start of comments and attributes that belong to the next node.
    pending: Option<usize>,
    /// Row on which the last node ended.
    last_row: usize,
    follows_symbol: bool,
}

struct Reader<'t> {
    text: &'t str,
    grammar: Grammar,
    outline: Outline,
}

impl Reader<'_> {
    fn read(&mut self, tree: &Tree) {
        let mut scopes = Vec::new();
        scopes.extend(Scope::enter(tree.root_node(), 0, 0));
        while let Some(scope) = scopes.last_mut() {
            let node = scope.cursor.node();
            let inner = self.read_node(node, scope);
            let is_last = !scope.cursor.goto_next_sibling();
            if is_last {
                scopes.pop();
            }
            if let Some(inner) = inner
                && scopes.len() < MAX_SCOPE_DEPTH
            {
                scopes.push(inner);
            }
        }
    }

    /// Adds the blocks of one node and returns the scope inside it, if that is to be read.
    fn read_node<'tree>(&mut self, node: Node<'tree>, scope: &mut Scope<'tree>) -> Option<Scope<'tree>> {
        if !node.is_named() {
            return None;
        }
        let (first_row, last_row) = (node.start_position().row, node.end_position().row);
        let is_apart = first_row > scope.last_row + 1;
        let is_trailing = first_row == scope.last_row && scope.last_row > 0;
        scope.last_row = last_row_of(node, last_row);
        if self.grammar.leading.contains(&node.kind()) {
            self.read_leading(node, scope, is_apart, is_trailing);
            return None;
        }
        let pending = scope.pending.take().filter(|_| !is_apart);
        let start = pending.unwrap_or_else(|| line_start(self.text, node.start_byte()));
        if let Some((symbol, inner)) = self.grammar.symbol(node, self.text) {
            return self.read_symbol(symbol, inner, start, scope);
        }
        self.add_statement(start, scope);
        self.grammar.scopes.contains(&node.kind()).then(|| {
            let body = node.child_by_field_name("body").unwrap_or(node);
            let inner = Scope::enter(body, scope.section, scope.depth)?;
            // A comment before the scope may belong to the first symbol inside it.
            Some(Scope { pending, ..inner })
        })?
    }

    fn read_symbol<'tree>(
        &mut self,
        symbol: &Symbol,
        node: Node<'tree>,
        start: usize,
        scope: &mut Scope<'tree>,
    ) -> Option<Scope<'tree>> {
        let body = self.grammar.body(node);
        let label = symbol.label(node, body, self.text);
        let section = self.outline.section(scope.section, &label);
        self.outline.block(start, section, scope.depth.saturating_mul(2), BlockKind::Symbol);
        scope.follows_symbol = true;
        if !symbol.is_container {
            return None;
        }
        Scope::enter(body?, section, scope.depth.saturating_add(1))
    }

    fn read_leading<'tree>(
        &mut self,
        node: Node<'tree>,
        scope: &mut Scope<'tree>,
        is_apart: bool,
        is_trailing: bool,
    ) {
        if is_trailing && scope.pending.is_none() {
            return;
        }
        if is_apart || scope.pending.is_none() {
            let start = line_start(self.text, node.start_byte());
            self.add_statement(start, scope);
            scope.pending = Some(start);
        }
    }

    /// A node that is no symbol: joined with others of its kind, apart from the symbol before it.
    fn add_statement(&mut self, start: usize, scope: &mut Scope<'_>) {
        let level = scope.depth.saturating_mul(2).saturating_add(u8::from(!scope.follows_symbol));
        self.outline.block(start, scope.section, level, BlockKind::Lines);
        scope.follows_symbol = false;
    }
}

impl<'tree> Scope<'tree> {
    fn enter(node: Node<'tree>, section: SectionId, depth: u8) -> Option<Self> {
        let mut cursor = node.walk();
        let last_row = node.start_position().row;
        cursor.goto_first_child().then_some(Self {
            cursor,
            section,
            depth,
            pending: None,
            last_row,
            follows_symbol: false,
        })
    }
}

/// Row of the last character; some comment nodes include their line break.
fn last_row_of(node: Node<'_>, end_row: usize) -> usize {
    if node.end_position().column == 0 && end_row > node.start_position().row { end_row - 1 } else { end_row }
}
