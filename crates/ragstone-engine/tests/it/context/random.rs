//! Seeded texts.

use std::fmt::Write as _;

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// From `least` to below `end`.
    pub(super) fn between(&mut self, least: u32, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let number = u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("has 32 bits");
        least + number % (end - least)
    }

    /// Sections of paragraphs of sentences; now and then a long word, a list or a line of its own.
    pub(super) fn document(&mut self) -> String {
        let mut text = String::new();
        for section in 0..self.between(1, 3) {
            if self.between(0, 3) > 0 {
                let _ = write!(text, "## Section {section} {}\n\n", self.word());
            }
            for _ in 0..self.between(1, 4) {
                for _ in 0..self.between(1, 7) {
                    let sentence = self.sentence();
                    text.push_str(&sentence);
                }
                text.push_str(if self.between(0, 4) == 0 { "\n\n\n" } else { "\n\n" });
            }
        }
        text
    }

    fn sentence(&mut self) -> String {
        let mut words: Vec<String> = (0..self.between(1, 20)).map(|_| self.word()).collect();
        // Not everything is found.
        if self.between(0, 5) > 0 {
            words.push("common".to_owned());
        }
        let end = [". ", "! ", "\n", "; ", ""][self.between(0, 5) as usize];
        format!("{}{end}", words.join(" "))
    }

    fn word(&mut self) -> String {
        let number = self.between(0, 1_000_000);
        match self.between(0, 12) {
            0 => format!("größe{number}"),
            1 => format!("図書館{number}"),
            2 => format!("{number}.{number}"),
            3 => format!("[{}]", number % 9),
            4 => "long".repeat(number as usize % 60),
            _ => format!("w{number}"),
        }
    }
}
