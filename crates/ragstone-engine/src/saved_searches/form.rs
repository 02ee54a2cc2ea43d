//! The form in which a search is kept, apart from the domain (decision 5); its query stands beside it.
//!
//! A form carries a number. Whoever changes what is written gives it the next one, and goes on reading the others.

use ragstone_core::detail::Detail;
use ragstone_core::facet::FacetField;
use ragstone_core::index::Accuracy;
use ragstone_core::query::{FusionMethod, SourceWeight};
use ragstone_core::saved_search::StoredSearch;
use ragstone_core::{CollectionName, Error, ErrorKind, Result, SearchDefinition, SearchMode, SearchOptions};
use serde::{Deserialize, Serialize};

/// Number of the form that is written.
const VERSION: u32 = 1;

/// The number alone, whatever else a form holds.
#[derive(Deserialize)]
struct Numbered {
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u32,
    collections: Vec<CollectionName>,
    filter: Option<String>,
    limit: u32,
    mode: KeptMode,
    detail: KeptDetail,
    min_score: Option<f32>,
    per_document: Option<u32>,
    diversity: Option<f32>,
    half_life_days: Option<f32>,
    source_weights: Vec<(String, f32)>,
    fusion: KeptFusion,
    accuracy: KeptAccuracy,
    weight: Option<f32>,
    is_reranked: bool,
    typo_tolerance: Option<bool>,
    is_explained: bool,
    facets: Vec<String>,
}

/// Writes a search without its query.
pub(super) fn write(search: &SearchDefinition) -> Result<String> {
    serde_json::to_string(&Form::from(search))
        .map_err(|error| Error::new(ErrorKind::Unexpected, "a search cannot be kept").with_source(error))
}

/// Reads a search with its query; `FailedPrecondition` where it is kept in another form than those that are known.
pub(super) fn read(stored: &StoredSearch) -> Result<SearchDefinition> {
    let Numbered { version } = serde_json::from_str(&stored.form).map_err(unreadable)?;
    match version {
        VERSION => {
            let form: Form = serde_json::from_str(&stored.form).map_err(unreadable)?;
            form.into_definition(&stored.entry.query)
        }
        other => Err(unreadable(format!("form {other}"))),
    }
}

fn unreadable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(
        ErrorKind::FailedPrecondition,
        "the search was saved by a version whose form this one does not read",
    )
    .with_help("save the search again under the same name")
    .with_source(source)
}

impl From<&SearchDefinition> for Form {
    fn from(search: &SearchDefinition) -> Self {
        let options = &search.options;
        let weights = options.source_weights.iter();
        Self {
            version: VERSION,
            collections: search.collections.clone(),
            filter: search.filter.clone(),
            limit: search.limit,
            mode: search.mode.into(),
            detail: search.detail.into(),
            min_score: options.min_score,
            per_document: options.per_document,
            diversity: options.diversity,
            half_life_days: options.half_life_days,
            source_weights: weights.map(|one| (one.prefix.clone(), one.weight)).collect(),
            fusion: options.fusion.into(),
            accuracy: options.accuracy.into(),
            weight: options.weight,
            is_reranked: options.is_reranked,
            typo_tolerance: options.typo_tolerance,
            is_explained: search.is_explained,
            facets: search.facets.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Form {
    fn into_definition(self, query: &str) -> Result<SearchDefinition> {
        let weights = self.source_weights.into_iter();
        let options = SearchOptions {
            min_score: self.min_score,
            per_document: self.per_document,
            diversity: self.diversity,
            half_life_days: self.half_life_days,
            source_weights: weights.map(|(prefix, weight)| SourceWeight { prefix, weight }).collect(),
            fusion: self.fusion.into(),
            accuracy: self.accuracy.into(),
            weight: self.weight,
            is_reranked: self.is_reranked,
            typo_tolerance: self.typo_tolerance,
        };
        let facets: Result<Vec<FacetField>> = self.facets.iter().map(|name| name.parse()).collect();
        Ok(SearchDefinition {
            text: query.to_owned(),
            collections: self.collections,
            filter: self.filter,
            limit: self.limit,
            mode: self.mode.into(),
            detail: self.detail.into(),
            options,
            is_explained: self.is_explained,
            facets: facets.map_err(unreadable)?,
        })
    }
}

/// A choice with names of its own, and both directions of it.
macro_rules! kept_choice {
    ($kept:ident of $choice:ident: $($variant:ident),*) => {
        #[derive(Clone, Copy, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum $kept {
            $($variant),*
        }

        impl From<$choice> for $kept {
            fn from(choice: $choice) -> Self {
                match choice {
                    $($choice::$variant => Self::$variant),*
                }
            }
        }

        impl From<$kept> for $choice {
            fn from(kept: $kept) -> Self {
                match kept {
                    $($kept::$variant => Self::$variant),*
                }
            }
        }
    };
}

kept_choice!(KeptMode of SearchMode: Keyword, Semantic, Hybrid);
kept_choice!(KeptDetail of Detail: Ids, Snippets, Passages, Full);
kept_choice!(KeptFusion of FusionMethod: Convex, ReciprocalRank);
kept_choice!(KeptAccuracy of Accuracy: Approximate, Exact);

#[cfg(test)]
mod tests;
