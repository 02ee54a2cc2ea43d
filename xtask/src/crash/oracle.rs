//! What must be there: what was acknowledged, and what may be there besides, because nobody knows.

use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::random::Random;

/// The collection that nearly everything lies in.
pub(super) const DEFAULT: &str = "default";
const TEXTS: usize = 24;
const UPLOADS: usize = 8;
const FILES: usize = 12;
/// Letters of a word that stands for a number, each three times: no word is a misspelling of another.
const LETTERS: &[u8; 10] = b"bcdfghjklm";
/// So often does the word stand in a passage, which makes it what the passage means.
const TIMES: usize = 12;
const FILLER: &str = "The rest of the part is there to fill a passage, and no one looks for it. ";

/// Words that no other document has, and none has twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(Arc<AtomicUsize>);

impl Words {
    fn next(&self) -> String {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        let digits = format!("{number:07}");
        let letters = digits.bytes().map(|digit| char::from(LETTERS[usize::from(digit - b'0')]));
        std::iter::once('q').chain(letters.flat_map(|letter| std::iter::repeat_n(letter, 3))).collect()
    }

    /// A document of one to four passages, each with the word.
    pub(super) fn content(&self, random: &mut Random) -> Content {
        self.content_of(1 + random.below(4))
    }

    /// A document of so many passages.
    pub(super) fn content_of(&self, parts: usize) -> Content {
        let word = self.next();
        let parts = (0..parts)
            .map(|part| format!("\n\n## Part {part}\n\n{}{FILLER}", format!("{word} ").repeat(TIMES)));
        let text = format!("# {word}{}", parts.collect::<String>());
        Content { word, text }
    }
}

/// What a document holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) word: String,
    pub(super) text: String,
}

impl Content {
    /// The same as a file that a process of its own has to read.
    pub(super) fn rich_text(&self) -> String {
        format!("{{\\rtf1\\ansi {}{FILLER}\\par}}", format!("{} ", self.word).repeat(TIMES))
    }
}

/// What a request without an answer may have done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    Stored(Content),
    Deleted,
}

/// A place for a document, which one client alone writes to.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) collection: String,
    /// The caller's own id.
    pub(super) name: String,
    /// What was acknowledged last; none where that was a deletion, or nothing was.
    pub(super) certain: Option<Content>,
    /// Version that came with the acknowledgement.
    pub(super) version: Option<u64>,
    pub(super) document: Option<String>,
    pub(super) doubt: Option<Doubt>,
    /// Whether it waits for a job, or for a look at what a request in doubt has done.
    pub(super) is_frozen: bool,
    /// Whether something has happened since the last look.
    pub(super) is_touched: bool,
    /// Words that it had and must not have any more.
    pub(super) outdated: Vec<String>,
}

impl Slot {
    pub(super) fn new(collection: &str, name: String) -> Self {
        Self {
            collection: collection.to_owned(),
            name,
            certain: None,
            version: None,
            document: None,
            doubt: None,
            is_frozen: false,
            is_touched: false,
            outdated: Vec::new(),
        }
    }

    /// The acknowledgement of a new content, or of a deletion.
    pub(super) fn acknowledge(&mut self, content: Option<Content>, version: Option<u64>) {
        let before = std::mem::replace(&mut self.certain, content);
        self.outdated.extend(before.map(|content| content.word));
        self.version = version;
        self.is_touched = true;
    }

    /// A request without an answer.
    pub(super) fn doubt(&mut self, doubt: Doubt) {
        self.doubt = Some(doubt);
        (self.is_frozen, self.is_touched) = (true, true);
    }

    /// A look has shown what a request in doubt has done.
    pub(super) fn settle(&mut self, found: Option<Content>) {
        if let Some(Doubt::Stored(content)) = self.doubt.take()
            && found.as_ref() != Some(&content)
        {
            self.outdated.push(content.word);
        }
        if found != self.certain {
            self.acknowledge(found, None);
        }
        (self.is_frozen, self.is_touched) = (false, false);
    }
}

/// A collection that comes and goes.
#[derive(Clone, Debug)]
pub(super) struct Passing {
    pub(super) name: String,
    /// Whether it was acknowledged to be there; none where nobody knows.
    pub(super) is_there: Option<bool>,
    pub(super) slots: Vec<Slot>,
}

/// Files that a background job ingests.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub(super) root: PathBuf,
    pub(super) files: Vec<Option<Content>>,
    pub(super) outdated: Vec<String>,
    /// Whether a job was acknowledged after the last change.
    pub(super) is_asked: bool,
    pub(super) job: Option<String>,
}

/// What one client writes.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) texts: Vec<Slot>,
    pub(super) uploads: Vec<Slot>,
    pub(super) passing: Vec<Passing>,
    pub(super) folder: Folder,
    pub(super) words: Words,
    /// Part of the names of passing collections.
    pub(super) client: usize,
    pub(super) created: usize,
    pub(super) tally: Tally,
    pub(super) violations: Vec<String>,
}

/// Requests by what became of them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) acknowledged: usize,
    pub(super) in_doubt: usize,
    pub(super) not_sent: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.in_doubt += other.in_doubt;
        self.not_sent += other.not_sent;
    }
}

impl Shelf {
    pub(super) fn new(client: usize, words: &Words, folders: &Path) -> Self {
        let texts = (0..TEXTS).map(|slot| Slot::new(DEFAULT, format!("text-{client}-{slot}")));
        let uploads = (0..UPLOADS).map(|slot| Slot::new(DEFAULT, format!("upload-{client}-{slot}")));
        let folder = Folder {
            root: folders.join(format!("client-{client}")),
            files: vec![None; FILES],
            outdated: Vec::new(),
            is_asked: true,
            job: None,
        };
        Self {
            texts: texts.collect(),
            uploads: uploads.collect(),
            passing: Vec::new(),
            folder,
            words: words.clone(),
            client,
            created: 0,
            tally: Tally::default(),
            violations: Vec::new(),
        }
    }

    /// Every slot, passing collections included.
    pub(super) fn slots(&mut self) -> impl Iterator<Item = &mut Slot> {
        let passing = self.passing.iter_mut().flat_map(|passing| &mut passing.slots);
        self.texts.iter_mut().chain(&mut self.uploads).chain(passing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_look_shows_settles_a_doubt() {
        let (words, mut random) = (Words::default(), Random::seeded(1));
        let (old, new) = (words.content(&mut random), words.content(&mut random));
        let mut slot = Slot::new(DEFAULT, "a".to_owned());
        slot.acknowledge(Some(old.clone()), Some(1));
        slot.doubt(Doubt::Stored(new.clone()));
        let mut lost = slot.clone();
        slot.settle(Some(new.clone()));
        assert_eq!((slot.certain, slot.version, slot.is_frozen), (Some(new.clone()), None, false));
        assert_eq!(slot.outdated, std::slice::from_ref(&old.word));
        lost.settle(Some(old.clone()));
        assert_eq!((lost.certain, lost.version), (Some(old), Some(1)));
        assert_eq!(lost.outdated, [new.word]);
    }

    #[test]
    fn words_are_distinct_and_stand_in_every_part() {
        let (words, mut random) = (Words::default(), Random::seeded(1));
        let (one, other) = (words.content(&mut random), words.content(&mut random));
        assert_ne!(one.word, other.word);
        assert!(one.text.matches(&one.word).count() >= 2, "{}", one.text);
    }
}
