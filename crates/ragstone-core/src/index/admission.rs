//! Filters and readers as conditions on the keywords and numbers that an index stores.

use super::keyword::{DEPTH, KeywordField, UPDATED, date_field, number_field};
use super::token;
use crate::access::Reader;
use crate::filter::{Field, Filter, GlobSegment, NumberRange, Place, SourceGlob};
use crate::metadata::MetadataValue;

/// What a filter or a reader lets through, in an index whose conditions are `C`.
///
/// Constants are folded, so that no condition is made of nothing: engines differ in what an empty one means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission<C> {
    /// Every chunk.
    Everything,
    /// No chunk.
    Nothing,
    /// Chunks of which this holds.
    Where(C),
}

/// How an index words conditions on what it stores of a chunk ([`StoredAttributes`](super::keyword::StoredAttributes)).
pub trait Conditions {
    /// A condition.
    type Condition;

    /// All of these hold; there is at least one.
    fn all(conditions: Vec<Self::Condition>) -> Self::Condition;

    /// One of these holds; there is at least one.
    fn any(conditions: Vec<Self::Condition>) -> Self::Condition;

    /// This does not hold.
    fn not(condition: Self::Condition) -> Self::Condition;

    /// The field holds one of these keywords; there is at least one.
    fn holds(field: KeywordField, keywords: Vec<String>) -> Self::Condition;

    /// The number of a field is there and within a range, which has a bound.
    fn number_within(field: &str, range: &NumberRange) -> Self::Condition;
}

impl<C> Admission<C> {
    /// Words what a reader may find, and a filter on it where there is one.
    pub fn of_question<I: Conditions<Condition = C>>(filter: Option<&Filter>, reader: &Reader) -> Self {
        let filter = filter.map_or(Self::Everything, Self::of::<I>);
        match (Self::of_reader::<I>(reader), filter) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::Everything, only) | (only, Self::Everything) => only,
            (Self::Where(readable), Self::Where(condition)) => Self::Where(I::all(vec![readable, condition])),
        }
    }

    /// Words what a reader may find: the meaning of [`AccessList::admits`](crate::AccessList::admits).
    fn of_reader<I: Conditions<Condition = C>>(reader: &Reader) -> Self {
        let Reader::Named(entries) = reader else { return Self::Everything };
        let own = token::of_entries(entries);
        let mut allowed = own.clone();
        allowed.push(token::EVERYBODY.to_owned());
        let is_allowed = I::holds(KeywordField::Allow, allowed);
        if own.is_empty() {
            return Self::Where(is_allowed);
        }
        let is_denied = I::holds(KeywordField::Deny, own);
        Self::Where(I::all(vec![is_allowed, I::not(is_denied)]))
    }

    /// Words a filter as the index does.
    pub fn of<I: Conditions<Condition = C>>(filter: &Filter) -> Self {
        match filter {
            Filter::All(parts) => Self::all::<I>(parts),
            Filter::Any(parts) => Self::any::<I>(parts),
            Filter::Not(part) => match Self::of::<I>(part) {
                Self::Everything => Self::Nothing,
                Self::Nothing => Self::Everything,
                Self::Where(condition) => Self::Where(I::not(condition)),
            },
            Filter::Equals(field, value) => Self::one_of::<I>(field, std::slice::from_ref(value)),
            Filter::In(field, values) => Self::one_of::<I>(field, values),
            Filter::Within(field, range) => Self::within::<I>(field, range),
            Filter::Dated(field, range) => Self::dated::<I>(field, range),
            Filter::Under(place) => Self::below::<I>(place),
            Filter::Glob(glob) => Self::glob::<I>(glob),
            Filter::Exists(field) => Self::exists::<I>(field),
        }
    }

    fn all<I: Conditions<Condition = C>>(parts: &[Filter]) -> Self {
        let mut conditions = Vec::with_capacity(parts.len());
        for part in parts {
            match Self::of::<I>(part) {
                Self::Everything => {}
                Self::Nothing => return Self::Nothing,
                Self::Where(condition) => conditions.push(condition),
            }
        }
        if conditions.is_empty() { Self::Everything } else { Self::Where(I::all(conditions)) }
    }

    fn any<I: Conditions<Condition = C>>(parts: &[Filter]) -> Self {
        let mut conditions = Vec::with_capacity(parts.len());
        for part in parts {
            match Self::of::<I>(part) {
                Self::Everything => return Self::Everything,
                Self::Nothing => {}
                Self::Where(condition) => conditions.push(condition),
            }
        }
        if conditions.is_empty() { Self::Nothing } else { Self::Where(I::any(conditions)) }
    }

    fn one_of<I: Conditions<Condition = C>>(field: &Field, values: &[MetadataValue]) -> Self {
        let texts = || {
            values.iter().filter_map(|value| match value {
                MetadataValue::Text(text) => Some(text.as_str()),
                MetadataValue::Boolean(_) | MetadataValue::Integer(_) | MetadataValue::Float(_) => None,
            })
        };
        let keywords = || texts().map(token::of_text).collect();
        match field {
            Field::Document => Self::holds::<I>(KeywordField::Document, texts().map(str::to_owned).collect()),
            Field::Source => Self::holds::<I>(KeywordField::Source, keywords()),
            Field::Format => Self::holds::<I>(KeywordField::Format, keywords()),
            Field::Language => Self::holds::<I>(KeywordField::Language, keywords()),
            Field::Updated => Self::Nothing,
            Field::Tag => Self::holds::<I>(KeywordField::Tag, keywords()),
            Field::Metadata(key) => {
                let tokens = values.iter().flat_map(|value| token::sought(key, value));
                Self::holds::<I>(KeywordField::Metadata, tokens.collect())
            }
        }
    }

    fn within<I: Conditions<Condition = C>>(field: &Field, range: &NumberRange) -> Self {
        let Field::Metadata(key) = field else {
            return Self::Nothing;
        };
        let is_number = I::holds(KeywordField::Metadata, vec![token::has_number(key)]);
        if *range == NumberRange::UNBOUNDED {
            return Self::Where(is_number);
        }
        Self::Where(I::all(vec![is_number, I::number_within(&number_field(key), range)]))
    }

    fn dated<I: Conditions<Condition = C>>(field: &Field, range: &NumberRange) -> Self {
        let is_bounded = *range != NumberRange::UNBOUNDED;
        match field {
            Field::Updated if is_bounded => Self::Where(I::number_within(UPDATED, range)),
            Field::Updated => Self::Everything,
            Field::Metadata(key) => {
                let is_date = I::holds(KeywordField::Metadata, vec![token::has_date(key)]);
                if !is_bounded {
                    return Self::Where(is_date);
                }
                Self::Where(I::all(vec![is_date, I::number_within(&date_field(key), range)]))
            }
            Field::Document | Field::Source | Field::Format | Field::Language | Field::Tag => Self::Nothing,
        }
    }

    fn below<I: Conditions<Condition = C>>(place: &Place) -> Self {
        Self::holds::<I>(KeywordField::Path, vec![token::below(place.as_str())])
    }

    /// Words a glob by its parts, which say together what it says.
    fn glob<I: Conditions<Condition = C>>(glob: &SourceGlob) -> Self {
        let mut tokens: Vec<String> = Vec::new();
        tokens.extend(glob.below().map(|place| token::below(place.as_str())));
        tokens.extend(glob.directory().map(token::directory));
        for (behind, part) in glob.tail().iter().enumerate() {
            match part {
                GlobSegment::Any => {}
                GlobSegment::Is(name) => tokens.push(token::segment(behind, name)),
                GlobSegment::Ends(ending) => tokens.push(token::ending(ending)),
            }
        }
        let holds = |token| I::holds(KeywordField::Path, vec![token]);
        let mut conditions: Vec<C> = tokens.into_iter().map(holds).collect();
        let depth = depth(glob.depth());
        if depth != NumberRange::UNBOUNDED {
            conditions.push(I::number_within(DEPTH, &depth));
        }
        if conditions.is_empty() { Self::Everything } else { Self::Where(I::all(conditions)) }
    }

    fn exists<I: Conditions<Condition = C>>(field: &Field) -> Self {
        match field {
            Field::Document | Field::Source | Field::Format | Field::Updated => Self::Everything,
            Field::Language => Self::holds::<I>(KeywordField::Language, vec![token::HAS_LANGUAGE.to_owned()]),
            Field::Tag => Self::holds::<I>(KeywordField::Tag, vec![token::HAS_TAG.to_owned()]),
            Field::Metadata(key) => Self::holds::<I>(KeywordField::Metadata, vec![token::has_value(key)]),
        }
    }

    fn holds<I: Conditions<Condition = C>>(field: KeywordField, keywords: Vec<String>) -> Self {
        if keywords.is_empty() { Self::Nothing } else { Self::Where(I::holds(field, keywords)) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a glob has at most 4096 segments")]
fn depth((least, most): (Option<usize>, Option<usize>)) -> NumberRange {
    let (gte, lte) = (least.map(|least| least as f64), most.map(|most| most as f64));
    NumberRange { gte, lte, ..NumberRange::UNBOUNDED }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index that words conditions as text.
    struct Words;

    impl Conditions for Words {
        type Condition = String;

        fn all(conditions: Vec<String>) -> String {
            format!("({})", conditions.join(" & "))
        }

        fn any(conditions: Vec<String>) -> String {
            format!("({})", conditions.join(" | "))
        }

        fn not(condition: String) -> String {
            format!("!{condition}")
        }

        fn holds(field: KeywordField, keywords: Vec<String>) -> String {
            format!("{}:{}", field.name(), keywords.join(","))
        }

        fn number_within(field: &str, range: &NumberRange) -> String {
            format!("{field}>={:?}", range.gte)
        }
    }

    fn tag(text: &str) -> Filter {
        Filter::Equals(Field::Tag, MetadataValue::Text(text.to_owned()))
    }

    #[track_caller]
    fn check(filter: &Filter, expected: Admission<&str>) {
        let expected = match expected {
            Admission::Where(words) => Admission::Where(words.to_owned()),
            Admission::Everything => Admission::Everything,
            Admission::Nothing => Admission::Nothing,
        };
        assert_eq!(Admission::of::<Words>(filter), expected, "{filter:?}");
    }

    #[test]
    fn constants_are_folded() {
        let (always, never) = (Filter::Exists(Field::Source), Filter::In(Field::Tag, Vec::new()));
        check(&always, Admission::Everything);
        check(&never, Admission::Nothing);
        check(&Filter::All(Vec::new()), Admission::Everything);
        check(&Filter::Any(Vec::new()), Admission::Nothing);
        check(&Filter::Not(Box::new(never.clone())), Admission::Everything);
        check(&Filter::All(vec![always.clone(), tag("a")]), Admission::Where("(tag:=a)"));
        check(&Filter::All(vec![never.clone(), tag("a")]), Admission::Nothing);
        check(&Filter::Any(vec![never, tag("a")]), Admission::Where("(tag:=a)"));
        check(&Filter::Any(vec![always, tag("a")]), Admission::Everything);
        // A number equals no tag.
        check(&Filter::Equals(Field::Tag, MetadataValue::Integer(1)), Admission::Nothing);
    }

    #[test]
    fn readers_find_what_allows_and_does_not_deny_them() {
        let word = |filter: Option<&Filter>, reader: &Reader| Admission::of_question::<Words>(filter, reader);
        let reader = Reader::named("ann", &["staff".to_owned()]);
        let readable = "(allow:=group:staff,=user:ann,* & !deny:=group:staff,=user:ann)";
        assert_eq!(word(None, &reader), Admission::Where(readable.to_owned()));
        let both = format!("({readable} & tag:=a)");
        assert_eq!(word(Some(&tag("a")), &reader), Admission::Where(both));
        assert_eq!(word(None, &Reader::Everything), Admission::Everything);
        assert_eq!(word(Some(&tag("a")), &Reader::Everything), Admission::Where("tag:=a".to_owned()));
        assert_eq!(word(Some(&Filter::Any(Vec::new())), &reader), Admission::Nothing);
        let nobody = Reader::named("", []);
        assert_eq!(word(None, &nobody), Admission::Where("allow:*".to_owned()));
    }

    #[test]
    fn conditions_are_nested_as_the_filter_is() {
        let either = Filter::Any(vec![tag("a"), Filter::Not(Box::new(tag("b")))]);
        check(&either, Admission::Where("(tag:=a | !tag:=b)"));
        let year = Field::Metadata("year".to_owned());
        check(&Filter::Exists(year.clone()), Admission::Where("metadata:year*"));
        check(&Filter::Within(year.clone(), NumberRange::UNBOUNDED), Admission::Where("metadata:year#"));
        let since = NumberRange { gte: Some(2000.0), ..NumberRange::UNBOUNDED };
        check(&Filter::Within(year, since), Admission::Where("(metadata:year# & number-year>=Some(2000.0))"));
        check(&Filter::Within(Field::Tag, since), Admission::Nothing);
    }

    #[test]
    fn places_and_globs_are_words_and_a_depth() {
        #[track_caller]
        fn check_text(text: &str, expected: Admission<&str>) {
            check(&Filter::parse(text).expect("parses"), expected);
        }
        check_text(r#"source under "text:""#, Admission::Where("path:<=text:"));
        check_text(r#"source glob "**""#, Admission::Everything);
        check_text(r#"source glob "**/api/*.md""#, Admission::Where("(path:.=.md & path:1=api)"));
        check_text(r#"source glob "**/api/**""#, Admission::Where("(path:/=api)"));
        check_text(r#"source glob "**/*/a.md""#, Admission::Where("(path:0=a.md & depth>=Some(2.0))"));
    }

    #[test]
    fn dates_are_numbers_of_their_own() {
        let since = NumberRange { gte: Some(0.0), ..NumberRange::UNBOUNDED };
        let day = Field::Metadata("day".to_owned());
        check(&Filter::Dated(Field::Updated, since), Admission::Where("updated>=Some(0.0)"));
        check(&Filter::Dated(Field::Updated, NumberRange::UNBOUNDED), Admission::Everything);
        check(&Filter::Dated(day.clone(), since), Admission::Where("(metadata:day@ & date-day>=Some(0.0))"));
        check(&Filter::Dated(day, NumberRange::UNBOUNDED), Admission::Where("metadata:day@"));
        check(&Filter::Dated(Field::Tag, since), Admission::Nothing);
        check(&Filter::Equals(Field::Updated, MetadataValue::Integer(0)), Admission::Nothing);
    }
}
