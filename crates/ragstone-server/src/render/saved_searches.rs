//! Saved searches, as a table and one by one.

use std::fmt::Write as _;

use owo_colors::OwoColorize;
use ragstone_api::saved_search::{SavedSearch, SavedSearchEntry};
use ragstone_api::search::SearchRequest;
use ragstone_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value};

use super::hit::printable;

/// Prints a table of saved searches.
pub(crate) fn saved_searches(searches: &[SavedSearchEntry]) -> Result<()> {
    let mut out = String::new();
    for search in searches {
        let description = printable(&search.description);
        let _ =
            writeln!(out, "{}  {}  {}", search.name.bold(), printable(&search.query), description.dimmed());
    }
    super::text(&out)
}

/// Prints a saved search with what it asks beyond the defaults.
pub(crate) fn saved_search(saved: &SavedSearch) -> Result<()> {
    let mut out = format!("{}\n", saved.name.bold());
    if !saved.description.is_empty() {
        let _ = writeln!(out, "{}", printable(&saved.description));
    }
    let facts =
        format!("saved by {} · first {} · last {}", saved.saved_by, saved.created_at, saved.updated_at);
    let _ = writeln!(out, "{}", printable(&facts).dimmed());
    let (asked, plain) = (fields(&saved.search)?, fields(&SearchRequest::of(""))?);
    for (option, value) in asked.iter().filter(|(option, value)| plain.get(*option) != Some(value)) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let _ = writeln!(out, "{option} ... {}", printable(&value));
    }
    super::text(&out)
}

fn fields(search: &SearchRequest) -> Result<Map<String, Value>> {
    match serde_json::to_value(search) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Ok(Map::new()),
        Err(source) => Err(Error::new(ErrorKind::Unexpected, "cannot write a search").with_source(source)),
    }
}
