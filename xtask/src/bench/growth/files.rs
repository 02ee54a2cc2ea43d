//! Markdown pages of real text.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// A word of every page.
pub(super) const EVERYWHERE: &str = "chronicle";
/// Paragraphs of a page.
const PARAGRAPHS: usize = 8;
/// Files of a folder.
const IN_A_FOLDER: u32 = 1000;

/// Paragraphs of a book, from which pages are put together.
#[derive(Debug)]
pub(super) struct Pages {
    paragraphs: Vec<String>,
}

/// A folder of pages; dropped, it is removed.
#[derive(Debug)]
pub(super) struct Folder {
    folder: TempDir,
    pub(super) megabytes: f64,
}

impl Folder {
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Pages {
    /// Takes the paragraphs of the Markdown files below `docs` of the data sets.
    pub(super) fn read(data: &Path) -> Result<Self> {
        let mut files = Vec::new();
        markdown(&data.join("docs"), &mut files)?;
        files.sort();
        let mut paragraphs = Vec::new();
        for file in files {
            let text =
                fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let found = text.split("\n\n").filter(|part| (80..1000).contains(&part.len()));
            paragraphs.extend(found.filter(|part| !part.contains("```")).map(str::to_owned));
        }
        ensure!(paragraphs.len() > 1000, "there are too few paragraphs in {}", data.display());
        Ok(Self { paragraphs })
    }

    /// Writes the pages from `first` on into a new folder.
    pub(super) fn write(&self, first: u32, count: u32) -> Result<Folder> {
        let folder = tempfile::tempdir()?;
        let mut bytes = 0;
        for number in first..first + count {
            let below = folder.path().join(format!("{:04}", number / IN_A_FOLDER));
            if number % IN_A_FOLDER == 0 || number == first {
                fs::create_dir_all(&below)?;
            }
            let page = self.page(number);
            bytes += page.len();
            fs::write(below.join(format!("{number:07}.md")), page)?;
        }
        let bytes = u32::try_from(bytes).context("the pages are too many")?;
        Ok(Folder { folder, megabytes: f64::from(bytes) / 1e6 })
    }

    /// The words of a page that others have too, in another order.
    pub(super) fn question(&self, number: u32) -> String {
        let paragraph = self.paragraph(number, 3);
        let words = paragraph.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 4);
        words.take(4).collect::<Vec<_>>().join(" ")
    }

    fn page(&self, number: u32) -> String {
        let mut page = format!("# Page {number}\n\nThe {EVERYWHERE} of page{number}.\n\n");
        for place in 0..PARAGRAPHS {
            if place % 3 == 0 {
                let _infallible = write!(page, "## Part {place}\n\n");
            }
            page.push_str(self.paragraph(number, place));
            page.push_str("\n\n");
        }
        page
    }

    fn paragraph(&self, number: u32, place: usize) -> &str {
        // Steps by a large prime, so that pages that follow each other have nothing in common.
        let step = (number as usize).wrapping_mul(2_654_435_761).wrapping_add(place.wrapping_mul(40_503));
        &self.paragraphs[step % self.paragraphs.len()]
    }
}

fn markdown(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            markdown(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    Ok(())
}
