//! Pages of listings.

use crate::error::{Error, Result};

/// Most items of one page.
pub const MAX_PAGE_SIZE: u32 = 1000;

/// Which part of a listing is wanted; listings are ordered by their key, ascending unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    size: u32,
    after: Option<String>,
}

impl PageRequest {
    /// Asks for the first `size` items, 1 to [`MAX_PAGE_SIZE`].
    pub fn try_new(size: u32) -> Result<Self> {
        if size == 0 || size > MAX_PAGE_SIZE {
            return Err(Error::invalid("page_size", format!("must be from 1 to {MAX_PAGE_SIZE}")));
        }
        Ok(Self { size, after: None })
    }

    /// Continues behind the item with the key `after`.
    #[must_use]
    pub fn after(mut self, after: impl Into<String>) -> Self {
        self.after = Some(after.into());
        self
    }

    /// Most items.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// Key of the last item already seen.
    pub fn after_key(&self) -> Option<&str> {
        self.after.as_deref()
    }
}

/// Part of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, by key.
    pub items: Vec<T>,
    /// Key to continue behind; `None` at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Converts every item.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(convert).collect(), next: self.next }
    }
}
