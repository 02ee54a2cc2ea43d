//! Where sources lie: the places above a source, of which each is the beginning of all that lies below it.

use std::fmt;

use crate::error::{Error, Result};
use crate::id::SourceUri;

/// Most places above a source that conditions can name, from the outermost.
pub const MAX_PLACE_DEPTH: usize = 64;

/// A place that sources lie below: a scheme such as `text:`, or what ends with a slash, such as `file:///srv/docs/`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place(String);

impl Place {
    /// Reads a place; a slash is added where it ends with none and is no scheme.
    ///
    /// `InvalidArgument` where it is empty, longer than a source may be, or deeper than [`MAX_PLACE_DEPTH`].
    pub fn try_new(text: &str) -> Result<Self> {
        if text.is_empty() || text.len() >= SourceUri::MAX_LEN {
            return Err(refused("needs a place of 1 to 4095 bytes behind under"));
        }
        let mut place = text.to_owned();
        if !text.ends_with('/') && !is_scheme(text) {
            place.push('/');
        }
        if boundaries(&place).count() > MAX_PLACE_DEPTH {
            return Err(refused(&format!("needs a place of at most {MAX_PLACE_DEPTH} levels behind under")));
        }
        Ok(Self(place))
    }

    /// The beginning of every source below.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a source lies below.
    pub fn holds(&self, source: &SourceUri) -> bool {
        source.as_str().starts_with(&self.0)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The places that a source lies below, outermost first; those beyond [`MAX_PLACE_DEPTH`] are left out.
pub(crate) fn places_above(source: &str) -> impl Iterator<Item = &str> {
    boundaries(source).take(MAX_PLACE_DEPTH).filter_map(|end| source.get(..end))
}

fn refused(rule: &str) -> Error {
    Error::invalid("filter", rule)
        .with_help("name a folder or a scheme: source under \"file:///srv/docs/\", source under \"text:\"")
}

fn is_scheme(text: &str) -> bool {
    text.find([':', '/']).is_some_and(|at| at + 1 == text.len() && text.ends_with(':'))
}

/// Where the scheme ends, and behind each slash.
fn boundaries(text: &str) -> impl Iterator<Item = usize> {
    let scheme = text.find([':', '/']).filter(|at| text.get(*at..=*at) == Some(":"));
    scheme.into_iter().chain(text.match_indices('/').map(|(at, _)| at)).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> SourceUri {
        SourceUri::try_new(text).expect("is a source")
    }

    #[test]
    fn a_source_lies_below_each_of_its_places() {
        let cases: [(&str, &[&str]); 5] = [
            ("file:///a/b.md", &["file:", "file:/", "file://", "file:///", "file:///a/"]),
            ("text:note", &["text:"]),
            ("text:a/b:c/d", &["text:", "text:a/", "text:a/b:c/"]),
            ("a/b:c", &["a/"]),
            ("plain", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(places_above(text).collect::<Vec<_>>(), expected, "{text}");
            for place in expected {
                assert!(Place::try_new(place).expect("is a place").holds(&source(text)), "{place} {text}");
            }
        }
    }

    #[test]
    fn a_place_ends_at_a_boundary() {
        for (text, place) in [
            ("file:///srv/docs", "file:///srv/docs/"),
            ("file:///srv/docs/", "file:///srv/docs/"),
            ("text:", "text:"),
            ("text:a", "text:a/"),
            ("text:a:", "text:a:/"),
            ("a/b:", "a/b:/"),
        ] {
            assert_eq!(Place::try_new(text).expect("is a place").as_str(), place);
        }
        let docs = Place::try_new("file:///srv/docs").expect("is a place");
        assert!(!docs.holds(&source("file:///srv/docs2/a.md")));
        assert!(!docs.holds(&source("file:///srv/docs")));
    }

    #[test]
    fn every_place_that_is_accepted_is_among_those_of_its_sources() {
        let deepest = "x/".repeat(MAX_PLACE_DEPTH);
        let place = Place::try_new(&deepest).expect("is deep enough");
        assert!(places_above(&format!("{deepest}y/z")).any(|above| above == place.as_str()));
        assert!(Place::try_new(&format!("{deepest}y")).is_err());
        assert!(Place::try_new("").is_err());
        assert!(Place::try_new(&"x".repeat(SourceUri::MAX_LEN)).is_err());
    }
}
