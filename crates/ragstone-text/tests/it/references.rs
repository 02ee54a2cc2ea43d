//! Documents of other projects' test suites, against the text that those expect.

use std::fs;
use std::path::Path;

use ragstone_text::{ChunkOptions, chunk};

use crate::extract;
use crate::measure::{mean, recall, without_tags, without_targets};
use crate::real::data;

/// Measures of the files of a folder against their texts in another, with a suffix of their own.
fn figures(root: &Path, suffix: &str, measure: fn(&str, &str) -> f64) -> Vec<(f64, String)> {
    let mut figures = Vec::new();
    for entry in fs::read_dir(root.join("sources")).unwrap() {
        let source = entry.unwrap().path();
        let name = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Ok(expected) = fs::read_to_string(root.join("groundtruth").join(format!("{name}{suffix}")))
        else {
            continue;
        };
        let found = extract(&name, &fs::read(&source).unwrap()).unwrap();
        assert!(!chunk(&found, &ChunkOptions::default()).is_empty(), "{name}");
        let expected = without_tags(&without_targets(&expected));
        figures.push((measure(&without_tags(&found.text), &expected), name));
    }
    assert!(figures.len() > 3, "{}", root.display());
    figures
}

#[test]
fn asciidoc_and_subtitles_have_their_words() {
    // One of the four AsciiDoc files repeats cells by a number, which the expected text writes out.
    for (folder, least) in [("asciidoc", 0.85), ("webvtt", 0.95), ("md", 0.95)] {
        let Some(root) = data(&format!("formats/docling/{folder}")) else {
            return;
        };
        assert!(mean(folder, &mut figures(&root, ".md", recall)) >= least, "{folder}");
    }
}

#[cfg(feature = "html")]
#[test]
fn html_has_its_words() {
    let Some(root) = data("formats/docling/html") else {
        return;
    };
    assert!(mean("html", &mut figures(&root, ".md", crate::measure::f1)) >= 0.96);
}

#[cfg(feature = "notebook")]
#[test]
fn notebook_has_its_cells_and_outputs() {
    let Some(root) = data("formats/markitdown/test_files") else {
        return;
    };
    let found = extract("test_notebook.ipynb", &fs::read(root.join("test_notebook.ipynb")).unwrap()).unwrap();
    assert_eq!(found.title.as_deref(), Some("Test Notebook Title"));
    assert!(found.text.starts_with(
        "# Test Notebook\n\n```python\nprint(\"markitdown\")\n```\n```output\nmarkitdown\n```\n"
    ));
}

#[cfg(all(feature = "xml", feature = "html"))]
#[test]
fn feed_has_its_entries() {
    let Some(root) = data("formats/markitdown/test_files") else {
        return;
    };
    let found = extract("test_rss.xml", &fs::read(root.join("test_rss.xml")).unwrap()).unwrap();
    assert_eq!(found.title.as_deref(), Some("The Official Microsoft Blog"));
    let chunks = chunk(&found, &ChunkOptions::default());
    assert!(chunks.len() > 20 && chunks.iter().all(|chunk| chunk.headings.len() >= 2));
}
