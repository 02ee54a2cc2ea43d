//! Globs over sources, in the shapes that an index of exact words can look up.
//!
//! A source is cut at its slashes. A glob says what it begins with, what its last segments are, and how many there
//! are; every such part is a word that an index holds, so that no index has to try patterns.

use std::fmt;

use super::place::Place;
use crate::error::{Error, Result};
use crate::id::SourceUri;

/// Most segments that a glob may have behind its beginning or behind `**`.
pub const MAX_GLOB_TAIL: usize = 8;
/// Most dots in the ending of `*.ending`.
pub const MAX_GLOB_DOTS: usize = 4;

const HELP: &str = "write names as they are, * for one whole segment, *.ending for the last one, and one ** for any number \
    of segments: \"**/api/*.md\", \"file:///srv/**/README.md\", \"**/tests/**\"; for more, join conditions with and and or";

/// A glob, as [globset](https://docs.rs/globset) reads it with `literal_separator`: `*` stays in one segment, `**`
/// crosses them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceGlob {
    text: String,
    /// What the source begins with.
    below: Option<Place>,
    /// What some segment but the last one is.
    directory: Option<String>,
    /// What the last segments are, the very last one first.
    tail: Vec<GlobSegment>,
    least: usize,
    is_open: bool,
}

/// What a glob says of one segment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GlobSegment {
    /// Nothing.
    Any,
    /// It is this.
    Is(String),
    /// It ends with this, which begins with a dot.
    Ends(String),
}

impl SourceGlob {
    /// Reads a glob; `InvalidArgument` where it is of no shape that can be looked up.
    pub fn try_new(text: &str) -> Result<Self> {
        if text.is_empty() || text.len() > SourceUri::MAX_LEN {
            return Err(refused("must have 1 to 4096 bytes"));
        }
        if let Some(mark) = text.chars().find(|mark| matches!(mark, '?' | '[' | ']' | '{' | '}' | '\\')) {
            return Err(refused(&format!("must not have {mark}")));
        }
        let segments: Vec<&str> = text.split('/').collect();
        let crossings = segments.iter().filter(|segment| **segment == "**").count();
        match (segments.as_slice(), crossings) {
            (["**", ""], _) => Err(refused("must not end with **/; ** alone is everything")),
            (_, 0) => Self::fixed(text, &segments),
            (_, 1) => Self::crossing(text, &segments),
            (["**", directory, "**", tail @ ..], 2) if tail.len() <= 1 => Self::around(text, directory, tail),
            _ => Err(refused("must have one **, or be of the form **/NAME/**")),
        }
    }

    /// What every source that it matches lies below.
    pub const fn below(&self) -> Option<&Place> {
        self.below.as_ref()
    }

    /// The name of some folder above every source that it matches.
    pub fn directory(&self) -> Option<&str> {
        self.directory.as_deref()
    }

    /// What the last segments are, the very last one first.
    pub fn tail(&self) -> &[GlobSegment] {
        &self.tail
    }

    /// How many segments a source has: at least, where nothing else says so, and at most.
    pub fn depth(&self) -> (Option<usize>, Option<usize>) {
        let named = self.tail.iter().rposition(|part| *part != GlobSegment::Any).map(|behind| behind + 1);
        let below = self.below.as_ref().map(|place| place.as_str().matches('/').count() + 1);
        let directory = self.directory.as_ref().map(|_| 2);
        let implied = [named, below, directory].into_iter().flatten().fold(1, usize::max);
        ((self.least > implied).then_some(self.least), (!self.is_open).then_some(self.least))
    }

    /// Whether a source matches.
    pub fn matches(&self, source: &SourceUri) -> bool {
        let segments: Vec<&str> = source.as_str().split('/').collect();
        let is_deep = segments.len() == self.least || (self.is_open && segments.len() > self.least);
        is_deep
            && self.below.as_ref().is_none_or(|place| place.holds(source))
            && self
                .directory
                .as_ref()
                .is_none_or(|name| directories(source.as_str()).any(|held| held == name))
            && self.tail.iter().zip(segments.iter().rev()).all(|(part, segment)| part.matches(segment))
    }

    /// A glob without `**`: a beginning without wildcards, and the rest.
    fn fixed(text: &str, segments: &[&str]) -> Result<Self> {
        let plain = segments.iter().take_while(|segment| !segment.contains('*')).count();
        let (beginning, rest) = segments.split_at(plain.min(segments.len().saturating_sub(1)));
        Ok(Self {
            text: text.to_owned(),
            below: place(beginning)?,
            directory: None,
            tail: tail(rest)?,
            least: segments.len(),
            is_open: false,
        })
    }

    /// A glob with one `**`.
    fn crossing(text: &str, segments: &[&str]) -> Result<Self> {
        let mut parts = segments.split(|segment| *segment == "**");
        let (head, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let plain = head.iter().take_while(|segment| !segment.contains('*')).count();
        let (beginning, wild) = head.split_at(plain);
        if wild.iter().any(|segment| *segment != "*") {
            return Err(refused("must not have names between * and **"));
        }
        let least = head.len() + rest.len() + usize::from(rest.is_empty());
        let (below, tail) = (place(beginning)?, tail(rest)?);
        Ok(Self { text: text.to_owned(), below, directory: None, tail, least, is_open: true })
    }

    /// A glob of the form `**/NAME/**`, with at most one segment behind.
    fn around(text: &str, directory: &str, rest: &[&str]) -> Result<Self> {
        let GlobSegment::Is(directory) = segment(directory, false)? else {
            return Err(refused("must have a name between ** and **"));
        };
        let directory = Some(directory);
        Ok(Self { text: text.to_owned(), below: None, directory, tail: tail(rest)?, least: 2, is_open: true })
    }
}

impl fmt::Display for SourceGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl GlobSegment {
    fn matches(&self, segment: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Is(name) => segment == name,
            Self::Ends(ending) => segment.ends_with(ending.as_str()),
        }
    }
}

/// The last segment of a source.
pub(crate) fn name_of(source: &str) -> &str {
    source.rsplit('/').next().unwrap_or_default()
}

/// The segments of a source but the last one.
pub(crate) fn directories(source: &str) -> impl Iterator<Item = &str> {
    source.rsplit('/').skip(1)
}

/// The endings of a name that `*.ending` can ask for.
pub(crate) fn endings(name: &str) -> impl Iterator<Item = &str> {
    name.rmatch_indices('.').take(MAX_GLOB_DOTS).filter_map(|(at, _)| name.get(at..))
}

fn place(beginning: &[&str]) -> Result<Option<Place>> {
    if beginning.is_empty() {
        return Ok(None);
    }
    Place::try_new(&format!("{}/", beginning.join("/")))
        .map(Some)
        .map_err(|_| refused("must not begin so deep"))
}

fn tail(segments: &[&str]) -> Result<Vec<GlobSegment>> {
    if segments.len() > MAX_GLOB_TAIL {
        let rule = format!("must have at most {MAX_GLOB_TAIL} segments behind its beginning or **");
        return Err(refused(&rule));
    }
    segments.iter().rev().enumerate().map(|(at, text)| segment(text, at == 0)).collect()
}

fn segment(text: &str, is_last: bool) -> Result<GlobSegment> {
    if !text.contains('*') {
        return Ok(GlobSegment::Is(text.to_owned()));
    }
    if text == "*" {
        return Ok(GlobSegment::Any);
    }
    let ending = text.strip_prefix('*').filter(|ending| ending.starts_with('.') && !ending.contains('*'));
    match ending {
        Some(ending) if is_last && ending.matches('.').count() <= MAX_GLOB_DOTS => {
            Ok(GlobSegment::Ends(ending.to_owned()))
        }
        _ => Err(refused("must have * for a whole segment, or *.ending as the last one")),
    }
}

fn refused(rule: &str) -> Error {
    Error::invalid("filter", format!("has a glob that cannot be looked up: it {rule}")).with_help(HELP)
}

#[cfg(test)]
mod tests {
    use globset::GlobBuilder;
    use proptest::prelude::*;

    use super::*;

    fn source(text: &str) -> SourceUri {
        SourceUri::try_new(text).expect("is a source")
    }

    #[track_caller]
    fn check(glob: &str, text: &str, expected: bool) {
        let read = SourceGlob::try_new(glob).expect("is read");
        assert_eq!(read.matches(&source(text)), expected, "{glob} {text}");
    }

    #[test]
    fn stars_stay_in_a_segment_and_double_stars_cross() {
        check("**/api/*.md", "file:///srv/api/a.md", true);
        check("**/api/*.md", "file:///srv/api/x/a.md", false);
        check("**/api/*.md", "file:///srv/api/a.mdx", false);
        check("**/api/**", "file:///srv/api/x/a.md", true);
        check("**/api/**", "file:///srv/x/api", false);
        check("**/api/**/*.md", "file:///srv/api/x/y/a.md", true);
        check("file:///srv/**", "file:///srv/a/b.md", true);
        check("file:///srv/**", "file:///srv2/a.md", false);
        check("file:///srv/*/README.md", "file:///srv/a/README.md", true);
        check("file:///srv/*/README.md", "file:///srv/a/b/README.md", false);
        check("file:///srv/b/**/b/c.md", "file:///srv/b/c.md", false);
        check("*.tar.gz", "x.tar.gz", true);
        check("**", "text:a", true);
    }

    #[test]
    fn other_shapes_are_refused_with_help() {
        let deep = format!("**/{}", "a/".repeat(MAX_GLOB_TAIL));
        let below = format!("{}*", "a/".repeat(100));
        for glob in [
            "",
            "a?",
            "[ab]",
            "{a,b}",
            "a\\*",
            "a*",
            "*a",
            "a**",
            "***",
            "**/*.md/a",
            "*/a/**",
            "a/**/b/**",
            "**/a/**/b/c",
            "**/**/a",
            "**/*/**",
            "**/a/**/**",
            "**/",
            "*.a.b.c.d.e",
            "*.*",
            &deep,
            &below,
        ] {
            let error = SourceGlob::try_new(glob).expect_err(glob);
            assert_eq!(error.kind(), crate::error::ErrorKind::InvalidArgument, "{glob}");
            assert!(error.help().is_some(), "{glob}");
        }
    }

    fn segments(names: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(names), 1..most).prop_map(|parts| parts.join("/"))
    }

    proptest! {
        /// What is accepted means what globset means by it.
        #[test]
        fn globs_agree_with_globset(
            glob in segments(&["**", "*", "a", "b", "", "*.md", "x.md", ".md", "*.tar.gz", "file:"], 7),
            sources in proptest::collection::vec(
                segments(&["a", "b", "c", "", "x.md", "y.md", ".md", "z.tar.gz", "file:", "a.md.x"], 8),
                1..20,
            ),
        ) {
            let Ok(read) = SourceGlob::try_new(&glob) else { return Ok(()) };
            let model = GlobBuilder::new(&glob).literal_separator(true).build().expect("is a glob");
            let model = model.compile_matcher();
            for text in sources.iter().filter(|text| !text.is_empty()) {
                prop_assert_eq!(read.matches(&source(text)), model.is_match(text), "{} {}", glob, text);
            }
        }
    }
}
