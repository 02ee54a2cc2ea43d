//! The part of a page that it calls its main one.

use std::ops::Range;

use super::scan::{Markup, Scanner};

/// Most parts that are told apart; a page has one as a rule.
const MAX_PARTS: usize = 8;

/// Bytes of the page in the outermost `main` elements and those with the role, in ascending order.
pub(super) fn parts(html: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    // Name of the element that is open, how many of its name are open, and where it began.
    let mut open: Option<(String, usize, usize)> = None;
    let mut scanner = Scanner::new(html);
    loop {
        let at = scanner.at();
        let Some(markup) = scanner.next() else { break };
        match (markup, &mut open) {
            (Markup::Start { name, is_void: false, .. }, Some((opened, depth, _))) if name == *opened => {
                *depth += 1;
            }
            (Markup::Start { name, attributes, is_void: false }, None) if is_main(&name, attributes) => {
                open = Some((name, 1, at));
            }
            (Markup::End { name }, Some((opened, depth, start))) if name == *opened => {
                *depth -= 1;
                if *depth == 0 {
                    parts.push(*start..at);
                    open = None;
                    if parts.len() == MAX_PARTS {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    parts.extend(open.map(|(_, _, start)| start..html.len()));
    parts
}

fn is_main(name: &str, attributes: &str) -> bool {
    let has_role = || {
        let attributes = attributes.to_ascii_lowercase();
        ["role=\"main\"", "role='main'", "role=main"].iter().any(|role| attributes.contains(role))
    };
    name == "main" || (attributes.len() <= 1024 && has_role())
}
