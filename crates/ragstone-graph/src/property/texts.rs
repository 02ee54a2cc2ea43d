//! Texts one behind the other, and columns of texts that share equal ones.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::number;

/// Texts one behind the other. Takes 8 bytes and its length for each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arena {
    text: String,
    ends: Vec<usize>,
}

impl Arena {
    pub(crate) fn push(&mut self, text: &str) -> u32 {
        let place = number::vertex(self.ends.len());
        self.text.push_str(text);
        self.ends.push(self.text.len());
        place
    }

    /// The text at a place; nothing where there is none.
    #[inline]
    pub(crate) fn get(&self, place: u32) -> &str {
        let place = place as usize;
        let Some(&end) = self.ends.get(place) else { return "" };
        let start = if place == 0 { 0 } else { self.ends.get(place - 1).copied().unwrap_or(end) };
        self.text.get(start..end).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn reserve(&mut self, texts: usize, bytes: usize) {
        self.ends.reserve(texts);
        self.text.reserve(bytes);
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..number::vertex(self.len())).map(|place| self.get(place))
    }

    pub(crate) fn memory(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

/// A column of texts, equal ones kept once. The table that finds equal ones is built when the first is added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    pool: Arena,
    codes: Vec<u32>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    /// Of codes, all of them places in the pool.
    pub(crate) fn of_codes(pool: Arena, codes: Vec<u32>) -> Self {
        Self { pool, codes, table: HashTable::new(), hasher: DefaultHashBuilder::default() }
    }

    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<&str> {
        self.codes.get(place).map(|&code| self.pool.get(code))
    }

    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(crate) fn push(&mut self, text: &str) {
        let code = self.intern(text);
        self.codes.push(code);
    }

    pub(crate) fn set(&mut self, place: usize, text: &str) {
        // Texts that nothing refers to any more are swept out once they are most.
        if self.pool.len() > 2 * self.codes.len() + 64 {
            *self = self.gather(0..self.codes.len());
        }
        let code = self.intern(text);
        if let Some(slot) = self.codes.get_mut(place) {
            *slot = code;
        }
    }

    /// Adds all of another column. Looks each distinct text up once.
    pub(crate) fn append(&mut self, other: &Self) {
        let codes: Vec<u32> = other.pool.iter().map(|text| self.intern(text)).collect();
        let code = |code: &u32| codes.get(*code as usize).copied().unwrap_or(0);
        self.codes.extend(other.codes.iter().map(code));
    }

    /// The texts at places, with only those in the pool that are there.
    pub(crate) fn gather(&self, places: impl Iterator<Item = usize>) -> Self {
        let mut known = vec![u32::MAX; self.pool.len()];
        let mut pool = Arena::default();
        let codes = places.filter_map(|place| {
            let code = *self.codes.get(place)?;
            let known = known.get_mut(code as usize)?;
            if *known == u32::MAX {
                *known = pool.push(self.pool.get(code));
            }
            Some(*known)
        });
        let codes = codes.collect();
        Self::of_codes(pool, codes)
    }

    pub(crate) fn pool(&self) -> &Arena {
        &self.pool
    }

    pub(crate) fn codes(&self) -> &[u32] {
        &self.codes
    }

    pub(crate) fn memory(&self) -> usize {
        self.pool.memory() + self.codes.capacity() * size_of::<u32>() + self.table.allocation_size()
    }

    fn intern(&mut self, text: &str) -> u32 {
        let Self { pool, table, hasher, .. } = self;
        if table.len() != pool.len() {
            table.clear();
            for code in 0..number::vertex(pool.len()) {
                let hash = hasher.hash_one(pool.get(code));
                table.insert_unique(hash, code, |&code| hasher.hash_one(pool.get(code)));
            }
        }
        let hash = hasher.hash_one(text);
        if let Some(&code) = table.find(hash, |&code| pool.get(code) == text) {
            return code;
        }
        let code = pool.push(text);
        table.insert_unique(hash, code, |&code| hasher.hash_one(pool.get(code)));
        code
    }
}
