//! Statements: constant text, generated placeholders, bound values.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::Value;

/// A statement with its parameters.
///
/// Text is only ever put together from constants and placeholder numbers, so no value can become SQL.
#[derive(Clone, Debug)]
pub struct Statement<'q> {
    sql: Cow<'static, str>,
    values: Vec<Value<'q>>,
    /// Whether each parameter stands once, in the order of the numbers.
    is_in_order: bool,
}

impl<'q> Statement<'q> {
    /// Starts from constant text with placeholders `$1`, `$2` and so on.
    pub(crate) const fn new(sql: &'static str) -> Self {
        Self { sql: Cow::Borrowed(sql), values: Vec::new(), is_in_order: false }
    }

    /// Starts from two constants, the first holding what several statements share.
    pub(crate) fn joined(first: &'static str, second: &'static str) -> Self {
        Self::generated([first, second].concat())
    }

    /// Starts from constants that follow each other.
    pub(crate) fn of_parts(parts: &[&'static str]) -> Self {
        Self::generated(parts.concat())
    }

    /// Puts a list of placeholders between `before` and `after`, numbered from `first`.
    pub(crate) fn with_list(before: &'static str, first: usize, count: usize, after: &'static str) -> Self {
        Self::generated_list(before, first, count, after)
    }

    /// The same with texts that were put together from constants and placeholders.
    pub(crate) fn generated_list(before: &str, first: usize, count: usize, after: &str) -> Self {
        let mut sql = String::with_capacity(before.len() + count * 5 + after.len() + 2);
        sql.push_str(before);
        push_placeholders(&mut sql, first, count);
        sql.push_str(after);
        Self { values: Vec::with_capacity(first + count), ..Self::generated(sql) }
    }

    /// Puts `rows` lists of `columns` placeholders between `before` and `after`.
    pub(crate) fn with_rows(before: &'static str, rows: usize, columns: usize, after: &'static str) -> Self {
        Self::generated_rows(before, rows, columns, after)
    }

    /// The same with a text that was put together from constants.
    pub(crate) fn generated_rows(before: &str, rows: usize, columns: usize, after: &'static str) -> Self {
        let mut sql = String::with_capacity(before.len() + rows * columns * 6 + after.len());
        sql.push_str(before);
        for row in 0..rows {
            if row > 0 {
                sql.push(',');
            }
            push_placeholders(&mut sql, row * columns + 1, columns);
        }
        sql.push_str(after);
        let is_in_order = !before.contains('$') && !after.contains('$');
        Self { values: Vec::with_capacity(rows * columns), is_in_order, ..Self::generated(sql) }
    }

    /// Starts from a text that was put together from constants and placeholders.
    pub(crate) const fn generated(sql: String) -> Self {
        Self { sql: Cow::Owned(sql), values: Vec::new(), is_in_order: false }
    }

    /// The same with `?` for each parameter, where they stand in order.
    ///
    /// SQLite looks for the name of a parameter among all the others, which of a thousand takes longer than the statement.
    pub(crate) fn without_numbers(self) -> Self {
        if !self.is_in_order {
            return self;
        }
        let mut sql = String::with_capacity(self.sql.len());
        for (place, part) in self.sql.split('$').enumerate() {
            if place > 0 {
                sql.push('?');
            }
            sql.push_str(if place > 0 {
                part.trim_start_matches(|letter: char| letter.is_ascii_digit())
            } else {
                part
            });
        }
        Self { sql: Cow::Owned(sql), ..self }
    }

    /// Binds the next parameter.
    #[must_use]
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds the next parameters.
    #[must_use]
    pub(crate) fn bind_all(mut self, values: impl IntoIterator<Item = Value<'q>>) -> Self {
        self.values.extend(values);
        self
    }

    /// Text and parameters.
    pub(crate) fn into_parts(self) -> (Cow<'static, str>, Vec<Value<'q>>) {
        (self.sql, self.values)
    }
}

fn push_placeholders(sql: &mut String, first: usize, count: usize) {
    sql.push('(');
    for number in first..first + count {
        if number > first {
            sql.push(',');
        }
        let _infallible = write!(sql, "${number}");
    }
    sql.push(')');
}

/// Filled up to a power of two with the last one, so that a prepared statement serves many lengths.
pub(crate) fn filled(mut keys: Vec<Value<'_>>) -> Vec<Value<'_>> {
    if let Some(last) = keys.last().cloned() {
        keys.resize(keys.len().next_power_of_two(), last);
    }
    keys
}

/// Cuts many rows into few sizes, so that prepared statements are found again.
///
/// A statement has at most 64 rows. With 20 columns that makes 1,280 parameters; SQLite allows 32,766 and
/// PostgreSQL 65,535.
#[derive(Debug)]
pub(crate) struct Rows<'a, T>(&'a [T]);

impl<'a, T> Rows<'a, T> {
    const SIZES: [usize; 3] = [64, 8, 1];

    pub(crate) const fn of(items: &'a [T]) -> Self {
        Self(items)
    }
}

impl<'a, T> Iterator for Rows<'a, T> {
    type Item = &'a [T];

    fn next(&mut self) -> Option<Self::Item> {
        let size = Self::SIZES.into_iter().find(|size| *size <= self.0.len())?;
        let (batch, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_count_through_rows() {
        let statement = Statement::with_rows("INSERT INTO t VALUES ", 2, 3, " RETURNING 1");
        assert_eq!(statement.into_parts().0, "INSERT INTO t VALUES ($1,$2,$3),($4,$5,$6) RETURNING 1");
        let statement = Statement::with_list("SELECT 1 WHERE a = $1 AND b IN ", 2, 2, "");
        assert_eq!(statement.into_parts().0, "SELECT 1 WHERE a = $1 AND b IN ($2,$3)");
    }

    #[test]
    fn numbers_are_left_out_only_where_parameters_stand_in_order() {
        let sql = |statement: Statement<'_>| statement.without_numbers().into_parts().0.into_owned();
        let rows = Statement::with_rows("INSERT INTO t VALUES ", 2, 2, " RETURNING 1");
        assert_eq!(sql(rows), "INSERT INTO t VALUES (?,?),(?,?) RETURNING 1");
        let other = Statement::with_rows("INSERT INTO t VALUES ", 1, 1, " RETURNING $1");
        assert_eq!(sql(other), "INSERT INTO t VALUES ($1) RETURNING $1");
        assert_eq!(sql(Statement::new("SELECT $1")), "SELECT $1");
    }

    #[test]
    fn rows_are_cut_into_few_sizes_and_none_is_lost() {
        let items: Vec<u32> = (0..82).collect();
        let sizes: Vec<usize> = Rows::of(&items).map(<[u32]>::len).collect();
        assert_eq!(sizes, [64, 8, 8, 1, 1]);
        assert_eq!(Rows::of(&items).flatten().copied().collect::<Vec<_>>(), items);
    }
}
