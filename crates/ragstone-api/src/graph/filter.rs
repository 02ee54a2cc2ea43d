//! Conditions on the attributes of nodes and edges.

use ragstone_graph::property::{Comparison, Filter};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A condition on attributes. Numbers are compared by their amounts; a comparison with an attribute that is not there does
/// not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum AttributeFilter {
    /// The attribute is there.
    Exists {
        /// Name of the attribute.
        attribute: String,
    },
    /// The attribute equals the value.
    Eq(ComparedAttribute),
    /// The attribute is another value.
    Ne(ComparedAttribute),
    /// The attribute is less than the value.
    Lt(ComparedAttribute),
    /// The attribute is at most the value.
    Le(ComparedAttribute),
    /// The attribute is greater than the value.
    Gt(ComparedAttribute),
    /// The attribute is at least the value.
    Ge(ComparedAttribute),
    /// The attribute equals one of the values.
    In {
        /// Name of the attribute.
        attribute: String,
        /// The values.
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
        values: Vec<Value>,
    },
    /// The attribute is a text with this text in it, a list with this value, or an object with this name.
    Contains(ComparedAttribute),
    /// All conditions hold.
    And {
        /// The conditions.
        #[cfg_attr(feature = "openapi", schema(no_recursion))]
        filters: Vec<Self>,
    },
    /// One of the conditions holds.
    Or {
        /// The conditions.
        #[cfg_attr(feature = "openapi", schema(no_recursion))]
        filters: Vec<Self>,
    },
    /// The condition does not hold.
    Not {
        /// The condition.
        #[cfg_attr(feature = "openapi", schema(no_recursion))]
        filter: Box<Self>,
    },
}

/// An attribute and what it is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ComparedAttribute {
    /// Name of the attribute.
    pub attribute: String,
    /// The value.
    pub value: Value,
}

impl From<AttributeFilter> for Filter {
    fn from(filter: AttributeFilter) -> Self {
        let all = |filters: Vec<AttributeFilter>| filters.into_iter().map(Self::from).collect();
        match filter {
            AttributeFilter::Exists { attribute } => Self::Has(attribute),
            AttributeFilter::Eq(compared) => compared.by(Comparison::Equal),
            AttributeFilter::Ne(compared) => compared.by(Comparison::Different),
            AttributeFilter::Lt(compared) => compared.by(Comparison::Less),
            AttributeFilter::Le(compared) => compared.by(Comparison::AtMost),
            AttributeFilter::Gt(compared) => compared.by(Comparison::Greater),
            AttributeFilter::Ge(compared) => compared.by(Comparison::AtLeast),
            AttributeFilter::In { attribute, values } => Self::In { name: attribute, values },
            AttributeFilter::Contains(ComparedAttribute { attribute, value }) => {
                Self::Contains { name: attribute, value }
            }
            AttributeFilter::And { filters } => Self::All(all(filters)),
            AttributeFilter::Or { filters } => Self::Any(all(filters)),
            AttributeFilter::Not { filter } => Self::Not(Box::new((*filter).into())),
        }
    }
}

impl ComparedAttribute {
    fn by(self, comparison: Comparison) -> Filter {
        Filter::Compare { name: self.attribute, comparison, value: self.value }
    }
}
