//! Who may read a document.

use std::collections::BTreeSet;

use ragstone_core::access::AccessEntry;
use ragstone_core::{AccessList, Error, Result};
use serde::{Deserialize, Serialize};

/// Who may read a document; everybody of the tenant where nobody is named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline))]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Those who may read it, and nobody else, as `user:NAME` or `group:NAME`; everybody where left out.
    #[serde(default)]
    pub allow: BTreeSet<String>,
    /// Those who may not, though allowed, as `user:NAME` or `group:NAME`. At most 256 entries in both lists.
    #[serde(default)]
    pub deny: BTreeSet<String>,
}

impl Access {
    /// Whether nobody is named.
    pub fn is_open(&self) -> bool {
        self.allow.is_empty() && self.deny.is_empty()
    }

    /// Checks the entries and their number; `InvalidArgument` where one is not as it must be.
    pub fn into_list(self) -> Result<AccessList> {
        AccessList::try_new(entries(self.allow)?, entries(self.deny)?)
    }
}

fn entries(texts: BTreeSet<String>) -> Result<BTreeSet<AccessEntry>> {
    let parse = |text: String| {
        text.parse().map_err(|error: Error| {
            error.with_context("entry", text.chars().take(64).collect::<String>().escape_debug())
        })
    };
    texts.into_iter().map(parse).collect()
}

impl From<&AccessList> for Access {
    fn from(list: &AccessList) -> Self {
        let texts = |entries: &BTreeSet<AccessEntry>| entries.iter().map(ToString::to_string).collect();
        Self { allow: texts(list.allow()), deny: texts(list.deny()) }
    }
}

#[cfg(test)]
mod tests {
    use ragstone_core::ErrorKind;

    use super::*;

    #[test]
    fn lists_are_read_checked_and_shown() {
        let access: Access = serde_json::from_str(r#"{"allow":["user:ann","group:staff"]}"#).expect("reads");
        let list = access.clone().into_list().expect("is right");
        assert_eq!(Access::from(&list), access);
        assert_eq!(Access::default().into_list().expect("is right"), AccessList::OPEN);
        assert!(serde_json::from_str::<Access>(r#"{"grant":[]}"#).is_err());
    }

    #[test]
    fn entries_that_name_nobody_are_refused() {
        for entry in ["ann", "user:", "role:ann", "group:a\u{0}b"] {
            let access = Access { allow: BTreeSet::from([entry.to_owned()]), ..Access::default() };
            let error = access.into_list().expect_err("is refused");
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{entry}");
        }
    }
}
