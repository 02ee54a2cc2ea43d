//! Finds the fenced blocks of a Markdown page.

use super::block::{Block, Info};
use super::expectation::Expectation;

/// The blocks of a page to run, and what is wrong with the others, as `line: message`.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) blocks: Vec<Block>,
    pub(crate) problems: Vec<String>,
    /// Whether the block above, of any kind but an expectation, is one that runs.
    above_runs: bool,
}

/// A fenced block as it stands on the page.
struct Fenced<'a> {
    line: usize,
    info: &'a str,
    text: String,
    is_closed: bool,
}

impl Page {
    pub(crate) fn parse(text: &str) -> Self {
        let mut page = Self::default();
        for fenced in fenced(text) {
            let line = fenced.line;
            if let Err(problem) = page.add(fenced) {
                page.problems.push(format!("{line}: {problem}"));
            }
        }
        page
    }

    fn add(&mut self, fenced: Fenced<'_>) -> Result<(), String> {
        if !fenced.is_closed {
            return Err("the block has no closing fence".to_owned());
        }
        let info = Info::parse(fenced.info)?;
        let is_expectation = info == Info::Expect;
        if is_expectation && !self.above_runs {
            return Err("`text expect` has no block above it that runs".to_owned());
        }
        self.above_runs = matches!(info, Info::Run(_));
        match info {
            Info::Run(mark) => {
                self.blocks.push(Block { line: fenced.line, script: fenced.text, mark, expectation: None });
            }
            Info::Expect => {
                let block = self.blocks.last_mut().ok_or("`text expect` has no block above it")?;
                block.expectation = Some(Expectation::parse(&fenced.text)?);
            }
            Info::NoRun | Info::Other => {}
        }
        Ok(())
    }
}

/// Blocks between fences of three or more backticks or tildes; the indentation of the fence, as in a list, is
/// taken off the lines.
fn fenced(text: &str) -> Vec<Fenced<'_>> {
    let mut blocks = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((line, opening)) = lines.next() {
        let Some((indent, fence, info)) = opening_fence(opening) else {
            continue;
        };
        let mut block = Fenced { line, info, text: String::new(), is_closed: false };
        for (_, content) in lines.by_ref() {
            if closes(content, fence) {
                block.is_closed = true;
                break;
            }
            let indented = content.len() - content.trim_start().len();
            block.text.push_str(&content[indented.min(indent)..]);
            block.text.push('\n');
        }
        blocks.push(block);
    }
    blocks
}

fn opening_fence(line: &str) -> Option<(usize, &str, &str)> {
    let rest = line.trim_start();
    let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let info = rest.trim_start_matches(mark);
    let fence = &rest[..rest.len() - info.len()];
    (fence.len() >= 3 && !info.contains('`')).then(|| (line.len() - rest.len(), fence, info.trim()))
}

fn closes(line: &str, fence: &str) -> bool {
    line.trim().strip_prefix(fence).is_some_and(|rest| rest.chars().all(|mark| fence.starts_with(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_their_expectations_are_found() {
        let page = Page::parse(
            "# Title\n\n```sh run\ncargo --version\n```\n\nIt prints:\n\n```text expect\ncargo 1\n```\n\n```rust\nfn a() {}\n```\n",
        );
        assert_eq!(page.problems, Vec::<String>::new());
        assert_eq!(page.blocks.len(), 1);
        assert_eq!((page.blocks[0].line, page.blocks[0].script.as_str()), (3, "cargo --version\n"));
        assert!(page.blocks[0].expectation.is_some());
    }

    #[test]
    fn indented_blocks_lose_their_indentation() {
        let page = Page::parse("1. First\n\n   ```sh run\n   echo a\n     echo b\n   ```\n");
        assert_eq!(page.blocks[0].script, "echo a\n  echo b\n");
    }

    #[test]
    fn longer_fences_hold_shorter_ones() {
        let page = Page::parse("````text\n```sh\nnot a block\n```\n````\n~~~sh run\necho a\n~~~\n");
        assert_eq!((page.blocks.len(), page.problems.len()), (1, 0));
    }

    #[test]
    fn an_expectation_belongs_to_the_block_right_above() {
        let run = "```sh run\necho a\n```\n\n";
        let expect = "```text expect\na\n```\n\n";
        assert_eq!(Page::parse(&format!("{run}{expect}")).problems, Vec::<String>::new());
        for between in ["```sh norun=\"slow\"\nls\n```\n\n", "```json\n{}\n```\n\n", expect] {
            assert_eq!(Page::parse(&format!("{run}{between}{expect}")).problems.len(), 1, "{between}");
        }
    }

    #[test]
    fn an_expectation_of_nothing_is_a_problem() {
        for text in ["", "...\n", "... ...\n"] {
            let page = Page::parse(&format!("```sh run\necho a\n```\n\n```text expect\n{text}```\n"));
            assert_eq!(page.problems.len(), 1, "{text}");
        }
    }

    #[test]
    fn an_open_fence_is_a_problem() {
        assert_eq!(Page::parse("```sh run\necho a\n").problems.len(), 1);
    }

    #[test]
    fn unmarked_and_lonely_blocks_are_problems() {
        let page = Page::parse("```text expect\na\n```\n\n```sh\nls\n```\n");
        assert_eq!(page.problems.len(), 2);
        assert!(page.problems[0].starts_with("1: "), "{:?}", page.problems);
        assert!(page.problems[1].starts_with("5: "), "{:?}", page.problems);
    }
}
