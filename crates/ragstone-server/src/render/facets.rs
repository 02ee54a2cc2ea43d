//! Values of fields with the numbers of their documents.

use std::fmt::Write as _;

use owo_colors::OwoColorize as _;
use ragstone_api::facets::FacetsResponse;
use ragstone_core::metadata::MetadataValue;

use super::hit::printable;

/// One block for each field.
pub(crate) fn facets(answer: &FacetsResponse) -> String {
    let mut out = String::new();
    for facet in &answer.facets {
        let _ = writeln!(out, "{}", facet.field.bold());
        for count in &facet.values {
            let value = match &count.value {
                MetadataValue::Text(text) => printable(text).replace('\n', " "),
                MetadataValue::Boolean(truth) => truth.to_string(),
                MetadataValue::Integer(number) => number.to_string(),
                MetadataValue::Float(number) => number.to_string(),
            };
            let _ = writeln!(out, "{:>8}  {value}", count.documents);
        }
        if facet.has_more {
            let _ = writeln!(out, "{:>8}  {}", "", "and others".dimmed());
        }
        if facet.values.is_empty() {
            let _ = writeln!(out, "{:>8}  {}", "", "no values".dimmed());
        }
    }
    for missing in &answer.incomplete {
        let line = format!("incomplete: {}: {}", missing.collection, missing.reason);
        let _ = writeln!(out, "{}", line.yellow());
    }
    out
}
