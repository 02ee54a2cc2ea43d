//! A filter on an attribute that no document has is a mistake, not an empty result.

use std::collections::BTreeSet;
use std::sync::Arc;

use ragstone_core::collection::Collection;
use ragstone_core::{CallContext, Error, Result, SearchQuery};

use crate::engine::Engine;

/// Most keys that the help text names.
const NAMED_KEYS: usize = 20;

impl Engine {
    /// Refuses a filter that looks at a metadata key which no document in scope has ever had, as far as the caller may
    /// know.
    pub(super) async fn check_filter(
        &self,
        ctx: &CallContext,
        query: &SearchQuery,
        collections: &[Arc<Collection>],
    ) -> Result<()> {
        let wanted = query.filter().map(|filter| filter.metadata_keys()).unwrap_or_default();
        self.check_keys(ctx, "filter", wanted, collections).await
    }

    /// Refuses metadata keys of an option that no document in scope has ever had, as far as the caller may know.
    pub(crate) async fn check_keys(
        &self,
        ctx: &CallContext,
        option: &'static str,
        wanted: Vec<&str>,
        collections: &[Arc<Collection>],
    ) -> Result<()> {
        if wanted.is_empty() {
            return Ok(());
        }
        let mut known = BTreeSet::new();
        for collection in collections {
            known.extend(self.catalog().metadata_keys(ctx, collection.id).await?);
        }
        match wanted.into_iter().find(|key| !known.contains(*key)) {
            None => Ok(()),
            Some(missing) => {
                Err(Error::invalid(option, format!("names the unknown field metadata.{missing}"))
                    .with_help(help(&known)))
            }
        }
    }
}

fn help(known: &BTreeSet<String>) -> String {
    if known.is_empty() {
        return "no document that is searched has metadata".to_owned();
    }
    let named: Vec<String> = known.iter().take(NAMED_KEYS).map(|key| format!("metadata.{key}")).collect();
    format!("fields in use are {}{}", named.join(", "), if known.len() > NAMED_KEYS { ", …" } else { "" })
}
