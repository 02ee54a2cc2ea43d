//! The list of exceptions, which may only shrink: an entry that allows more than is there is itself an error.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::ALLOW_LIST;
use super::finding::{Finding, Rule};

/// Exceptions by rule, path and item.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllowList {
    #[serde(default)]
    allow: Vec<Entry>,
}

/// One exception: a length that may be over its limit up to `value`, or `value` findings of another rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: Rule,
    path: String,
    #[serde(default)]
    item: String,
    value: usize,
    reason: String,
}

type Key = (Rule, String, String);

impl AllowList {
    /// Reads the list; every entry needs a reason, and no two may speak about the same place.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let list: Self = toml::from_str(text).with_context(|| format!("cannot read {ALLOW_LIST}"))?;
        let mut keys: Vec<Key> = list.allow.iter().map(Entry::key).collect();
        keys.sort();
        for pair in keys.windows(2) {
            ensure!(pair[0] != pair[1], "{ALLOW_LIST} has two entries for {} in {}", pair[0].0, pair[0].1);
        }
        for entry in &list.allow {
            ensure!(
                !entry.reason.trim().is_empty(),
                "{ALLOW_LIST}: {} in {} has no reason",
                entry.rule,
                entry.path
            );
        }
        Ok(list)
    }

    pub(crate) fn len(&self) -> usize {
        self.allow.len()
    }

    /// The findings that no entry covers, and one finding for each entry that covers too much.
    pub(crate) fn apply(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let mut groups: BTreeMap<Key, Vec<Finding>> = BTreeMap::new();
        for finding in findings {
            let key = (finding.rule, finding.path.clone(), finding.item.clone());
            groups.entry(key).or_default().push(finding);
        }
        let mut problems = Vec::new();
        for entry in &self.allow {
            let measure = groups.get(&entry.key()).map_or(0, |group| measure(group));
            if measure <= entry.value {
                groups.remove(&entry.key());
            }
            problems.extend(entry.excess(measure));
        }
        problems.extend(groups.into_values().flatten());
        problems
    }
}

impl Entry {
    fn key(&self) -> Key {
        (self.rule, self.path.clone(), self.item.clone())
    }

    fn excess(&self, measure: usize) -> Option<Finding> {
        if measure >= self.value {
            return None;
        }
        let advice = if measure == 0 {
            "remove the entry".to_owned()
        } else {
            format!("lower its value to {measure}")
        };
        let message = format!("the exception of {} for {} is too wide: {advice}", self.path, self.rule);
        Some(Finding::new(self.rule, ALLOW_LIST, 1, message))
    }
}

/// Lengths count by their greatest, other rules by the number of places.
fn measure(group: &[Finding]) -> usize {
    match group.first().map(|finding| finding.rule) {
        Some(Rule::FileLength | Rule::FunctionLength) => {
            group.iter().map(|finding| finding.measure).max().unwrap_or_default()
        }
        _ => group.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(value: usize) -> AllowList {
        let text = format!(
            "[[allow]]\nrule = \"file-length\"\npath = \"a.rs\"\nvalue = {value}\nreason = \"one table\"\n"
        );
        AllowList::parse(&text).unwrap()
    }

    fn long(measure: usize) -> Finding {
        Finding::new(Rule::FileLength, "a.rs", 1, "too long").with_measure(measure)
    }

    #[test]
    fn exact_entry_covers_its_finding() {
        assert_eq!(list(700).apply(vec![long(700)]), []);
    }

    #[test]
    fn growth_beyond_the_entry_is_reported() {
        assert_eq!(list(700).apply(vec![long(701)]), [long(701)]);
    }

    #[test]
    fn entry_that_could_be_lower_is_reported() {
        let problems = list(700).apply(vec![long(650)]);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].message.contains("650"), "{}", problems[0]);
    }

    #[test]
    fn entry_without_a_finding_is_reported() {
        let problems = list(700).apply(Vec::new());
        assert_eq!((problems.len(), problems[0].path.as_str()), (1, ALLOW_LIST));
    }

    #[test]
    fn other_rules_count_places() {
        let text = "[[allow]]\nrule = \"link\"\npath = \"a.md\"\nvalue = 2\nreason = \"made later\"\n";
        let list = AllowList::parse(text).unwrap();
        let link = Finding::new(Rule::Link, "a.md", 3, "no such file");
        assert_eq!(list.apply(vec![link.clone(), link.clone()]), []);
        assert_eq!(list.apply(vec![link; 3]).len(), 3);
    }

    #[test]
    fn entry_without_reason_is_refused() {
        let text = "[[allow]]\nrule = \"link\"\npath = \"a.md\"\nvalue = 1\nreason = \" \"\n";
        assert!(AllowList::parse(text).is_err());
    }

    #[test]
    fn twin_entries_are_refused() {
        let entry = "[[allow]]\nrule = \"link\"\npath = \"a.md\"\nvalue = 1\nreason = \"r\"\n";
        assert!(AllowList::parse(&entry.repeat(2)).is_err());
    }
}
