//! The text of subtitles, WebVTT and SubRip, in passages that have their time as heading.

use super::line::lines;
use super::{BlockKind, Page};

/// Size at which a passage ends with the cue that reaches it.
const PASSAGE_BYTES: usize = 900;

/// Silence between two cues, in seconds, behind which a new passage begins, unless the one before it is short.
const SILENCE_SECONDS: u64 = 8;
const SHORT_BYTES: usize = PASSAGE_BYTES / 2;

/// Longest tag that is taken for one.
const MAX_TAG_BYTES: usize = 256;

/// Reads the cues; `None` where there is none.
pub(crate) fn read(text: &str) -> Option<Page> {
    let mut reader =
        Reader { page: Page::default(), cue: None, passage: None, speaker: "", before: String::new() };
    for line in lines(text) {
        reader.read(line.text);
    }
    reader.end_passage();
    let title =
        text.trim_start_matches('\u{feff}').lines().next().and_then(|line| line.strip_prefix("WEBVTT"));
    reader.page.title = title
        .map(|title| title.trim_matches(|c: char| c.is_whitespace() || c == '-').to_owned())
        .filter(|title| !title.is_empty());
    (!reader.page.text.is_empty()).then_some(reader.page)
}

/// Cues that are shown one after another.
struct Passage {
    start: usize,
    from: u64,
    to: u64,
}

struct Reader<'t> {
    page: Page,
    /// Times of the cue whose lines are read.
    cue: Option<(u64, u64)>,
    passage: Option<Passage>,
    /// Who spoke last in the passage.
    speaker: &'t str,
    /// The last line, which subtitles that roll repeat.
    before: String,
}

impl<'t> Reader<'t> {
    fn read(&mut self, line: &'t str) {
        if let Some(times) = times(line) {
            self.cue = Some(times);
        } else if line.trim().is_empty() {
            self.cue = None;
        } else if let Some(times) = self.cue {
            self.read_line(times, line.trim());
        }
    }

    fn read_line(&mut self, (from, to): (u64, u64), line: &'t str) {
        let words = without_tags(line);
        if words.is_empty() || words == self.before {
            return;
        }
        let is_over = self.passage.as_ref().is_some_and(|passage| {
            let bytes = self.page.text.len() - passage.start;
            let is_after_silence = from > passage.to.saturating_add(SILENCE_SECONDS);
            bytes >= PASSAGE_BYTES || (is_after_silence && bytes >= SHORT_BYTES)
        });
        if is_over {
            self.end_passage();
        }
        let start = self.page.text.len();
        let passage = self.passage.get_or_insert(Passage { start, from, to });
        passage.to = passage.to.max(to);
        if let Some(speaker) = speaker(line).filter(|speaker| *speaker != self.speaker) {
            self.speaker = speaker;
            self.page.text.push_str(speaker);
            self.page.text.push_str(": ");
        }
        self.page.text.push_str(&words);
        self.page.text.push('\n');
        self.before = words;
    }

    fn end_passage(&mut self) {
        let Some(passage) = self.passage.take() else { return };
        let heading = format!("{}–{}", clock(passage.from), clock(passage.to));
        let section = self.page.outline.section(0, &heading);
        self.page.outline.block(passage.start, section, 0, BlockKind::Heading);
        self.page.text.push('\n');
        self.speaker = "";
    }
}

/// Seconds at which a cue begins and ends, from a line such as `00:01:02.500 --> 00:01:04.000 align:left`.
fn times(line: &str) -> Option<(u64, u64)> {
    let (from, rest) = line.split_once("-->")?;
    Some((seconds(from)?, seconds(rest.split_whitespace().next()?)?))
}

fn seconds(time: &str) -> Option<u64> {
    let whole = time.trim().split(['.', ',']).next()?;
    let mut seconds = 0_u64;
    for (at, part) in whole.split(':').enumerate() {
        if at > 2 {
            return None;
        }
        seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
    }
    Some(seconds)
}

fn clock(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Who speaks, from a tag such as `<v.loud Mary>`.
fn speaker(line: &str) -> Option<&str> {
    let (tag, _) = line.strip_prefix("<v")?.split_once('>')?;
    let (classes, speaker) = tag.split_once(char::is_whitespace)?;
    (classes.is_empty() || classes.starts_with('.'))
        .then(|| speaker.trim())
        .filter(|speaker| !speaker.is_empty())
}

/// The words of a line, without tags in angle brackets or braces, and with its character references resolved.
fn without_tags(line: &str) -> String {
    let mut words = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, tag) = rest.split_at(at);
        words.push_str(before);
        if let Some(end) = tag_end(tag) {
            rest = tag.get(end..).unwrap_or_default();
        } else {
            words.push_str(tag.get(..1).unwrap_or_default());
            rest = tag.get(1..).unwrap_or_default();
        }
    }
    words.push_str(rest);
    for (reference, text) in
        [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&lrm;", ""), ("&rlm;", ""), ("&amp;", "&")]
    {
        if words.contains(reference) {
            words = words.replace(reference, text);
        }
    }
    words.trim().to_owned()
}

/// Bytes of the tag that a text begins with; `None` where it is a sign like any other.
fn tag_end(text: &str) -> Option<usize> {
    let close = if text.starts_with('<') { '>' } else { '}' };
    let is_tag = text.starts_with('<') || text.starts_with("{\\");
    let most = text.floor_char_boundary(MAX_TAG_BYTES);
    text.get(..most)?.find(close).filter(|_| is_tag).map(|end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, headings: &[&str]) {
        let page = read(text).expect("has cues");
        assert_eq!(page.text.trim_end(), expected);
        let found: Vec<_> =
            page.outline.blocks().iter().flat_map(|block| page.outline.headings(block.section)).collect();
        assert_eq!(found, headings);
    }

    #[test]
    fn cues_are_joined_into_passages_with_their_time() {
        check(
            "WEBVTT - Talk\n\nNOTE not read\n\n1\n00:01.000 --> 00:02.000 align:left\n<v Ann>Hello <i>there</i> &amp; you\n\n\
             00:02.000 --> 00:03.500\n<v Ann>again\n\n00:04.000 --> 00:05.000\n<v.loud Bob>Hi\n\n\
             00:06.000 --> 00:07.000\nlater\n",
            "Ann: Hello there & you\nagain\nBob: Hi\nlater",
            &["00:00:01–00:00:07"],
        );
        assert_eq!(
            read("WEBVTT - Talk\n\n0:1.0 --> 0:2.0\nx\n").and_then(|page| page.title).as_deref(),
            Some("Talk")
        );
    }

    #[test]
    fn passages_end_where_they_are_long_or_silence_follows() {
        let mut text = String::new();
        for (word, time) in [("one ", "0:0"), ("two ", "0:2"), ("three ", "0:4"), ("four ", "1:00:00")] {
            text.extend([time, ".0 --> ", time, ".9\n", &word.repeat(120), "\n\n"]);
        }
        let page = read(&text).expect("has cues");
        let headings: Vec<_> =
            page.outline.blocks().iter().flat_map(|block| page.outline.headings(block.section)).collect();
        assert_eq!(headings, ["00:00:00–00:00:02", "00:00:04–00:00:04", "01:00:00–01:00:00"]);
    }

    #[test]
    fn subrip_has_numbers_and_commas() {
        check(
            "1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}One {two} <\r\n\r\n2\r\n00:00:02,000 --> 00:00:03,000\r\nOne {two} <\r\nthree\r\n",
            "One {two} <\nthree",
            &["00:00:01–00:00:03"],
        );
    }

    #[test]
    fn text_without_cues_is_none() {
        for text in
            ["", "WEBVTT\n\nNOTE x\n", "a --> b\nx", "1:2:3:4 --> 2\nx", "99999999999999999999 --> 1\nx"]
        {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
