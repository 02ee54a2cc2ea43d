//! Access lists in columns, and the condition under which a reader sees a document.
//!
//! A column holds the entries of a list, each behind a line break, with one more at the end. No entry holds one, so
//! that an entry between two of them is found as itself and never as a part of another.

use std::collections::BTreeSet;

use ragstone_core::access::AccessEntry;
use ragstone_core::{AccessList, Reader, Result};

use crate::sql::{Row, Value, corrupt};

/// What documents with an access list meet, in the words of the index `documents_guarded`.
pub(crate) const IS_GUARDED: &str = "(d.allowed <> '' OR d.denied <> '')";

/// Terms that stand beside each other; more are nested, because SQLite bounds the depth of an expression.
const TERMS: usize = 64;

/// Entries as a column holds them.
pub(super) fn to_column(entries: &BTreeSet<AccessEntry>) -> String {
    let Some(last) = entries.last() else { return String::new() };
    let mut column = String::with_capacity(entries.len() * (last.as_str().len() + 1) + 1);
    for entry in entries {
        column.push('\n');
        column.push_str(entry.as_str());
    }
    column.push('\n');
    column
}

/// Reads the columns `allowed` and `denied`.
pub(super) fn read_access(row: &mut Row) -> Result<AccessList> {
    let (allow, deny) = (entries(&row.text()?)?, entries(&row.text()?)?);
    AccessList::try_new(allow, deny).map_err(|cause| corrupt("an access list is too long").with_source(cause))
}

fn entries(column: &str) -> Result<BTreeSet<AccessEntry>> {
    let parse = |entry: &str| {
        entry.parse().map_err(|cause| corrupt("an access list names nobody").with_source(cause))
    };
    column.split('\n').filter(|entry| !entry.is_empty()).map(parse).collect()
}

/// The condition on the table alias `d` under which a reader sees a document: `AccessList::admits` in SQL.
#[derive(Debug)]
pub(crate) struct Readable {
    /// `None` where everything is seen. Filled up to a power of two with the last one, so that a prepared statement
    /// serves many readers.
    own: Option<Vec<String>>,
}

impl Readable {
    pub(crate) fn by(reader: &Reader) -> Self {
        let Reader::Named(entries) = reader else { return Self { own: None } };
        let mut own: Vec<String> = entries.iter().map(|entry| format!("\n{entry}\n")).collect();
        if let Some(last) = own.last().cloned() {
            own.resize(own.len().next_power_of_two(), last);
        }
        Self { own: Some(own) }
    }

    /// Whether the reader sees everything.
    pub(crate) const fn is_everything(&self) -> bool {
        self.own.is_none()
    }

    /// The condition, with placeholders from `first` for [`values`](Self::values).
    pub(crate) fn condition(&self, first: usize) -> String {
        let Some(own) = &self.own else { return "1 = 1".to_owned() };
        let mut allowing = vec!["d.allowed = ''".to_owned()];
        let mut sparing = Vec::with_capacity(own.len());
        for number in first..first + own.len() {
            allowing.push(format!("replace(d.allowed, ${number}, '') <> d.allowed"));
            sparing.push(format!("replace(d.denied, ${number}, '') = d.denied"));
        }
        let is_allowed = nested(&allowing, " OR ");
        if sparing.is_empty() {
            return is_allowed;
        }
        format!("({is_allowed} AND (d.denied = '' OR {}))", nested(&sparing, " AND "))
    }

    /// The condition behind others; nothing where everything is seen.
    pub(crate) fn and(&self, first: usize) -> String {
        if self.is_everything() { String::new() } else { format!(" AND {}", self.condition(first)) }
    }

    /// The parameters of the condition.
    pub(crate) fn values<'q>(&self) -> Vec<Value<'q>> {
        self.own.iter().flatten().cloned().map(Value::from).collect()
    }
}

fn nested(terms: &[String], operator: &str) -> String {
    let parts: Vec<String> = terms.chunks(TERMS).map(|part| format!("({})", part.join(operator))).collect();
    format!("({})", parts.join(operator))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(count: usize) -> Reader {
        let groups: Vec<String> = (1..count).map(|number| format!("g{number}")).collect();
        Reader::named("ann", &groups)
    }

    #[test]
    fn a_list_is_read_back_from_its_columns() {
        let set = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<BTreeSet<_>>();
        let list = AccessList::try_new(set(&["user:a b", "group:é"]), set(&["user:b"])).unwrap();
        let columns = [to_column(list.allow()), to_column(list.deny())];
        assert_eq!(columns, ["\ngroup:é\nuser:a b\n", "\nuser:b\n"]);
        let mut row = Row::new(columns.map(Value::from).into());
        assert_eq!(read_access(&mut row).unwrap(), list);
        assert_eq!(to_column(&BTreeSet::new()), "");
        let mut row = Row::new(vec![Value::from("\nann\n"), Value::from("")]);
        assert!(read_access(&mut row).is_err());
    }

    #[test]
    fn a_condition_has_a_placeholder_for_each_value() {
        assert_eq!(Readable::by(&Reader::Everything).and(3), "");
        let nobody = Readable::by(&Reader::Named(BTreeSet::new()));
        assert_eq!((nobody.and(3).as_str(), nobody.values().len()), (" AND ((d.allowed = ''))", 0));
        let one = Readable::by(&reader(1));
        assert_eq!(
            one.condition(3),
            "(((d.allowed = '' OR replace(d.allowed, $3, '') <> d.allowed)) \
             AND (d.denied = '' OR ((replace(d.denied, $3, '') = d.denied))))"
        );
        assert_eq!(one.values(), [Value::from("\nuser:ann\n".to_owned())]);
        let three = Readable::by(&reader(3));
        assert_eq!(three.values().len(), 4);
        assert!(three.condition(2).contains("$5") && !three.condition(2).contains("$6"));
    }

    #[test]
    fn many_groups_make_no_deep_expression() {
        let condition = Readable::by(&reader(2000)).condition(1);
        let longest = condition.split(['(', ')']).map(|part| part.matches(" OR ").count()).max();
        assert!(longest.unwrap_or_default() <= TERMS, "{longest:?}");
    }
}
