//! The outline of plain text: paragraphs between blank lines, and pages between form feeds.

use memchr::memchr_iter;

use super::{BlockKind, Outline};

/// Blocks are paragraphs; `kind` says whether they are prose or lines.
pub(crate) fn outline(text: &str, kind: BlockKind) -> Outline {
    let mut outline = Outline::new();
    let mut level = 0;
    let mut is_open = false;
    let mut start = 0;
    let ends = memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1).chain([text.len()]);
    for end in ends {
        let line = text.get(start..end).unwrap_or_default();
        let has_page_break = line.starts_with('\u{c}');
        if has_page_break {
            level = 0;
            is_open = false;
        }
        if line.bytes().all(|byte| byte.is_ascii_whitespace()) {
            is_open = false;
        } else if !is_open {
            outline.block(start, 0, level, kind);
            level = 1;
            is_open = true;
        }
        start = end;
    }
    outline
}

/// First line, where it stands alone like a title: short, followed by a blank line, and not all there is.
pub(crate) fn title(text: &str) -> Option<String> {
    const MAX_TITLE_BYTES: usize = 200;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let (first, rest) = text.split_once('\n')?;
    let (second, rest) = rest.split_once('\n')?;
    let stands_alone = second.trim().is_empty() && !rest.trim().is_empty();
    (stands_alone && first.len() <= MAX_TITLE_BYTES).then(|| super::fold_heading(first))
}
