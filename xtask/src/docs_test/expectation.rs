//! Lines that a block must print.

/// Patterns that output must match, in order; other lines may stand between them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expectation {
    patterns: Vec<String>,
}

impl Expectation {
    /// Reads the patterns; a text that any output satisfies is an error.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let lines = text.lines().map(str::trim);
        let patterns: Vec<String> = lines.filter(|line| says_something(line)).map(str::to_owned).collect();
        if patterns.is_empty() {
            return Err("`text expect` expects nothing: write a line that must appear".to_owned());
        }
        Ok(Self { patterns })
    }

    /// The first pattern that the output does not show, if any.
    pub(crate) fn first_missing<'a>(&'a self, output: &[String]) -> Option<&'a str> {
        let mut lines = output.iter();
        self.patterns.iter().map(String::as_str).find(|pattern| !lines.any(|line| matches(line, pattern)))
    }
}

fn says_something(pattern: &str) -> bool {
    pattern.split("...").any(|piece| !piece.trim().is_empty())
}

/// Whether a line contains the pieces of a pattern between `...`, in order.
fn matches(line: &str, pattern: &str) -> bool {
    let mut rest = line;
    pattern.split("...").map(str::trim).all(|piece| match rest.split_once(piece) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(expected: &str, output: &str) -> Option<String> {
        let output: Vec<String> = output.lines().map(str::to_owned).collect();
        Expectation::parse(expected).unwrap().first_missing(&output).map(str::to_owned)
    }

    #[test]
    fn lines_appear_in_order_with_others_between() {
        assert_eq!(missing("a\nc\n", "a\nb\nc\n"), None);
        assert_eq!(missing("a\n...\nc\n", "a\nb\nc\n"), None);
        assert_eq!(missing("c\na\n", "a\nb\nc\n").unwrap(), "a");
    }

    #[test]
    fn one_line_does_not_serve_twice() {
        assert_eq!(missing("a\na\n", "a\n").unwrap(), "a");
    }

    #[test]
    fn dots_inside_a_line_stand_for_anything() {
        assert_eq!(missing("indexed ... files in ... s", "indexed 12 files in 0.3 s"), None);
        assert_eq!(
            missing("indexed ... files in ... s", "indexed 12 pages in 0.3 s").unwrap(),
            "indexed ... files in ... s"
        );
    }
}
