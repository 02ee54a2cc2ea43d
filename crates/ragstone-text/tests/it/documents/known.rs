//! What is known of the text of a document, and how much of it was found.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use ragstone_text::Extracted;

/// Words of the text, as another program found them or as the makers of a test expect them.
pub(crate) struct Known {
    words: Vec<String>,
}

pub(crate) struct Outcome {
    /// Share of the known words, each time that it is there, that are among the words that were found.
    pub(crate) share: f64,
    /// Some of the others.
    pub(crate) missing: Vec<String>,
}

impl Known {
    /// What is known of the file at `path`.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let folder = path.parent()?;
        let markdown = if folder.ends_with("sources") {
            let truth = folder.parent()?.join("groundtruth");
            let stem = name.strip_suffix(".pdf").unwrap_or(name);
            fs::read_to_string(truth.join(format!("{stem}.md")))
                .or_else(|_| fs::read_to_string(truth.join(format!("{name}.md"))))
                .ok()?
        } else {
            phrases(&fs::read_to_string(folder.parent()?.join("_test_vectors.py")).ok()?, name)?
        };
        let words = words(&plain(&without_labels(&markdown)));
        (!words.is_empty()).then_some(Self { words })
    }

    #[expect(clippy::cast_precision_loss, reason = "documents have few words")]
    pub(crate) fn compare(&self, extracted: &Extracted) -> Outcome {
        let properties = &extracted.properties;
        let mut text = extracted.text.clone();
        for more in properties.authors.iter().chain(&properties.subject).chain(&extracted.title) {
            text.push(' ');
            text.push_str(more);
        }
        let found: HashSet<String> = words(&text).into_iter().collect();
        let missing: Vec<&String> = self.words.iter().filter(|word| !found.contains(*word)).collect();
        let share = 1.0 - missing.len() as f64 / self.words.len() as f64;
        Outcome { share, missing: missing.into_iter().take(12).cloned().collect() }
    }
}

/// The phrases that the test of a converter to Markdown expects in a file; pictures in the text are not ours.
fn phrases(tests: &str, name: &str) -> Option<String> {
    let at = tests.find(&format!("filename=\"{name}\""))?;
    let (_, rest) = tests.get(at..)?.split_once("must_include=[")?;
    let (list, _) = rest.split_once("must_not_include")?;
    let phrases = list.lines().map(|line| line.split("  #").next().unwrap_or_default().trim());
    let is_ours = |line: &&str| !line.contains("data:image") && !line.contains("**Authors:**");
    Some(phrases.filter(is_ours).collect::<Vec<_>>().join("\n"))
}

/// The text without what the other program says itself: kinds of charts, who comments when, and times of dates.
fn without_labels(markdown: &str) -> String {
    let is_label = |line: &&str| !line.ends_with(" chart") || line.split(' ').count() > 2;
    let lines = markdown.lines().filter(is_label).map(|line| match line.split_once("]: ") {
        Some((label, comment)) if label.starts_with("[author:") => comment,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n").replace(" 00:00:00", "")
}

/// Markdown without the addresses of links and pictures, comments, commands of formulas and escapes.
fn plain(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("](") {
            rest.find(')').map(|end| end + 1)
        } else if c == '\\' && rest.get(1..).is_some_and(|next| next.starts_with(char::is_alphabetic)) {
            let end = rest.get(1..).and_then(|name| name.find(|c: char| !c.is_alphabetic()));
            end.map(|end| end + 1)
        } else if c == '\\' {
            Some(1)
        } else {
            None
        };
        let Some(len) = skipped else {
            plain.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        plain.push_str(if len > 1 { " " } else { "" });
        rest = &rest[len..];
    }
    plain.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
}

/// Words in lower case with ligatures taken apart; signs are no words.
fn words(text: &str) -> Vec<String> {
    let ligatures = [('ﬁ', "fi"), ('ﬂ', "fl"), ('ﬀ', "ff"), ('ﬃ', "ffi"), ('ﬄ', "ffl")];
    let mut text = text.replace('\u{ad}', "");
    for (ligature, letters) in ligatures {
        text = text.replace(ligature, letters);
    }
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
