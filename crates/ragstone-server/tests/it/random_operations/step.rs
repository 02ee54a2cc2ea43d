//! What is done in one step.

/// Collections that there are at most.
const COLLECTIONS: u64 = 4;
/// Documents of a collection at most.
const KEYS: u64 = 24;
/// Words that documents share.
pub(super) const WORDS: u64 = 40;

/// How an engine ends before another one takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// In order.
    Closed,
    /// Dropped where it is, nothing flushed.
    Dropped,
}

/// Numbers stand for names and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    CreateCollection(u64),
    DeleteCollection(u64),
    /// Stores a text of some words, on each of some lines.
    Put {
        collection: u64,
        key: u64,
        words: Vec<u64>,
        lines: u64,
    },
    /// Stores again what is there.
    PutAgain {
        collection: u64,
        key: u64,
    },
    /// The same in the background.
    Upload {
        collection: u64,
        key: u64,
        words: Vec<u64>,
    },
    Delete {
        collection: u64,
        key: u64,
    },
    /// Deletes only the version before the one that is there.
    DeleteOutdated {
        collection: u64,
        key: u64,
    },
    Get {
        collection: u64,
        key: u64,
    },
    List(u64),
    Search {
        collection: u64,
        word: u64,
    },
    SearchEverywhere(u64),
    Restart(End),
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

impl Step {
    /// The step of a number in the run of a seed.
    pub(super) fn draw(seed: u64, number: u64) -> Self {
        let mut random = Random(seed ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93));
        let (collection, key) = (random.below(COLLECTIONS), random.below(KEYS));
        let words = |random: &mut Random| (0..=random.below(6)).map(|_| random.below(WORDS)).collect();
        match random.below(1000) {
            0..30 => Self::CreateCollection(collection),
            30..38 => Self::DeleteCollection(collection),
            38..330 => {
                let words = words(&mut random);
                Self::Put { collection, key, words, lines: 1 + random.below(30) }
            }
            330..360 => Self::PutAgain { collection, key },
            360..400 => Self::Upload { collection, key, words: words(&mut random) },
            400..500 => Self::Delete { collection, key },
            500..520 => Self::DeleteOutdated { collection, key },
            520..620 => Self::Get { collection, key },
            620..680 => Self::List(collection),
            680..950 => Self::Search { collection, word: random.below(WORDS) },
            950..997 => Self::SearchEverywhere(random.below(WORDS)),
            997 | 998 => Self::Restart(End::Dropped),
            _ => Self::Restart(End::Closed),
        }
    }
}
