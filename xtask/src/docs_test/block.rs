//! One shell block and what its info string asks for.

use std::time::Duration;

use super::expectation::Expectation;

const DEFAULT_LIMIT: Duration = Duration::from_mins(20);

/// A block to run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) line: usize,
    pub(crate) script: String,
    pub(crate) mark: Mark,
    pub(crate) expectation: Option<Expectation>,
}

/// The options of `sh run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Text whose appearance says that a server is ready; it then runs on in the background.
    pub(crate) background: Option<String>,
    /// Stop what runs in the background before this block.
    pub(crate) after_stop: bool,
    pub(crate) exit: i32,
    pub(crate) limit: Duration,
}

impl Default for Mark {
    fn default() -> Self {
        Self { background: None, after_stop: false, exit: 0, limit: DEFAULT_LIMIT }
    }
}

/// What an info string says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Info {
    Run(Mark),
    NoRun,
    Expect,
    /// Not a shell block.
    Other,
}

impl Info {
    /// Reads an info string; a shell block without a usable mark is an error.
    pub(crate) fn parse(info: &str) -> Result<Self, String> {
        let words = words(info);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["text", "expect"] => Ok(Self::Expect),
            ["sh", "run", options @ ..] => mark(options).map(Self::Run),
            ["sh", word] if word.strip_prefix("norun=").is_some_and(|reason| !reason.trim().is_empty()) => {
                Ok(Self::NoRun)
            }
            ["sh", ..] => Err("mark the block `sh run` or `sh norun=\"reason\"`".to_owned()),
            [shell @ ("bash" | "shell" | "zsh" | "console"), ..] => {
                Err(format!("write `sh` instead of `{shell}`, with a mark"))
            }
            _ => Ok(Self::Other),
        }
    }
}

fn mark(options: &[&str]) -> Result<Mark, String> {
    let mut mark = Mark::default();
    for option in options {
        match option.split_once('=') {
            Some(("background", ready)) => {
                let text = ready.strip_prefix("ready:").filter(|text| !text.is_empty());
                mark.background = Some(text.ok_or("write `background=ready:\"text\"`")?.to_owned());
            }
            // Ctrl-C at the end of the page is what always happens; the word makes it visible.
            Some(("stop", "ctrl-c")) => {}
            Some(("after", "stop")) => mark.after_stop = true,
            Some(("exit", code)) => mark.exit = code.parse().map_err(|_| "write `exit=<number>`")?,
            Some(("timeout", seconds)) => {
                let seconds = seconds.parse().map_err(|_| "write `timeout=<seconds>`")?;
                mark.limit = Duration::from_secs(seconds);
            }
            _ => return Err(format!("unknown option `{option}`")),
        }
    }
    Ok(mark)
}

/// Splits at white space outside double quotes, and drops the quotes.
fn words(info: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in info.chars() {
        match character {
            '"' => quoted = !quoted,
            white if white.is_whitespace() && !quoted => words.push(String::new()),
            other => {
                if let Some(word) = words.last_mut() {
                    word.push(other);
                }
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(info: &str) -> Mark {
        match Info::parse(info) {
            Ok(Info::Run(mark)) => mark,
            other => panic!("{info}: {other:?}"),
        }
    }

    #[test]
    fn plain_run_has_the_defaults() {
        assert_eq!(run("sh run"), Mark::default());
    }

    #[test]
    fn options_are_read() {
        let mark = run("sh run background=ready:\"ready to answer\" stop=ctrl-c timeout=60");
        assert_eq!(mark.background.as_deref(), Some("ready to answer"));
        assert_eq!(mark.limit, Duration::from_mins(1));
        assert_eq!(run("sh run exit=2 after=stop"), Mark { exit: 2, after_stop: true, ..Mark::default() });
    }

    #[test]
    fn a_reason_not_to_run_is_needed() {
        assert_eq!(Info::parse("sh norun=\"needs a cluster\""), Ok(Info::NoRun));
        for info in [
            "sh",
            "sh norun",
            "sh norun=\"\"",
            "sh ran",
            "bash",
            "console",
            "sh run fast=yes",
            "sh run exit=x",
        ] {
            assert!(Info::parse(info).is_err(), "{info}");
        }
    }

    #[test]
    fn other_blocks_are_left_alone() {
        for info in ["", "rust", "text", "toml", "json"] {
            assert_eq!(Info::parse(info), Ok(Info::Other), "{info}");
        }
        assert_eq!(Info::parse("text expect"), Ok(Info::Expect));
    }
}
