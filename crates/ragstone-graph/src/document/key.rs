//! Names of nodes and of parallel edges.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Most characters of a name in a message.
const SHOWN: usize = 64;

/// The name of a node: a number or a text, and 1 is not "1".
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged, expecting = "a node is named by a whole number or a text")]
pub enum NodeKey {
    /// A number.
    Integer(i64),
    /// A text, which may look like a number.
    Text(String),
}

/// One type of two, where a derived schema would be a choice of two schemas, which many clients do not read.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for NodeKey {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NodeKey".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The name of a node: a whole number or a text, and 1 is not \"1\".",
            "type": ["integer", "string"],
        })
    }

    fn inline_schema() -> bool {
        true
    }
}

/// A name that is borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyRef<'a> {
    /// A number.
    Integer(i64),
    /// A text.
    Text(&'a str),
}

impl NodeKey {
    /// The same name, borrowed.
    pub fn borrow(&self) -> KeyRef<'_> {
        match self {
            Self::Integer(number) => KeyRef::Integer(*number),
            Self::Text(text) => KeyRef::Text(text),
        }
    }
}

impl KeyRef<'_> {
    /// The same name, of its own.
    pub fn to_key(self) -> NodeKey {
        match self {
            Self::Integer(number) => NodeKey::Integer(number),
            Self::Text(text) => NodeKey::Text(text.to_owned()),
        }
    }
}

impl From<i64> for NodeKey {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<&str> for NodeKey {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for NodeKey {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Numbers bare, texts in quotes, with 64 characters at most.
impl fmt::Display for NodeKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(formatter),
            Self::Text(text) => match text.char_indices().nth(SHOWN) {
                Some((end, _)) => write!(formatter, "{:?}…", &text[..end]),
                None => write!(formatter, "{text:?}"),
            },
        }
    }
}

/// The name alone, without quotes.
impl fmt::Display for KeyRef<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(formatter),
            Self::Text(text) => formatter.write_str(text),
        }
    }
}
