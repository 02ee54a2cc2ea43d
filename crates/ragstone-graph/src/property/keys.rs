//! Names of nodes by slot, and the table that finds the slot of a name.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::texts::Arena;
use crate::document::KeyRef;
use crate::graph::Vertex;
use crate::number;

#[derive(Debug, Clone, Copy)]
enum Name {
    Integer(i64),
    Text(u32),
}

/// Names in order. Takes 16 bytes for an integer, and 24 and its length for a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyList {
    names: Vec<Name>,
    texts: Arena,
}

impl KeyList {
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    #[inline]
    pub(crate) fn get(&self, place: u32) -> Option<KeyRef<'_>> {
        self.names.get(place as usize).map(|name| self.resolve(*name))
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = KeyRef<'_>> {
        self.names.iter().map(|name| self.resolve(*name))
    }

    pub(crate) fn push(&mut self, key: KeyRef<'_>) {
        let name = self.name(key);
        self.names.push(name);
    }

    pub(crate) fn set(&mut self, place: u32, key: KeyRef<'_>) {
        let name = self.name(key);
        if let Some(slot) = self.names.get_mut(place as usize) {
            *slot = name;
        }
    }

    pub(crate) fn append(&mut self, other: &Self) {
        self.names.reserve(other.names.len());
        self.texts.reserve(other.texts.len(), 0);
        other.iter().for_each(|key| self.push(key));
    }

    pub(crate) fn gather(&self, places: &[u32]) -> Self {
        let mut list = Self::default();
        places.iter().filter_map(|&place| self.get(place)).for_each(|key| list.push(key));
        list
    }

    pub(crate) fn between(&self, start: usize, end: usize) -> Self {
        let mut list = Self::default();
        self.names.get(start..end).unwrap_or_default().iter().for_each(|&name| list.push(self.resolve(name)));
        list
    }

    pub(crate) fn memory(&self) -> usize {
        self.names.capacity() * size_of::<Name>() + self.texts.memory()
    }

    #[inline]
    fn resolve(&self, name: Name) -> KeyRef<'_> {
        match name {
            Name::Integer(number) => KeyRef::Integer(number),
            Name::Text(place) => KeyRef::Text(self.texts.get(place)),
        }
    }

    fn name(&mut self, key: KeyRef<'_>) -> Name {
        match key {
            KeyRef::Integer(number) => Name::Integer(number),
            KeyRef::Text(text) => Name::Text(self.texts.push(text)),
        }
    }
}

impl PartialEq for KeyList {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Distinct names with the table that finds them. Takes 5 to 10 bytes for each beside the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyIndex {
    list: KeyList,
    table: HashTable<Vertex>,
    hasher: DefaultHashBuilder,
}

impl KeyIndex {
    pub(crate) fn list(&self) -> &KeyList {
        &self.list
    }

    pub(crate) fn into_list(self) -> KeyList {
        self.list
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    #[inline]
    pub(crate) fn find(&self, key: KeyRef<'_>) -> Option<Vertex> {
        let hash = self.hasher.hash_one(key);
        self.table.find(hash, |&place| self.list.get(place) == Some(key)).copied()
    }

    /// Adds a name if it is new; says where it is, and whether it was new.
    pub(crate) fn insert(&mut self, key: KeyRef<'_>) -> (Vertex, bool) {
        if let Some(place) = self.find(key) {
            return (place, false);
        }
        let place = number::vertex(self.list.len());
        self.list.push(key);
        self.enter(place);
        (place, true)
    }

    /// Adds names that are known to be new.
    pub(crate) fn append(&mut self, keys: &KeyList) {
        let Self { list, table, hasher } = self;
        let first = number::vertex(list.len());
        list.append(keys);
        let hash = |&place: &Vertex| list.get(place).map_or(0, |key| hasher.hash_one(key));
        table.reserve(keys.len(), hash);
        for place in first..number::vertex(list.len()) {
            table.insert_unique(hash(&place), place, hash);
        }
    }

    /// Gives places other names at once, so that two may change theirs.
    pub(crate) fn rename(&mut self, places: impl Iterator<Item = Vertex> + Clone, keys: &KeyList) {
        for place in places.clone() {
            let hash = self.list.get(place).map_or(0, |key| self.hasher.hash_one(key));
            if let Ok(entry) = self.table.find_entry(hash, |&other| other == place) {
                entry.remove();
            }
        }
        for (place, key) in places.zip(keys.iter()) {
            self.list.set(place, key);
            self.enter(place);
        }
    }

    /// The names at places, numbered from 0.
    pub(crate) fn gather(&self, places: &[u32]) -> Self {
        let mut index = Self { hasher: self.hasher.clone(), ..Self::default() };
        index.append(&self.list.gather(places));
        index
    }

    pub(crate) fn memory(&self) -> usize {
        self.list.memory() + self.table.allocation_size()
    }

    fn enter(&mut self, place: Vertex) {
        let Self { list, table, hasher } = self;
        let hash = |&place: &Vertex| list.get(place).map_or(0, |key| hasher.hash_one(key));
        table.insert_unique(hash(&place), place, hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_change_places() {
        let mut index = KeyIndex::default();
        index.insert(KeyRef::Integer(1));
        index.insert(KeyRef::Text("1"));
        let mut swapped = KeyList::default();
        swapped.push(KeyRef::Text("1"));
        swapped.push(KeyRef::Integer(1));
        index.rename([0, 1].into_iter(), &swapped);
        assert_eq!(index.find(KeyRef::Text("1")), Some(0));
        assert_eq!(index.find(KeyRef::Integer(1)), Some(1));
        assert_eq!(index.insert(KeyRef::Integer(1)), (1, false));
    }
}
