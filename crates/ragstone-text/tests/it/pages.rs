//! The content of pages: how much of what surrounds it is left out, and that nothing of it is lost.

use std::fs;
use std::path::Path;

use crate::extract;
use crate::measure::{f1, mean, recall, without_tags, without_targets};
use crate::real::data;

/// Mean of the pages of Readability, as measured, less what a change may cost that is worth it.
const MIN_MEAN_OF_ARTICLES: f64 = 0.96;
const MIN_MEAN_OF_MARKDOWN: f64 = 0.9;

fn text_of(html: &[u8]) -> String {
    extract("page.html", html).map(|found| found.text).unwrap_or_default()
}

#[test]
fn articles_are_found_on_pages_of_the_wild() {
    let Some(root) = data("crawl/readability/test-pages") else {
        return;
    };
    let mut figures = Vec::new();
    for page in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        let (Ok(source), Ok(expected)) =
            (fs::read(page.join("source.html")), fs::read_to_string(page.join("expected.html")))
        else {
            continue;
        };
        figures.push((f1(&text_of(&source), &without_tags(&expected)), page.display().to_string()));
    }
    assert!(figures.len() > 100);
    assert!(mean("articles", &mut figures) >= MIN_MEAN_OF_ARTICLES);
}

#[test]
fn fragments_without_surroundings_stay_whole() {
    let Some(root) = data("crawl/html_to_markdown") else {
        return;
    };
    let mut figures = Vec::new();
    for kind in ["commonmark", "strikethrough", "table"] {
        for page in fs::read_dir(root.join(kind).join("testdata/GoldenFiles")).unwrap() {
            let page = page.unwrap().path();
            let name = page.to_string_lossy().into_owned();
            if let Some(stem) = name.strip_suffix(".in.html") {
                let expected = without_targets(&fs::read_to_string(format!("{stem}.out.md")).unwrap());
                figures.push((f1(&text_of(&fs::read(&page).unwrap()), &without_tags(&expected)), name));
            }
        }
    }
    assert!(figures.len() > 10);
    assert!(mean("fragments", &mut figures) >= MIN_MEAN_OF_MARKDOWN);
}

/// A page as generators of documentation make it: menus and a footer around the rendered Markdown.
fn documentation(title: &str, markdown: &str, has_main: bool) -> String {
    let mut content = String::new();
    pulldown_cmark::html::push_html(
        &mut content,
        pulldown_cmark::Parser::new_ext(markdown, pulldown_cmark::Options::ENABLE_TABLES),
    );
    let (open, close) = if has_main { ("<main>", "</main>") } else { ("<div class=\"content\">", "</div>") };
    let menu = "<li><a href=\"chapter.html\">A chapter of the documentation</a></li>".repeat(40);
    format!(
        "<!DOCTYPE html><html><head><title>{title}</title></head><body><nav class=\"sidebar\"><ol>{menu}</ol></nav>\
         <div class=\"page\"><div class=\"menu-bar\"><h2>The Documentation</h2></div>{open}{content}{close}</div>\
         <div class=\"sidebar related\"><ul>{menu}</ul></div><footer>All rights reserved.</footer></body></html>"
    )
}

/// Lowest share of the words of the rendered Markdown that is in the text, over all pages of a folder.
fn lowest_recall(root: &Path, has_main: bool) -> (f64, usize) {
    let mut lowest = (1.0, 0);
    for entry in ragstone_text::walk(root, &ragstone_text::WalkOptions::default()).filter_map(Result::ok) {
        if entry.path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let markdown = fs::read_to_string(&entry.path).unwrap();
        let html = documentation("A chapter", &markdown, has_main);
        let bare = format!("<body>{}", html.split_once("<div class=\"page\">").unwrap_or_default().1);
        let bare = bare.split("<div class=\"sidebar related\">").next().unwrap_or_default().to_owned();
        let expected = without_tags(&bare);
        if expected.split_whitespace().nth(200).is_some() {
            lowest = (f64::min(lowest.0, recall(&text_of(html.as_bytes()), &expected)), lowest.1 + 1);
        }
    }
    lowest
}

#[test]
fn documentation_keeps_its_text() {
    for (folder, has_main) in [
        ("docs/rust_book/src", true),
        ("docs/rust_book/src", false),
        ("docs/prometheus/docs", true),
        ("docs/prometheus/docs", false),
    ] {
        let Some(root) = data(folder) else {
            return;
        };
        let (recall, pages) = lowest_recall(&root, has_main);
        eprintln!("{folder}, main {has_main}: {pages} pages, lowest recall {recall:.3}");
        assert!(pages > 10 && recall > 0.94, "{folder}: {recall}");
    }
}
