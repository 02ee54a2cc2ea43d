//! Generated Markdown whose words are distributed as in natural language (Zipf, exponent 1).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ragstone_core::{Error, Result};

/// Distinct words.
const VOCABULARY: u64 = 50_000;
/// Words of one section; together with its heading it makes about one chunk.
const SECTION_WORDS: u32 = 180;
/// Sections of one file.
const FILE_SECTIONS: u32 = 20;

/// A corpus of a given number of sections; the same number gives the same text.
#[derive(Debug)]
pub(super) struct Corpus {
    sections: u32,
}

impl Corpus {
    /// A corpus of about so many chunks, 1,000 to 1,000,000.
    pub(super) fn new(chunks: u32) -> Result<Self> {
        if !(1_000..=1_000_000).contains(&chunks) {
            return Err(Error::invalid("chunks", "must be from 1000 to 1000000"));
        }
        Ok(Self { sections: chunks })
    }

    /// Writes the files below `folder`.
    pub(super) fn write(&self, folder: &Path) -> std::io::Result<PathBuf> {
        std::fs::create_dir_all(folder)?;
        let mut random = Random(1);
        for file in 0..self.sections.div_ceil(FILE_SECTIONS) {
            let mut text = format!("# Volume {file}\n\n");
            for section in 0..FILE_SECTIONS {
                let _ = write!(text, "## Section {section} {}\n\n", random.word());
                for _ in 0..SECTION_WORDS {
                    text.push_str(&random.word());
                    text.push(' ');
                }
                text.push_str("\n\n");
            }
            std::fs::write(folder.join(format!("volume-{file:06}.md")), text)?;
        }
        folder.canonicalize()
    }

    /// A query of three words, frequent and rare ones mixed.
    pub(super) fn query(number: u32) -> String {
        let mut random = Random(0x9e37_79b9 ^ u64::from(number));
        (0..3).map(|_| random.word()).collect::<Vec<_>>().join(" ")
    }
}

/// A small generator (SplitMix64; Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A word whose rank is distributed as one over itself.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the result lies between 1 and the vocabulary"
    )]
    fn word(&mut self) -> String {
        let uniform = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = (VOCABULARY as f64).powf(uniform) as u64;
        spelled(rank)
    }
}

/// A pronounceable word for a rank; no two ranks share one.
fn spelled(mut rank: u64) -> String {
    const CONSONANTS: &[u8] = b"bdfgklmnprstvz";
    const VOWELS: &[u8] = b"aeiou";
    let mut word = String::new();
    for _ in 0..3 {
        for letters in [CONSONANTS, VOWELS] {
            let count = letters.len() as u64;
            let at = usize::try_from(rank % count).unwrap_or(0);
            word.push(char::from(letters.get(at).copied().unwrap_or(b'a')));
            rank /= count;
        }
    }
    word
}
