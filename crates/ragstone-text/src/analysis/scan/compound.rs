//! Words joined by full stops, slashes, commas and colons: numbers, acronyms, file names and paths.

use super::class::{WORD, class};
use super::{Form, Piece, Scanner};

/// Segments of one compound; what follows is a compound of its own.
const MAX_SEGMENTS: usize = 32;

/// What joins two words without a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Start,
    Dot,
    Slash,
    Colons,
    Comma,
}

/// A word of a compound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    before: Joint,
    start: usize,
    end: usize,
    classes: u8,
}

impl<F: FnMut(Piece)> Scanner<'_, '_, F> {
    /// Reads a compound of which the first word is `start..end`, and returns where it ends.
    pub(super) fn compound(&mut self, start: usize, end: usize, classes: u8) -> usize {
        let mut segments = std::mem::take(&mut self.segments);
        segments.clear();
        segments.push(Segment { before: Joint::Start, start, end, classes });
        let mut at = end;
        while segments.len() < MAX_SEGMENTS
            && let Some((before, start)) = self.joint(at)
        {
            let (end, classes) = self.identifier_end(start);
            segments.push(Segment { before, start, end, classes });
            at = end;
        }
        if let [only] = segments.as_slice() {
            self.identifier(only.start, only.end, only.classes);
        } else {
            self.segments(&segments, start, at);
        }
        self.segments = segments;
        at
    }

    /// The joint at `at` and the start of the word behind it.
    fn joint(&self, at: usize) -> Option<(Joint, usize)> {
        let rest = self.bytes.get(at..)?;
        let is_word = |at: usize| rest.get(at).is_some_and(|byte| class(*byte) & WORD != 0);
        let is_digit = |at: usize| rest.get(at).is_some_and(u8::is_ascii_digit);
        match rest {
            [b'.', ..] if is_word(1) => Some((Joint::Dot, at + 1)),
            [b'/' | b'\\', ..] if is_word(1) => Some((Joint::Slash, at + 1)),
            [b':', b':', ..] if is_word(2) => Some((Joint::Colons, at + 2)),
            [b',', ..] => {
                let follows_digit = self.bytes.get(at.wrapping_sub(1)).is_some_and(u8::is_ascii_digit);
                let is_group = follows_digit && (1..4).all(is_digit) && !is_word(4);
                is_group.then_some((Joint::Comma, at + 1))
            }
            _ => None,
        }
    }

    fn segments(&mut self, segments: &[Segment], start: usize, end: usize) {
        let is_number = |segment: &Segment| {
            self.bytes.get(segment.start..segment.end).is_some_and(|word| word.iter().all(u8::is_ascii_digit))
        };
        let joins = |joint: Joint| segments.iter().filter(|segment| segment.before == joint).count();
        let (dots, slashes, colons) = (joins(Joint::Dot), joins(Joint::Slash), joins(Joint::Colons));
        if slashes + colons == 0 && segments.iter().all(is_number) {
            self.push(start, end, Form::Number);
            return;
        }
        let is_letter = |segment: &Segment| segment.end - segment.start == 1 && !is_number(segment);
        if dots + 1 == segments.len() && segments.iter().all(is_letter) {
            self.push(start, end, Form::Acronym);
            return;
        }
        let has_file_name = segments.last().is_some_and(|last| last.before == Joint::Dot);
        if colons > 0 || slashes > 1 || has_file_name {
            self.push_whole(start, end, Form::Whole);
        }
        let file_name =
            segments.iter().rposition(|segment| segment.before == Joint::Slash).filter(|_| has_file_name);
        self.words(segments, file_name, end);
    }

    /// The words of a compound, runs of digits with points or commas as one number.
    fn words(&mut self, segments: &[Segment], file_name: Option<usize>, end: usize) {
        let is_number = |at: usize| {
            let word = segments.get(at).and_then(|segment| self.bytes.get(segment.start..segment.end));
            word.is_some_and(|word| word.iter().all(u8::is_ascii_digit))
        };
        let continues = |at: usize| {
            is_number(at)
                && segments.get(at).is_some_and(|segment| matches!(segment.before, Joint::Dot | Joint::Comma))
        };
        let mut at = 0;
        let mut runs: Vec<(usize, usize)> = Vec::new();
        while at < segments.len() {
            let mut next = at + 1;
            while is_number(at) && continues(next) {
                next += 1;
            }
            runs.push((at, next));
            at = next;
        }
        for (from, to) in runs {
            let (Some(first), Some(last)) = (segments.get(from), segments.get(to - 1)) else {
                continue;
            };
            if file_name == Some(from) {
                self.push_whole(first.start, end, Form::Whole);
            }
            if to - from > 1 {
                self.push(first.start, last.end, Form::Number);
            } else {
                self.identifier(first.start, first.end, first.classes);
            }
        }
    }
}
