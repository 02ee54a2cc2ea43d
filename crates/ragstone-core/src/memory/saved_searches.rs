//! Saved searches in the in-memory catalog.

use super::MemoryCatalog;
use super::catalog::{is_behind, page_of};
use crate::context::CallContext;
use crate::error::Result;
use crate::id::SavedSearchName;
use crate::page::{Page, PageRequest};
use crate::port::SavedSearchStore;
use crate::saved_search::{
    MAX_SAVED_SEARCHES, NewSavedSearch, SaveEffect, SaveReceipt, SavedSearchEntry, StoredSearch, not_found,
    too_many,
};

impl SavedSearchStore for MemoryCatalog {
    async fn save_search(&self, ctx: &CallContext, new: NewSavedSearch) -> Result<SaveReceipt> {
        new.check()?;
        self.keys().bind(ctx, || self.save(ctx, new))
    }

    async fn saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<StoredSearch> {
        let key = (ctx.tenant().clone(), name.clone());
        self.state().saved_searches.get(&key).cloned().ok_or_else(|| not_found(name))
    }

    async fn saved_searches(&self, ctx: &CallContext, page: &PageRequest) -> Result<Page<SavedSearchEntry>> {
        let state = self.state();
        let own = state.saved_searches.iter().filter(|((tenant, _), _)| tenant == ctx.tenant());
        let entries =
            own.map(|(_, stored)| &stored.entry).filter(|entry| is_behind(page, entry.name.as_str()));
        Ok(page_of(entries, page, |entry| entry.name.to_string()).map(SavedSearchEntry::clone))
    }

    async fn delete_saved_search(&self, ctx: &CallContext, name: &SavedSearchName) -> Result<()> {
        let key = (ctx.tenant().clone(), name.clone());
        self.keys()
            .bind(ctx, || self.state().saved_searches.remove(&key).map(|_| ()).ok_or_else(|| not_found(name)))
    }
}

impl MemoryCatalog {
    fn save(&self, ctx: &CallContext, new: NewSavedSearch) -> Result<SaveReceipt> {
        let mut state = self.state();
        let key = (ctx.tenant().clone(), new.name.clone());
        let replaced = state.saved_searches.get(&key).map(|stored| stored.entry.created_at);
        let held = state.saved_searches.keys().filter(|(tenant, _)| tenant == ctx.tenant()).count();
        if replaced.is_none() && held >= MAX_SAVED_SEARCHES as usize {
            return Err(too_many());
        }
        let now = self.now();
        let entry = SavedSearchEntry {
            name: new.name,
            description: new.description,
            query: new.query,
            saved_by: ctx.principal().name().to_owned(),
            created_at: replaced.unwrap_or(now),
            updated_at: now,
        };
        state.saved_searches.insert(key, StoredSearch { entry: entry.clone(), form: new.form });
        let effect = replaced.map_or(SaveEffect::Created, |_| SaveEffect::Replaced);
        Ok(SaveReceipt { entry, effect })
    }
}
