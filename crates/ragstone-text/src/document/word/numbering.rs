//! The markers of items: bullets, and numbers that are counted as Word counts them.

use std::collections::{HashMap, HashSet};

use crate::document::xml::{Node, Xml};
use crate::extract::ExtractError;

/// Lists have at most this many levels.
const LEVELS: usize = 9;

/// Where a paragraph stands in a list; what is missing is taken from its style.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) list: Option<String>,
    pub(super) level: Option<u8>,
}

impl Place {
    pub(super) fn or(self, other: &Self) -> Self {
        Self { list: self.list.or_else(|| other.list.clone()), level: self.level.or(other.level) }
    }
}

#[derive(Default)]
pub(super) struct Numbering {
    /// Patterns of lists by the id of the pattern.
    patterns: HashMap<String, Pattern>,
    lists: HashMap<String, List>,
    /// Lists that have begun, of which starts of their own apply once.
    begun: HashSet<String>,
}

#[derive(Default)]
struct Pattern {
    levels: [Level; LEVELS],
    counts: [u32; LEVELS],
}

#[derive(Clone, Default)]
struct Level {
    format: String,
    /// Text of the marker, in which `%1` stands for the number of the first level.
    text: String,
    start: u32,
}

#[derive(Default)]
struct List {
    pattern: String,
    starts: Vec<(usize, u32)>,
}

impl Numbering {
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Self, ExtractError> {
        let mut numbering = Self::default();
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "abstractNum" => {
                    let id = element.attribute("abstractNumId").unwrap_or_default();
                    let pattern = Pattern::read(&mut xml)?;
                    numbering.patterns.insert(id, pattern);
                }
                "num" => {
                    let id = element.attribute("numId").unwrap_or_default();
                    let list = List::read(&mut xml)?;
                    numbering.lists.insert(id, list);
                }
                _ => {}
            }
        }
        Ok(numbering)
    }

    /// Counts the next paragraph at a place, and gives its marker; `None` where the place is in no list.
    pub(super) fn marker(&mut self, place: &Place) -> Option<String> {
        let id = place.list.as_deref()?;
        let list = self.lists.get(id)?;
        let pattern = self.patterns.get_mut(&list.pattern)?;
        if self.begun.insert(id.to_owned()) {
            for (level, start) in &list.starts {
                if let Some(count) = pattern.counts.get_mut(*level) {
                    *count = start.saturating_sub(1);
                }
            }
        }
        let level = usize::from(place.level.unwrap_or(0)).min(LEVELS - 1);
        pattern.count(level);
        Some(pattern.marker(level))
    }
}

impl Pattern {
    fn read(xml: &mut Xml<'_>) -> Result<Self, ExtractError> {
        let depth = xml.depth();
        let mut pattern = Self::default();
        let mut at = 0;
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            if element.name() == "lvl" {
                at = element.attribute("ilvl").and_then(|level| level.parse().ok()).unwrap_or(0);
            }
            let Some(level) = pattern.levels.get_mut(at) else { continue };
            let value = || element.attribute("val").unwrap_or_default();
            match element.name() {
                "numFmt" => level.format = value(),
                "lvlText" => level.text = value(),
                "start" => level.start = value().parse().unwrap_or(1),
                _ => {}
            }
        }
        for (count, level) in pattern.counts.iter_mut().zip(&pattern.levels) {
            *count = level.start.saturating_sub(1);
        }
        Ok(pattern)
    }

    /// Counts one more at a level, and begins the levels below it again.
    fn count(&mut self, level: usize) {
        let counted = self.counts.iter_mut().zip(&self.levels).enumerate().skip(level);
        for (at, (count, description)) in counted {
            *count = if at == level { count.saturating_add(1) } else { description.start.saturating_sub(1) };
        }
    }

    fn marker(&self, level: usize) -> String {
        let Some(description) = self.levels.get(level) else {
            return "-".to_owned();
        };
        if matches!(description.format.as_str(), "bullet" | "none" | "") {
            return "-".to_owned();
        }
        let mut marker = description.text.clone();
        for (at, (count, level)) in self.counts.iter().zip(&self.levels).enumerate() {
            let placeholder = format!("%{}", at + 1);
            if marker.contains(&placeholder) {
                // A level above that nothing was counted on yet counts as begun.
                let number = (*count).max(level.start);
                marker = marker.replace(&placeholder, &spell(number, &level.format));
            }
        }
        if marker.trim().is_empty() { "-".to_owned() } else { marker }
    }
}

impl List {
    fn read(xml: &mut Xml<'_>) -> Result<Self, ExtractError> {
        let depth = xml.depth();
        let mut list = Self::default();
        let mut level = 0;
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "abstractNumId" => list.pattern = element.attribute("val").unwrap_or_default(),
                "lvlOverride" => {
                    level = element.attribute("ilvl").and_then(|level| level.parse().ok()).unwrap_or(0);
                }
                "startOverride" => {
                    let start = element.attribute("val").and_then(|start| start.parse().ok());
                    list.starts.push((level, start.unwrap_or(1)));
                }
                _ => {}
            }
        }
        Ok(list)
    }
}

/// A number as a format writes it; unknown formats write it in digits.
fn spell(number: u32, format: &str) -> String {
    match format {
        "lowerLetter" => letters(number),
        "upperLetter" => letters(number).to_ascii_uppercase(),
        "lowerRoman" => roman(number),
        "upperRoman" => roman(number).to_ascii_uppercase(),
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}

/// `a` to `z`, then `aa` to `zz` with the letter repeated.
fn letters(number: u32) -> String {
    let Some(at) = number.checked_sub(1) else {
        return number.to_string();
    };
    let letter = ('a'..='z').nth(usize::try_from(at % 26).unwrap_or(0)).unwrap_or('a');
    let times = usize::try_from(at / 26 + 1).unwrap_or(1).min(8);
    letter.to_string().repeat(times)
}

fn roman(mut number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number >= 4000 {
        return number.to_string();
    }
    let mut roman = String::new();
    for (value, sign) in SIGNS {
        while number >= value {
            number -= value;
            roman.push_str(sign);
        }
    }
    roman
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spelled_as_their_format_says() {
        let cases = [(4, "lowerRoman", "iv"), (1999, "upperRoman", "MCMXCIX"), (28, "lowerLetter", "bb")];
        for (number, format, expected) in cases {
            assert_eq!(spell(number, format), expected);
        }
        assert_eq!(spell(7, "decimalZero"), "07");
        assert_eq!(spell(0, "upperLetter"), "0");
    }
}
