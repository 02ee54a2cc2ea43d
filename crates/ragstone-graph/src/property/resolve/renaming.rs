//! Nodes that get other names.

use hashbrown::HashSet;

use super::{Outcome, Result};
use crate::document::NodeKey;
use crate::property::PropertyGraph;
use crate::property::change::Tally;
use crate::property::delta::Delta;
use crate::property::error::ChangeError;
use crate::property::keys::KeyList;
use crate::property::limit::check_key;
use crate::property::slots::Slots;

pub(super) fn relabel(graph: &PropertyGraph, pairs: &[(NodeKey, NodeKey)]) -> Result<Outcome> {
    let mut tally = Tally::default();
    let (mut seen, mut renamed) = (HashSet::new(), Vec::new());
    for (old, new) in pairs {
        let node = graph.require(old)?;
        check_key(new.borrow())?;
        if !seen.insert(node) {
            return Err(ChangeError::DuplicateNode { key: old.clone() });
        }
        tally.count(old != new);
        if old != new {
            renamed.push((node, new));
        }
    }
    renamed.sort_unstable_by_key(|(node, _)| *node);
    let rows = Slots::of_sorted(renamed.iter().map(|(node, _)| *node));
    let mut taken = HashSet::new();
    let mut names = KeyList::default();
    for (_, new) in renamed {
        let is_free = graph.nodes.find(new.borrow()).is_none_or(|node| rows.contains(node));
        if !is_free || !taken.insert(new.borrow()) {
            return Err(ChangeError::KeyTaken { key: new.clone() });
        }
        names.push(new.borrow());
    }
    let delta = Delta { renamed: rows, names, ..Delta::default() };
    Ok(Outcome { delta, nodes: tally, edges: Tally::default() })
}
