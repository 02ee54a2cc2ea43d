//! Which part of an answer is shown.

use serde::{Deserialize, Serialize};

/// In which order rows come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RowOrder))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RowOrder"))]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// The best first, equal ones in the order of the nodes: high scores, short distances, large groups.
    #[default]
    Best,
    /// In the order of the nodes, groups by their numbers.
    Nodes,
}

/// What is told of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum GroupDetail {
    /// How many nodes each has.
    #[default]
    Sizes,
    /// Also which.
    Members,
    /// The group of each node instead.
    Nodes,
}

/// Which part of an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RowSelection))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RowSelection"))]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// In which order rows of scores and groups come; others have an order of their own.
    pub order: Order,
    /// How many rows are left out at the beginning.
    pub offset: usize,
    /// Most rows, 100 by default; `null` for all.
    pub limit: Option<usize>,
    /// What is told of groups.
    pub groups: GroupDetail,
    /// Most members of a group, and most nodes of a path, that are listed, 100 by default; `null` for all.
    pub max_members: Option<usize>,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            order: Order::default(),
            offset: 0,
            limit: Some(100),
            groups: GroupDetail::default(),
            max_members: Some(100),
        }
    }
}

impl Selection {
    /// The best `count` rows.
    pub fn top(count: usize) -> Self {
        Self { limit: Some(count), ..Self::default() }
    }

    /// Everything, in the order of the nodes, with all members of all groups.
    pub fn whole() -> Self {
        Self { order: Order::Nodes, offset: 0, limit: None, groups: GroupDetail::Members, max_members: None }
    }

    /// The places of `total` rows that are shown.
    pub(super) fn range(&self, total: usize) -> std::ops::Range<usize> {
        let start = self.offset.min(total);
        let end = self.limit.map_or(total, |limit| start.saturating_add(limit).min(total));
        start..end
    }
}
