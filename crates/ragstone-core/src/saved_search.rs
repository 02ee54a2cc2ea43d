//! Searches that are kept under a name.

use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result};
use crate::id::SavedSearchName;
use crate::query::{MAX_QUERY_LEN, SearchDefinition};

/// Most saved searches of a tenant.
pub const MAX_SAVED_SEARCHES: u32 = 1000;
/// Longest description in bytes.
pub const MAX_DESCRIPTION_LEN: usize = 1024;
/// Longest form in bytes.
pub const MAX_FORM_LEN: usize = 64 * 1024;

/// A search to store under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSavedSearch {
    /// Name, unique within the tenant.
    pub name: SavedSearchName,
    /// What it is for; at most [`MAX_DESCRIPTION_LEN`] bytes.
    pub description: String,
    /// What it looks for; at most [`MAX_QUERY_LEN`] bytes.
    pub query: String,
    /// How it looks for that, in a form that only the engine reads; at most [`MAX_FORM_LEN`] bytes.
    pub form: String,
}

impl NewSavedSearch {
    /// Checks lengths, and that no text has a NUL, which not every database keeps; every store refuses what fails here.
    pub fn check(&self) -> Result<()> {
        check_text("description", &self.description, MAX_DESCRIPTION_LEN)?;
        check_text("query", &self.query, MAX_QUERY_LEN)?;
        if self.form.len() > MAX_FORM_LEN {
            let rule = format!("the search is longer than the {MAX_FORM_LEN} bytes that are kept");
            return Err(
                Error::new(ErrorKind::TooLarge, rule).with_help("shorten the filter, or weigh fewer sources")
            );
        }
        check_text("form", &self.form, MAX_FORM_LEN)
    }
}

fn check_text(field: &'static str, text: &str, most: usize) -> Result<()> {
    if text.len() > most {
        return Err(Error::invalid(field, format!("must have at most {most} bytes")));
    }
    if text.contains('\0') {
        return Err(Error::invalid(field, "must not contain NUL characters"));
    }
    Ok(())
}

/// What is told of a saved search in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearchEntry {
    /// Name, unique within the tenant.
    pub name: SavedSearchName,
    /// What it is for.
    pub description: String,
    /// What it looks for.
    pub query: String,
    /// Name of the principal who saved it last.
    pub saved_by: String,
    /// When a search of the name was saved first.
    pub created_at: Timestamp,
    /// When it was saved last.
    pub updated_at: Timestamp,
}

/// A saved search as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSearch {
    /// What a listing tells.
    pub entry: SavedSearchEntry,
    /// How it looks for its query.
    pub form: String,
}

/// What saving a search did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveEffect {
    /// There was none of the name.
    Created,
    /// It took the place of another one.
    Replaced,
}

/// Receipt of a search that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveReceipt {
    /// The search as a listing tells of it.
    pub entry: SavedSearchEntry,
    /// What was done.
    pub effect: SaveEffect,
}

/// A saved search that can be read and run.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedSearch {
    /// What a listing tells.
    pub entry: SavedSearchEntry,
    /// The search.
    pub search: SearchDefinition,
}

/// The error for a search that would be one too many.
pub fn too_many() -> Error {
    Error::new(ErrorKind::FailedPrecondition, "the tenant has as many saved searches as it may have")
        .with_context("most", MAX_SAVED_SEARCHES)
        .with_help("delete a saved search that is not used any more, or replace one by saving under its name")
}

/// The error for a name that no saved search has.
pub fn not_found(name: &SavedSearchName) -> Error {
    Error::new(ErrorKind::NotFound, "there is no such saved search")
        .with_context("search", name)
        .with_help("list the saved searches, or save this one first")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(description: &str, query: &str, form: &str) -> NewSavedSearch {
        NewSavedSearch {
            name: SavedSearchName::try_new("a").expect("valid"),
            description: description.to_owned(),
            query: query.to_owned(),
            form: form.to_owned(),
        }
    }

    #[test]
    fn long_texts_and_nul_are_refused() {
        let refused = |search: NewSavedSearch| search.check().map_err(|error| error.kind());
        let long = |len: usize| "x".repeat(len);
        assert_eq!(refused(search(&long(1024), &long(8192), &long(65_536))), Ok(()));
        let bad = Err(ErrorKind::InvalidArgument);
        assert_eq!(refused(search(&long(1025), "", "")), bad);
        assert_eq!(refused(search("", &long(8193), "")), bad);
        assert_eq!(refused(search("", "", &long(65_537))), Err(ErrorKind::TooLarge));
        for nul in [search("\0", "", ""), search("", "a\0", ""), search("", "", "\0b")] {
            assert_eq!(refused(nul), bad);
        }
    }
}
