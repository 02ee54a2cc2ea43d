//! Access lists of documents, and who reads.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::id::SourceUri;

/// Most entries of one access list, allowed and denied together.
pub const MAX_ACCESS_ENTRIES: usize = 256;
/// Longest name in an entry, in bytes.
pub const MAX_ACCESS_NAME_LEN: usize = 128;

const USER: &str = "user:";
const GROUP: &str = "group:";

/// Whom an access list names: `user:NAME`, the name of a principal, or `group:NAME`.
///
/// Names have 1 to [`MAX_ACCESS_NAME_LEN`] bytes without control characters; upper and lower case differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccessEntry(String);

impl AccessEntry {
    /// Names a principal; a name that no entry can have is `InvalidArgument`.
    pub fn user(name: &str) -> Result<Self> {
        Self::named(USER, name)
    }

    /// Names a group; a name that no entry can have is `InvalidArgument`.
    pub fn group(name: &str) -> Result<Self> {
        Self::named(GROUP, name)
    }

    /// The entry on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn named(kind: &'static str, name: &str) -> Result<Self> {
        let has_bad_length = name.is_empty() || name.len() > MAX_ACCESS_NAME_LEN;
        if has_bad_length || name.chars().any(char::is_control) {
            let rule = format!("must name with 1 to {MAX_ACCESS_NAME_LEN} bytes without control characters");
            return Err(Error::invalid("access", rule));
        }
        Ok(Self(format!("{kind}{name}")))
    }
}

impl fmt::Display for AccessEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AccessEntry {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some(name) = text.strip_prefix(USER) {
            return Self::user(name);
        }
        if let Some(name) = text.strip_prefix(GROUP) {
            return Self::group(name);
        }
        Err(Error::invalid("access", "must begin with `user:` or `group:`")
            .with_help("write `user:NAME` for a principal, `group:NAME` for a group"))
    }
}

impl TryFrom<String> for AccessEntry {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<AccessEntry> for String {
    fn from(entry: AccessEntry) -> Self {
        entry.0
    }
}

/// Who may read a document.
///
/// An empty list lets everybody of the tenant read. Where somebody is allowed, nobody else may read.
/// Whoever is denied may not, though allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Entries", into = "Entries")]
pub struct AccessList {
    allow: BTreeSet<AccessEntry>,
    deny: BTreeSet<AccessEntry>,
}

impl AccessList {
    /// Lets everybody of the tenant read.
    pub const OPEN: Self = Self { allow: BTreeSet::new(), deny: BTreeSet::new() };

    /// Checks that there are at most [`MAX_ACCESS_ENTRIES`] entries in all; more are `InvalidArgument`.
    pub fn try_new(allow: BTreeSet<AccessEntry>, deny: BTreeSet<AccessEntry>) -> Result<Self> {
        let entries = allow.len() + deny.len();
        if entries > MAX_ACCESS_ENTRIES {
            let rule = format!("must have at most {MAX_ACCESS_ENTRIES} entries, has {entries}");
            return Err(Error::invalid("access", rule).with_help("put principals into a group and name that"));
        }
        Ok(Self { allow, deny })
    }

    /// Whether everybody of the tenant may read.
    pub fn is_open(&self) -> bool {
        self.allow.is_empty() && self.deny.is_empty()
    }

    /// Those who may read; everybody where there are none.
    pub const fn allow(&self) -> &BTreeSet<AccessEntry> {
        &self.allow
    }

    /// Those who may not read, though allowed.
    pub const fn deny(&self) -> &BTreeSet<AccessEntry> {
        &self.deny
    }

    /// Whether a reader of the tenant may read: the meaning that every store must reproduce.
    pub fn admits(&self, reader: &Reader) -> bool {
        match reader {
            Reader::Everything => true,
            Reader::Named(entries) => {
                let is_allowed = self.allow.is_empty() || !self.allow.is_disjoint(entries);
                is_allowed && self.deny.is_disjoint(entries)
            }
        }
    }

    /// Refuses a write in the place of a document that the reader may not read, with `PermissionDenied`.
    ///
    /// That tells that the source is taken, as the version of what took its place would too, and nothing else.
    pub fn check_overwrite(&self, reader: &Reader, source: &SourceUri) -> Result<()> {
        if self.admits(reader) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::PermissionDenied, "the source belongs to others")
            .with_context("source", source)
            .with_help("store it under another name, or ask an administrator of the tenant"))
    }
}

/// An access list as it is written, before its size is checked.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    allow: BTreeSet<AccessEntry>,
    deny: BTreeSet<AccessEntry>,
}

impl TryFrom<Entries> for AccessList {
    type Error = Error;

    fn try_from(entries: Entries) -> Result<Self> {
        Self::try_new(entries.allow, entries.deny)
    }
}

impl From<AccessList> for Entries {
    fn from(list: AccessList) -> Self {
        Self { allow: list.allow, deny: list.deny }
    }
}

/// What of a caller decides which documents of a tenant may be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    /// Reads every document, whatever its access list.
    Everything,
    /// Reads what access lists let these entries read: the caller's name and groups.
    Named(BTreeSet<AccessEntry>),
}

impl Reader {
    /// The reader of this name and in these groups.
    ///
    /// A name that no entry can have is left out, because no access list names it.
    pub fn named<'a>(name: &str, groups: impl IntoIterator<Item = &'a String>) -> Self {
        let groups = groups.into_iter().filter_map(|group| AccessEntry::group(group).ok());
        Self::Named(AccessEntry::user(name).ok().into_iter().chain(groups).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(texts: &[&str]) -> BTreeSet<AccessEntry> {
        texts.iter().map(|text| text.parse().expect("is an entry")).collect()
    }

    fn reader(name: &str, groups: &[&str]) -> Reader {
        let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        Reader::named(name, &groups)
    }

    #[test]
    fn allow_bounds_and_deny_wins() {
        let ann = || reader("ann", &["staff", "night"]);
        let cases: [(&[&str], &[&str], bool); 12] = [
            (&[], &[], true),
            (&["user:ann"], &[], true),
            (&["group:staff"], &[], true),
            (&["group:ann"], &[], false),
            (&["user:staff"], &[], false),
            (&["user:bob", "group:other"], &[], false),
            (&[], &["user:bob"], true),
            (&[], &["user:ann"], false),
            (&[], &["group:night"], false),
            (&["user:ann"], &["group:night"], false),
            (&["group:staff"], &["user:ann"], false),
            (&["user:ann"], &["user:ann"], false),
        ];
        for (allow, deny, is_admitted) in cases {
            let list = AccessList::try_new(entries(allow), entries(deny)).expect("is small");
            assert_eq!(list.admits(&ann()), is_admitted, "{allow:?} {deny:?}");
            assert!(list.admits(&Reader::Everything));
            assert_eq!(list.is_open(), allow.is_empty() && deny.is_empty());
        }
    }

    #[test]
    fn a_name_that_cannot_be_named_is_no_other() {
        let list = AccessList::try_new(entries(&["user:b"]), BTreeSet::new()).expect("is small");
        for name in ["", "a\nuser:b", "\u{0}b", &"b".repeat(MAX_ACCESS_NAME_LEN + 1)] {
            assert_eq!(reader(name, &[]), Reader::Named(BTreeSet::new()), "{name:?}");
            assert!(!list.admits(&reader(name, &[])));
            assert!(AccessList::OPEN.admits(&reader(name, &[])));
        }
    }

    #[test]
    fn bad_entries_and_long_lists_are_refused() {
        let long = format!("user:{}", "x".repeat(MAX_ACCESS_NAME_LEN + 1));
        for text in ["", "ann", "user:", "group:", "User:ann", "role:ann", "user:a\nb", "group:\u{7f}", &long]
        {
            let kind = text.parse::<AccessEntry>().map_err(|error| error.kind());
            assert_eq!(kind, Err(ErrorKind::InvalidArgument), "{text:?}");
        }
        assert!(format!("user:{}", "x".repeat(MAX_ACCESS_NAME_LEN)).parse::<AccessEntry>().is_ok());
        let many = |count: usize| {
            (0..count).map(|number| AccessEntry::user(&number.to_string()).expect("is short")).collect()
        };
        assert!(AccessList::try_new(many(MAX_ACCESS_ENTRIES - 1), many(1)).is_ok());
        let refused = AccessList::try_new(many(MAX_ACCESS_ENTRIES), many(1)).expect_err("is too long");
        assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
        assert!(refused.help().is_some());
    }

    #[test]
    fn a_list_is_read_back_and_checked() {
        let list =
            AccessList::try_new(entries(&["user:ann", "group:a b"]), entries(&["user:ß"])).expect("ok");
        let text = serde_json::to_string(&list).expect("is written");
        assert_eq!(text, r#"{"allow":["group:a b","user:ann"],"deny":["user:ß"]}"#);
        assert_eq!(serde_json::from_str::<AccessList>(&text).expect("is read"), list);
        assert!(serde_json::from_str::<AccessList>(r#"{"allow":["ann"],"deny":[]}"#).is_err());
    }
}
