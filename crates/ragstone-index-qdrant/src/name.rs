//! Names of collections and aliases in Qdrant.
//!
//! A target is the alias `<prefix>.<tenant>.<collection>`, which stands for the physical collection
//! `<alias>.<generation>`. Neither part can hold a dot, so names are read back without doubt. That of a second slot is
//! `<alias>_1`, which no earlier version takes for a target, nor its collections for generations of the first.

use ragstone_core::index::{IndexSlot, IndexTarget};
use ragstone_core::{GenerationId, TenantId};

/// Name that stands for a target, whatever its generation.
pub(crate) fn alias(prefix: &str, target: &IndexTarget) -> String {
    format!("{prefix}.{}.{}{}", target.tenant.as_str(), target.collection, target.slot.suffix())
}

/// Name of the collection that holds one generation of a target.
pub(crate) fn physical(alias: &str, generation: GenerationId) -> String {
    format!("{alias}.{generation}")
}

/// Whether a collection of Qdrant is some generation of the target behind an alias.
pub(crate) fn is_generation(alias: &str, collection: &str) -> bool {
    collection.strip_prefix(alias).is_some_and(|rest| rest.starts_with('.'))
}

/// Target that an alias stands for; `None` for names that are not of this index.
pub(crate) fn target(prefix: &str, alias: &str) -> Option<IndexTarget> {
    let (tenant, name) = alias.strip_prefix(prefix)?.strip_prefix('.')?.split_once('.')?;
    let (collection, slot) = IndexSlot::split(name);
    Some(IndexTarget { tenant: TenantId::try_new(tenant).ok()?, collection: collection.parse().ok()?, slot })
}

#[cfg(test)]
mod tests {
    use ragstone_core::CollectionId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn names_are_read_back_and_never_mistaken() {
        let tenant = TenantId::try_new("a-b_c").expect("a tenant");
        let collection = CollectionId::from_uuid(Uuid::from_u128(5));
        let wanted = IndexTarget { tenant, collection, slot: IndexSlot::First };
        let second = IndexTarget { slot: IndexSlot::Second, ..wanted.clone() };
        let beside = alias("ragstone", &second);
        assert_eq!(target("ragstone", &beside), Some(second));
        let alias = alias("ragstone", &wanted);
        assert!(!is_generation(&alias, &physical(&beside, GenerationId::from_uuid(Uuid::from_u128(9)))));
        assert_eq!(target("ragstone", &alias), Some(wanted));
        assert_eq!(target("rag", &alias), None);
        let collection = physical(&alias, GenerationId::from_uuid(Uuid::from_u128(9)));
        assert_eq!(target("ragstone", &collection), None);
        assert!(is_generation(&alias, &collection));
        assert!(!is_generation(&alias, &alias));
    }
}
